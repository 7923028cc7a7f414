using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;
using Xunit;

namespace Sassnet.Training.Tests.Runs;

public sealed class RunOutcomeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-outcome-").FullName;

    [Fact]
    public void Of_several_processes_that_fail_the_first_says_why()
    {
        var (run, options) = (RunFolder.Create(Path.Combine(_folder, "run"), new TrainingOptions()), new TrainingOptions());
        RunOutcome.Of(RunState.Training, run, options).Write(run);
        RunOutcome.NoteFailure(run, options, "The scan a cannot be read.");
        RunOutcome.NoteFailure(run, options, "Another process is gone.");
        Assert.Equal((RunState.Failed, "The scan a cannot be read."), Said(run));

        // The next attempt says that it trains, and then by what it failed.
        RunOutcome.Of(RunState.Training, run, options).Write(run);
        Assert.Equal((RunState.Training, (string?)null), Said(run));
        RunOutcome.NoteFailure(run, options, "Another process is gone.");
        Assert.Equal((RunState.Failed, "Another process is gone."), Said(run));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (RunState State, string? Failure) Said(RunFolder run) => RunOutcome.Read(run.Path) is { } said ? (said.State, said.Failure) : throw new InvalidOperationException("Nothing was written.");
}
