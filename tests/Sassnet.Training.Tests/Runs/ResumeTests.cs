using System.Text.Json;
using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;
using Xunit;

namespace Sassnet.Training.Tests.Runs;

public sealed class ResumeTests : SmallRunTests
{
    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_resumed_run_has_the_losses_of_an_uninterrupted_one(MethodKind method)
    {
        var (dataset, options) = (Phantoms(), Options with { Method = method });
        await Train(dataset, "whole", options, TestContext.Current.CancellationToken);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Train(dataset, "parts", options, stopped.Token);
        Assert.Single(Losses("parts"));
        await Train(dataset, "parts", options, TestContext.Current.CancellationToken);
        Assert.Equal(5, Losses("whole").Count);
        Assert.Equal(Losses("whole"), Losses("parts"));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_run_killed_after_its_checkpoint_repeats_the_lost_iterations(MethodKind method)
    {
        var (dataset, options) = (Phantoms(), Options with { Method = method });
        await Train(dataset, "killed", options, TestContext.Current.CancellationToken);
        var whole = Losses("killed");
        var run = RunFolder.Open(Path.Combine(Folder, "killed"));
        File.Delete(run.CheckpointAt(5));
        File.AppendAllText(run.MetricsFile, "{\"iteration\":6,\"lo");
        await Train(dataset, "killed", options, TestContext.Current.CancellationToken);
        Assert.Equal(whole, Losses("killed"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_run_resumed_before_at_or_after_the_second_stage_of_bcp_has_the_figures_of_an_uninterrupted_one(int done)
    {
        var options = Options with
        {
            Method = MethodKind.Bcp,
            Optimizer = new() { DecayEvery = 2 },
            Run = new() { CheckpointEvery = 1, KeepCheckpoints = 5 },
        };
        await Train(Phantoms(), "killed", options, TestContext.Current.CancellationToken);
        var whole = Losses("killed");
        var run = RunFolder.Open(Path.Combine(Folder, "killed"));
        for (var iteration = done + 1; iteration <= options.Iterations; iteration++)
            File.Delete(run.CheckpointAt(iteration));
        await Train(Phantoms(), "killed", options, TestContext.Current.CancellationToken);
        Assert.Equal(whole, Losses("killed"));

        // Two iterations of the first stage, two of the second, then the decay.
        Assert.Equal([0.01, 0.01, 0.01, 0.01, 0.001], whole.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("learningRate").GetDouble()));
    }
}
