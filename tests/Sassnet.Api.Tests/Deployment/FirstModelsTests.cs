using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>The init container that puts the image's packages into an empty claim: its own script, on folders of this machine.</summary>
public sealed class FirstModelsTests : IDisposable
{
    private static readonly string[] Packages = [.. Folders(RandomModel.Folder)];
    private readonly string _claim = Directory.CreateTempSubdirectory("sassnet-claim-").FullName;

    public void Dispose() => Directory.Delete(_claim, recursive: true);

    [Fact]
    public async Task An_empty_claim_gets_every_package_whole_from_several_pods_at_once()
    {
        using var first = Start("pod-1");
        using var second = Start("pod-2");
        Assert.Equal(0, await first.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await second.ExitAsync(TestContext.Current.CancellationToken));

        Assert.Equal([".coming", .. Packages], Folders(_claim));
        foreach (var file in Packages.SelectMany(name => Directory.EnumerateFiles(Path.Combine(RandomModel.Folder, name))))
        {
            var copy = Path.Combine(_claim, Path.GetRelativePath(RandomModel.Folder, file));
            Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(copy)), $"{copy} differs");
        }

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
        var bash = container["command"]!.AsArray().Skip(1).Select(argument => (string)argument!);
        return new BashProcess([.. bash, script], ("HOSTNAME", pod));
    }

    private static IEnumerable<string> Folders(string folder) =>
        Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
