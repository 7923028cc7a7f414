using Sassnet.Training.Configuration;
using Sassnet.Training.Methods;
using Sassnet.Training.Runs;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Runs;

public sealed class MadeUpValidationTests : SmallRunTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_validation_that_is_left_for_a_stop_is_made_up_for_when_the_run_goes_on(int iterations)
    {
        var options = Options with { Method = MethodKind.VNetSdm, Iterations = iterations, Run = new() { CheckpointEvery = 2, ValidateEvery = 1 } };
        Assert.Equal((iterations, true), await Train(Phantoms(), "whole", options, TestContext.Current.CancellationToken));
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        Assert.Equal((1, false), await Train(Phantoms(), "parts", options, stopped.Token));
        var run = RunFolder.Open(Path.Combine(Folder, "parts"));
        Assert.DoesNotContain("validationDice", Assert.Single(Losses("parts")), StringComparison.Ordinal);
        Assert.Equal((run.CheckpointAt(1), null), (run.LatestCheckpoint(), run.Best()));

        // By another version.
        using (var method = TrainingMethod.Create(options, ScalarType.Float32))
        {
            Checkpoint.Restore(run.CheckpointAt(1), method);
            Checkpoint.Save(run.CheckpointAt(1), method, CheckpointMetadata.Read(run.CheckpointAt(1)) with { Commit = "0123abc" });
        }

        // Stopped in what it makes up for, it has still to do it.
        Assert.Equal((1, false), await Train(Phantoms(), "parts", options, stopped.Token));
        using var said = new StringWriter();
        Assert.Equal((iterations, true), await Train(Phantoms(), "parts", options, TestContext.Current.CancellationToken, said));
        Assert.Matches("^made up for: validationDice 0\\.[0-9]{4} at 1\n", said.ToString());
        Assert.Equal(Losses("whole"), Losses("parts"));
        var best = run.Best()!;
        Assert.Equal(RunFolder.Open(Path.Combine(Folder, "whole")).Best()!.ValidationDice, best.ValidationDice);
        Assert.Equal(best.Iterations == 1 ? "0123abc" : CodeCommit.Name, best.Commit);
    }
}
