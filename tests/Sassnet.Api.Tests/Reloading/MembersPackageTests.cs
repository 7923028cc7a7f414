using System.Text.Json;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using TorchSharp;
using Xunit;

namespace Sassnet.Api.Tests.Reloading;

/// <summary>Packages of several networks, whose maps are averaged.</summary>
public sealed class MembersPackageTests
{
    [Fact]
    public async Task A_package_of_two_is_served_when_its_last_weights_are_there_and_says_what_it_costs()
    {
        await using var watched = await WatchedService.StartAsync();
        var (folder, made, late) = (Path.Combine(watched.Folder, "two"), Path.Combine(watched.Folder, ".made"), Path.Combine(watched.Folder, ".late"));
        MakeTwo(made, late, Path.Combine(watched.Folder, "random@1.0.0"));
        Directory.Move(made, folder);
        Assert.Contains("lacks model-2.safetensors", await watched.UntilProblemAsync("two"), StringComparison.Ordinal);

        // Nothing changes but that this file comes.
        File.Move(late, Path.Combine(folder, "model-2.safetensors"));
        await watched.UntilModelsAsync("random@2.0.0* random@1.0.0");
        Assert.Equal(2, (await watched.JsonAsync("/models/random@2.0.0")).GetProperty("members").GetInt32());
        Assert.Equal(2, Model(await watched.SegmentAsync("?output=report&model=random@2.0.0")).GetProperty("members").GetInt32());

        // What clients of packages that are no such read is what it was.
        var single = await watched.JsonAsync("/models/random@1.0.0");
        Assert.False(single.TryGetProperty("members", out _));
        Assert.False(single.GetProperty("preprocessing").TryGetProperty("windowHu", out _));
        Assert.False(Model(await watched.SegmentAsync("?output=report&model=random@1.0.0")).TryGetProperty("members", out _));
    }

    private static JsonElement Model((string Model, byte[] Answer) answer) => JsonDocument.Parse(answer.Answer).RootElement.GetProperty("model");

    private static void MakeTwo(string folder, string second, string like)
    {
        var manifest = ModelPackage.Open(like).Manifest;
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(21);
        using var one = new VNet(manifest.Architecture.Filters);
        using var two = new VNet(manifest.Architecture.Filters);
        ModelPackage.Write(folder, [one, two], manifest with { Version = "2.0.0" });
        File.Move(Path.Combine(folder, "model-2.safetensors"), second);
    }
}
