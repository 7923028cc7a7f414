using System.Globalization;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Soak;

/// <summary>Good, bad, slow and aborting clients, and jobs, at twice what the service can do: every answer is right, and nothing is left behind.</summary>
public sealed class SoakTests
{
    private const string MinutesVariable = "SASSNET_SOAK_MINUTES";

    [Fact]
    public async Task At_twice_its_capacity_every_answer_is_right_and_no_file_and_no_handle_is_left()
    {
        using var run = new SoakRun();
        await run.RunAsync(length: TimeSpan.FromSeconds(6), measuring: TimeSpan.FromSeconds(2), slowness: TimeSpan.FromSeconds(1), log: null);
        AssertRight(run);
    }

    // SASSNET_SOAK_MINUTES=30 dotnet run -c Release --project tests/Sassnet.Api.Tests -- -explicit only -method '*Half_an_hour*'
    [Fact(Explicit = true)]
    public async Task Half_an_hour_at_twice_its_capacity_leaves_memory_handles_threads_and_files_flat()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable(MinutesVariable) ?? "30", CultureInfo.InvariantCulture);
        var results = Directory.CreateDirectory(Path.Combine(RepositoryFiles.Root, "TestResults")).FullName;
        var log = Path.Combine(results, "soak.log");
        File.Delete(log);
        using var run = new SoakRun();
        await run.RunAsync(TimeSpan.FromMinutes(minutes), measuring: TimeSpan.FromSeconds(30), slowness: TimeSpan.FromSeconds(10), log);
        await File.WriteAllTextAsync(Path.Combine(results, "soak.md"), run.Report(), TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine(run.Report());

        AssertRight(run);
        Assert.True(run.Tally.Count(Ending.SentAway) > 0, run.Report());
        var memory = Growth.Of(run.Samples, sample => sample.Mebibytes);
        Assert.True(memory.Gain < Math.Max(32, 0.05 * memory.Mean), run.Report());
        Assert.True(Growth.Of(run.Samples, sample => sample.Handles).Gain < 10, run.Report());
        Assert.True(Growth.Of(run.Samples, sample => sample.Threads).Gain < 5, run.Report());
        Assert.True(Growth.Of(run.Samples, sample => sample.Files).Gain < 10, run.Report());
    }

    private static void AssertRight(SoakRun run)
    {
        Assert.True(run.Tally.Count(Ending.Wrong) == 0, run.Report());
        foreach (var kind in (string[])["good", "bad", "jobs"])
            Assert.True(run.Tally.Count(Ending.Right, kind) > 0, run.Report());
        foreach (var kind in (string[])["slow", "aborting"])
            Assert.True(Enum.GetValues<Ending>().Sum(ending => run.Tally.Count(ending, kind)) > 0, run.Report());
        Assert.Equal(0, run.After.Files);
        Assert.InRange(run.After.Handles, 0, run.Before.Handles + SoakRun.LateHandles);
    }
}
