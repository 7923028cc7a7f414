using System.Globalization;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Sweeps;

/// <summary>A value that only the runs of one method have, or those with one number of labels.</summary>
/// <param name="Axis"><see cref="OfMethod"/> or <see cref="OfLabels"/>.</param>
/// <param name="Value">The method's name, or how many scans are used with their labels; 0 is all.</param>
/// <param name="Assignment">What they have, as <c>key.key=value</c>.</param>
public sealed record SweepSetting(string Axis, string Value, string Assignment)
{
    /// <summary>The runs of one method.</summary>
    public const string OfMethod = "method";

    /// <summary>The runs with one number of labels.</summary>
    public const string OfLabels = "labels";

    /// <summary>What is assigned.</summary>
    internal string Key => Assignment.Split('=')[0];

    /// <summary>Takes <c>method=METHOD:key.key=value</c> or <c>labels=N:key.key=value</c> apart.</summary>
    /// <exception cref="InvalidConfigurationException">It has another form.</exception>
    public static SweepSetting Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(':', 2) is [var runs, var assignment] && assignment.Contains('=', StringComparison.Ordinal) &&
            runs.Split('=', 2) is [OfMethod or OfLabels, { Length: > 0 }] and [var axis, var value]
                ? new SweepSetting(axis, value, assignment)
                : throw new InvalidConfigurationException(
                    $"--set-where is '{text}'; accepted: {OfMethod}=METHOD:key.key=value or {OfLabels}=N:key.key=value, such as {OfMethod}=vnet:crops.labelled=4.");
    }

    /// <summary>Whether a run has it.</summary>
    internal bool IsFor(SweepRun run) => Value == (Axis == OfMethod ? run.Method : run.Labels.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() => $"{Axis}={Value}:{Assignment}";
}
