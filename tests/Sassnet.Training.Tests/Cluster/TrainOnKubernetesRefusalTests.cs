using Sassnet.Tests;
using Xunit;

namespace Sassnet.Training.Tests.Cluster;

/// <summary>What <c>train-on-cluster kubernetes</c> refuses by itself: no server is there that it could ask.</summary>
[Collection(OtherPrograms.Clusters)]
public sealed class TrainOnKubernetesRefusalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-kubernetes-refused-").FullName;

    public TrainOnKubernetesRefusalTests() => TrainOnKubernetesTests.RequireKubectl();

    [Theory]
    [InlineData("sweep", "Job sassnet-sweep-atrium")]
    [InlineData("trainjob", "TrainJob sassnet-training-atrium")]
    [InlineData("mpijob", "MPIJob sassnet-training-atrium")]
    public async Task An_overlay_that_makes_another_object_of_a_training_is_named_with_what_it_makes(string overlay, string made)
    {
        var errors = await Refusal("seed: 2", "--overlay", Path.Combine(RepositoryFiles.Root, "deploy", "kubernetes", "overlays", "cpu", overlay));
        Assert.Contains(made, errors, StringComparison.Ordinal);
        Assert.Contains("accepted: one Job, sassnet-training…-atrium", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_overlay_with_two_Jobs_is_refused()
    {
        var overlay = Directory.CreateDirectory(Path.Combine(_folder, "overlay")).FullName;
        var shipped = Path.GetRelativePath(overlay, Path.Combine(RepositoryFiles.Root, "deploy", "kubernetes", "overlays", "cpu"));
        await File.WriteAllTextAsync(Path.Combine(overlay, "kustomization.yaml"), $"resources: [{shipped}/job, {shipped}/sweep]\n", TestContext.Current.CancellationToken);
        var errors = await Refusal("seed: 2", "--overlay", overlay);
        Assert.Contains("Job sassnet-sweep-atrium, Job sassnet-training-atrium", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_an_overlay_makes_too_long_is_refused()
    {
        var overlay = Directory.CreateDirectory(Path.Combine(_folder, "overlay")).FullName;
        var shipped = Path.GetRelativePath(overlay, Path.Combine(RepositoryFiles.Root, "deploy", "kubernetes", "overlays", "cpu", "job"));
        await File.WriteAllTextAsync(
            Path.Combine(overlay, "kustomization.yaml"), $"resources: [{shipped}]\nnameSuffix: -on-the-large-machines-of-the-institute\n", TestContext.Current.CancellationToken);
        Assert.Contains("accepted: up to 63, by a shorter --name", await Refusal("seed: 2", "--overlay", overlay), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("network: {startFrom: ../models/left-atrium}")]
    [InlineData("# a comment\nnetwork:\n  startFrom: ../models/left-atrium")]
    [InlineData("--- # another\nnetwork:\n  startFrom: \"../models/left-atrium\"")]
    [InlineData("", "--set", "network.startFrom=../models/left-atrium")]
    [InlineData("network: {startFrom: /models/left-atrium}", "--set", "network.startFrom='../models/left-atrium'")]
    [InlineData("network: {startFrom: /models/left-atrium}", "--set", "network={startFrom: ../models/left-atrium}")]
    public async Task A_package_to_start_from_that_no_pod_has_is_refused(string configuration, params string[] more)
    {
        var errors = await Refusal(configuration, more);
        Assert.Contains("network.startFrom is '../models/left-atrium', which is ", errors, StringComparison.Ordinal);
        Assert.Contains("--set network.startFrom=", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_is_no_YAML_is_refused() =>
        Assert.Contains("the configuration cannot be read", await Refusal("network: ["), StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // What is not refused asks for ever.
    private async Task<string> Refusal(string configuration, params string[] more)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "atrium.yaml"), configuration, TestContext.Current.CancellationToken);
        string[] arguments =
        [
            "60", Path.Combine(RepositoryFiles.Root, "scripts", "train-on-cluster"), "kubernetes", "--config", "atrium.yaml", "--min-dice", "0.9", "--publish", "/models", .. more,
        ];
        var nowhere = new Dictionary<string, string> { ["KUBECONFIG"] = Path.Combine(_folder, "kubeconfig"), ["HOME"] = _folder };
        var (exitCode, output, errors) = await ShellProcess.Run(_folder, nowhere, "timeout", arguments, TestContext.Current.CancellationToken);
        Assert.True(exitCode == 2, $"{exitCode}\n{output}{errors}");
        return errors;
    }
}
