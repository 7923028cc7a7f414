using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>The init container that puts the image's packages into an empty claim: its own script, on folders of this machine.</summary>
public sealed class FirstModelsTests : IDisposable
{
    private static readonly string[] Packages = [.. Directory.EnumerateDirectories(RandomModel.Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
    private readonly string _claim = Directory.CreateTempSubdirectory("sassnet-claim-").FullName;

    public void Dispose() => Directory.Delete(_claim, recursive: true);

    [Fact]
    public async Task An_empty_claim_gets_every_package_whole_from_several_pods_at_once()
    {
        using var first = Start("pod-1");
        using var second = Start("pod-2");
        Assert.Equal(0, await first.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await second.ExitAsync(TestContext.Current.CancellationToken));

        Assert.Equal(Packages, Directory.EnumerateDirectories(_claim).Select(folder => Path.GetFileName(folder)).Where(name => name != ".coming").Order(StringComparer.Ordinal));
        foreach (var file in Packages.SelectMany(name => Directory.EnumerateFiles(Path.Combine(RandomModel.Folder, name))))
            Assert.Equal(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(Path.Combine(_claim, Path.GetRelativePath(RandomModel.Folder, file)), TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_claim, ".coming")));
    }

    [Fact]
    public async Task A_claim_that_has_a_package_is_left_as_it_is()
    {
        var own = Directory.CreateDirectory(Path.Combine(_claim, "own"));
        await File.WriteAllTextAsync(Path.Combine(own.FullName, "model.json"), "{}", TestContext.Current.CancellationToken);
        using var pod = Start("pod-1");

        Assert.Equal(0, await pod.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Equal([own.FullName], Directory.EnumerateFileSystemEntries(_claim));
    }

    private BashProcess Start(string pod)
    {
        var container = Overlay.Object("cpu", "Deployment", "sassnet-api")["spec"]!["template"]!["spec"]!["initContainers"]![0]!;
        var script = ((string)container["args"]![0]!).Replace("/app/models", "/APP", StringComparison.Ordinal)
            .Replace("/models", _claim, StringComparison.Ordinal)
            .Replace("/APP", RandomModel.Folder, StringComparison.Ordinal);
        return new BashProcess([.. container["command"]!.AsArray().Skip(1).Select(argument => (string)argument!), script], ("HOSTNAME", pod));
    }
}
