using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>How threads that have nothing to do wait, as GNU OpenMP itself tells it when it is loaded into a process of ours.</summary>
public sealed class WaitingThreadsTests
{
    [Fact]
    public Task They_sleep() => AssertSpins("0", []);

    [Theory]
    [InlineData("OMP_WAIT_POLICY", "active", "30000000000")]
    [InlineData("GOMP_SPINCOUNT", "12345", "12345")]
    public Task They_spin_where_the_environment_says_so(string variable, string value, string spins) => AssertSpins(spins, new() { [variable] = value });

    private static async Task AssertSpins(string expected, Dictionary<string, string> variables)
    {
        variables["OMP_DISPLAY_ENV"] = "verbose";
        using var process = TrainingProcess.StartWith(variables, "export", "--checkpoint", "none", "--output", "none");
        var (_, _, errors) = await process.End(TestContext.Current.CancellationToken);
        Assert.Contains($"GOMP_SPINCOUNT = '{expected}'", errors, StringComparison.Ordinal);
    }
}
