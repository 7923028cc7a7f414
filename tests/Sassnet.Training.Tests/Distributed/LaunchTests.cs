using Sassnet.Training.Configuration;
using Sassnet.Training.Distributed;
using Xunit;

namespace Sassnet.Training.Tests.Distributed;

public class LaunchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1, "SLURM_NTASKS=4", "SLURM_PROCID=0")]
    [InlineData(1, "SLURM_STEP_NUM_TASKS=1", "SLURM_PROCID=0")]
    [InlineData(3, "OMPI_COMM_WORLD_SIZE=3")]
    [InlineData(1, "OMPI_COMM_WORLD_SIZE=1", "SLURM_STEP_NUM_TASKS=2")]
    [InlineData(4, "SLURM_STEP_NUM_TASKS=4", "PMIX_RANK=0")]
    [InlineData(2, "SLURM_STEP_NUM_TASKS=2", "PMI_SIZE=2", "PMI_RANK=1")]
    public void Only_what_a_launcher_says_of_other_processes_makes_this_one_of_several(int expected, params string[] variables) =>
        Assert.Equal(expected, Launch.Size(Environment(variables)));

    [Fact]
    public void Tasks_of_srun_that_cannot_find_each_other_are_refused_with_what_to_do() => Assert.Contains(
        "srun started 2 tasks without a process manager",
        Assert.Throws<InvalidConfigurationException>(() => Launch.Size(Environment("SLURM_STEP_NUM_TASKS=2", "SLURM_PROCID=1"))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("two")]
    [InlineData("0")]
    [InlineData("-1")]
    public void A_number_of_processes_that_is_none_is_refused(string size) => Assert.Contains(
        $"OMPI_COMM_WORLD_SIZE is '{size}'",
        Assert.Throws<InvalidConfigurationException>(() => Launch.Size(Environment($"OMPI_COMM_WORLD_SIZE={size}"))).Message,
        StringComparison.Ordinal);

    private static Func<string, string?> Environment(params string[] variables)
    {
        var all = variables.Select(variable => variable.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return name => all.GetValueOrDefault(name);
    }
}
