using System.Text.Json;
using Sassnet.Training.Configuration;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using Sassnet.Training.Runs;
using Sassnet.Training.Tests.Runs;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests;

public sealed class TrainerTests : SmallRunTests
{
    [Fact]
    public async Task What_a_run_says_of_itself_goes_with_its_checkpoints()
    {
        await Train(Phantoms(), "told", Options, TestContext.Current.CancellationToken);
        var told = RunOutcome.Read(Path.Combine(Folder, "told"))!;
        Assert.Equal((RunState.Training, 5, 5, Path.Combine("checkpoints", "0000005.safetensors")), (told.State, told.Iterations, told.OfIterations, told.Checkpoint));
        Assert.Equal(RunFolder.Open(Path.Combine(Folder, "told")).Best()!.ValidationDice, told.BestValidationDice);
    }

    [Fact]
    public async Task The_polynomial_schedule_of_bcp_is_that_of_its_second_stage_alone()
    {
        var options = Options with { Method = MethodKind.Bcp, Optimizer = new() { Schedule = LearningRateSchedule.Polynomial } };
        await Train(Phantoms(), "polynomial", options, TestContext.Current.CancellationToken);
        var rates = Losses("polynomial").Select(line => JsonDocument.Parse(line).RootElement.GetProperty("learningRate").GetDouble());

        // Two iterations of the first stage, three of the second.
        IEnumerable<double> expected = [0.01, 0.01, 0.01, 0.01 * Math.Pow(2.0 / 3, 0.9), 0.01 * Math.Pow(1.0 / 3, 0.9)];
        Assert.Equal(expected, rates, (one, other) => Math.Abs(one - other) < 1e-9);
    }

    [Fact]
    public async Task Every_step_has_the_configured_threads_whichever_thread_it_runs_on()
    {
        var (dataset, options) = (Phantoms(), Options with { Threads = 3, Method = MethodKind.VNetSdm });
        var threads = get_num_threads();
        try
        {
            using var method = new Watched(options);
            var run = RunFolder.Create(Path.Combine(Folder, "threads"), options);
            await new Trainer(options, run, TimeProvider.System, new Progress(TextWriter.Null, TimeProvider.System, isTerminal: false), World.Alone)
                .Run(dataset, method, TestContext.Current.CancellationToken);
            Assert.Equal([3, 3, 3, 3, 3], method.Threads);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public async Task A_loss_that_is_no_number_ends_the_run_with_the_iteration_and_the_scans_and_saves_nothing_of_it()
    {
        var dataset = Phantoms();
        Array.Fill(dataset.Labelled[1].Image, float.NaN);
        var failure = await Assert.ThrowsAsync<TrainingFailedException>(() => Train(dataset, "nan", Options, TestContext.Current.CancellationToken));
        Assert.Contains("Iteration 1 (", failure.Message, StringComparison.Ordinal);
        Assert.Contains(dataset.Labelled[1].Name, failure.Message, StringComparison.Ordinal);
        Assert.Contains("no longer finite", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Losses("nan"));
        Assert.Null(RunFolder.Open(Path.Combine(Folder, "nan")).LatestCheckpoint());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    public async Task No_checkpoint_is_made_of_weights_that_are_no_numbers_though_the_loss_before_them_was_one(int iterations)
    {
        var options = Options with { Method = MethodKind.VNetSdm, Iterations = iterations, Run = new() { CheckpointEvery = 1, ValidateEvery = 9 } };
        using var method = new Breaking(options, iteration: 1);
        var run = RunFolder.Create(Path.Combine(Folder, "broken"), options);
        var trainer = new Trainer(options, run, TimeProvider.System, new Progress(TextWriter.Null, TimeProvider.System, isTerminal: false), World.Alone);
        var failure = await Assert.ThrowsAsync<TrainingFailedException>(() => trainer.Run(Phantoms(), method, TestContext.Current.CancellationToken));
        Assert.StartsWith("Iteration 2 (", failure.Message, StringComparison.Ordinal);
        Assert.Contains("what it learned is no longer finite (generator.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(run.CheckpointAt(1), run.LatestCheckpoint());
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_written_ends_the_run_with_the_iteration_and_the_reason()
    {
        var folder = Path.Combine(Folder, "full");
        RunFolder.Create(folder, Options);
        Directory.Delete(Path.Combine(folder, "checkpoints"));
        File.WriteAllText(Path.Combine(folder, "checkpoints"), "");
        var failure = await Assert.ThrowsAsync<TrainingFailedException>(() => Train(Phantoms(), "full", Options, TestContext.Current.CancellationToken));
        Assert.Contains("Iteration 2 (", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Once that is mended, go on with --resume.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, Losses("full").Count);
    }

    [Theory]
    [InlineData(28, "It cannot be written. Make room, then go on with --resume.")] // ENOSPC
    [InlineData(122, "It cannot be written. Make room, then go on with --resume.")] // EDQUOT
    [InlineData(5, "It cannot be written. Once that is mended, go on with --resume.")] // EIO
    public async Task Room_is_asked_for_where_the_disk_is_full_alone(int code, string expected)
    {
        var options = Options with { Method = MethodKind.VNetSdm };
        using var method = new Failing(options, new IOException("It cannot be written.", code));
        var run = RunFolder.Create(Path.Combine(Folder, "failing"), options);
        var trainer = new Trainer(options, run, TimeProvider.System, new Progress(TextWriter.Null, TimeProvider.System, isTerminal: false), World.Alone);
        var failure = await Assert.ThrowsAsync<TrainingFailedException>(() => trainer.Run(Phantoms(), method, TestContext.Current.CancellationToken));
        Assert.StartsWith("Iteration 1 (", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith($"): {expected}", failure.Message, StringComparison.Ordinal);
    }

    private sealed class Watched(TrainingOptions options) : TrainingMethod(options, ScalarType.Float32)
    {
        public List<int> Threads { get; } = [];

        protected override StepLosses Learn(TrainingStep trainingStep)
        {
            Threads.Add(get_num_threads());
            return new StepLosses(1);
        }
    }

    private sealed class Breaking(TrainingOptions options, int iteration) : TrainingMethod(options, ScalarType.Float32)
    {
        protected override StepLosses Learn(TrainingStep trainingStep)
        {
            if (trainingStep.Iteration == iteration)
            {
                using var gradients = no_grad();
                Network.parameters().First().fill_(float.NaN);
            }

            return new StepLosses(1);
        }
    }

    private sealed class Failing(TrainingOptions options, IOException failure) : TrainingMethod(options, ScalarType.Float32)
    {
        protected override StepLosses Learn(TrainingStep trainingStep) => throw failure;
    }
}
