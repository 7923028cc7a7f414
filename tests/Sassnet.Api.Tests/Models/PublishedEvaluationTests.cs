using Sassnet.Api.Tests.Service;
using Sassnet.Model.Packages;
using Xunit;

namespace Sassnet.Api.Tests.Models;

/// <summary>A models folder as <c>publish</c> leaves it, and as a crash or a careless hand may.</summary>
public sealed class PublishedEvaluationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-api-published-").FullName;

    public PublishedEvaluationTests()
    {
        foreach (var source in Directory.EnumerateDirectories(RandomModel.Folder))
        {
            var package = ModelPackage.Open(source);
            package.CopyTo(Path.Combine(_folder, package.Identifier));
        }
    }

    [Fact]
    public async Task The_evaluation_beside_a_package_is_shown_with_its_manifest()
    {
        Evaluation("1.10.0").Write(Folder("1.10.0"));
        await using var service = await Start();
        var model = await Model(service, "random");
        Assert.Equal(("1.10.0", true, "ready"), (model.GetProperty("version").GetString(), model.GetProperty("isDefault").GetBoolean(), model.GetProperty("state").GetString()));
        var evaluation = model.GetProperty("evaluation");
        Assert.Equal((0.8, 0.6, 7), (
            evaluation.GetProperty("dice").GetProperty("mean").GetDouble(), evaluation.GetProperty("dice").GetProperty("worst").GetDouble(), evaluation.GetProperty("cases").GetInt32()));
        Assert.False((await Model(service, "random@1.9.0")).TryGetProperty("evaluation", out _));
    }

    [Fact]
    public async Task A_damaged_evaluation_or_one_of_another_package_is_named_in_the_log_and_left_out()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder("1.10.0"), "evaluation.json"), """{"dice": 0.99}""", TestContext.Current.CancellationToken);
        Evaluation("1.10.0").Write(Folder("1.9.0"));
        await using var service = await Start();
        foreach (var version in (string[])["1.10.0", "1.9.0"])
        {
            Assert.False((await Model(service, $"random@{version}")).TryGetProperty("evaluation", out _));
            var line = Assert.Single(service.Logs.Lines, line => line.Contains($"Model random@{version} is served without its evaluation: evaluation.json is ", StringComparison.Ordinal));
            Assert.StartsWith("Warning ", line, StringComparison.Ordinal);
        }

        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task A_package_that_is_still_being_put_together_is_not_served()
    {
        Directory.Move(Folder("1.9.0"), Path.Combine(_folder, ".random@1.10.0.0123.tmp"));
        await using var service = await Start();
        using var response = await service.Client.GetAsync("/models", TestContext.Current.CancellationToken);
        Assert.Equal(1, (await ProblemAssert.JsonAsync(response)).GetProperty("models").GetArrayLength());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Folder(string version) => Path.Combine(_folder, $"random@{version}");

    private Task<TestService> Start() => TestService.StartAsync(("Sassnet:Models:Folder", _folder));

    private static async Task<System.Text.Json.JsonElement> Model(TestService service, string name)
    {
        using var response = await service.Client.GetAsync($"/models/{name}", TestContext.Current.CancellationToken);
        return await ProblemAssert.JsonAsync(response);
    }

    private PackageEvaluation Evaluation(string version) => new()
    {
        Package = $"random@{version}",
        Sha256 = ModelPackage.Open(Folder(version)).Manifest.Sha256,
        Set = "validation.list",
        Cases = 7,
        Empty = 0,
        Inference = "whole",
        Dice = new ScoreStatistics(0.8, 0.7, 0.9, 0.6),
        Jaccard = new ScoreStatistics(0.7, 0.6, 0.8, 0.5),
        Commit = "none",
    };
}
