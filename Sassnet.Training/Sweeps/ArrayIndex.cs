using System.Globalization;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Sweeps;

/// <summary>Which run of a sweep this process does: the one asked for, or the one that a scheduler's array job tells it.</summary>
internal static class ArrayIndex
{
    // Slurm's array jobs and Kubernetes' indexed jobs.
    private static readonly string[] Variables = ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"];

    /// <summary>Finds the index.</summary>
    /// <param name="given">The one asked for; null for the scheduler's.</param>
    /// <param name="variable">Reads an environment variable; null where it is not set.</param>
    /// <returns>The index, and where it comes from.</returns>
    /// <exception cref="InvalidConfigurationException">There is none, or it is no number.</exception>
    public static (int Index, string Source) Find(int? given, Func<string, string?> variable)
    {
        if (given is { } asked)
            return (asked, "--index");
        var source = Variables.FirstOrDefault(name => !string.IsNullOrEmpty(variable(name)))
            ?? throw new InvalidConfigurationException($"--sweep needs --index, or one of the variables {string.Join(" and ", Variables)} that array jobs have.");
        var text = variable(source);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (index, source)
            : throw new InvalidConfigurationException($"{source} is '{text}'; accepted: a whole number from 0.");
    }
}
