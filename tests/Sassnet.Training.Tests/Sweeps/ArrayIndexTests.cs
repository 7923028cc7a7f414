using Sassnet.Training.Configuration;
using Sassnet.Training.Sweeps;
using Xunit;

namespace Sassnet.Training.Tests.Sweeps;

public sealed class ArrayIndexTests
{
    [Theory]
    [InlineData(7, "3", "4", 7, "--index")]
    [InlineData(null, "3", "", 3, "SLURM_ARRAY_TASK_ID")]
    [InlineData(null, null, "4", 4, "JOB_COMPLETION_INDEX")]
    public void What_was_asked_for_goes_before_what_a_scheduler_says(int? given, string? slurm, string? kubernetes, int expected, string source) =>
        Assert.Equal((expected, source), ArrayIndex.Find(given, Variables(slurm, kubernetes)));

    [Theory]
    [InlineData(null, "--sweep needs --index, or one of the variables SLURM_ARRAY_TASK_ID and JOB_COMPLETION_INDEX")]
    [InlineData("one", "SLURM_ARRAY_TASK_ID is 'one'; accepted: a whole number from 0.")]
    [InlineData("-1", "SLURM_ARRAY_TASK_ID is '-1'")]
    public void No_index_or_no_number_is_refused(string? slurm, string expected) => Assert.Contains(
        expected, Assert.Throws<InvalidConfigurationException>(() => ArrayIndex.Find(null, Variables(slurm, null))).Message, StringComparison.Ordinal);

    private static Func<string, string?> Variables(string? slurm, string? kubernetes) => name => name == "SLURM_ARRAY_TASK_ID" ? slurm : kubernetes;
}
