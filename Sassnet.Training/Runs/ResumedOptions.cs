using Sassnet.Training.Configuration;

namespace Sassnet.Training.Runs;

/// <summary>The configuration that a run goes on with: the one it was started with, but for how many iterations there will be, where the data lies and where it computes.</summary>
internal static class ResumedOptions
{
    private const string Iterations = "iterations";
    private const string Auto = "auto";

    // Runs of earlier versions do not say; there was no other.
    private const string Earlier = "cpu";

    private static readonly string[] Changeable = [Iterations, "data.folder", "device"];

    /// <summary>Reads a run's configuration, with values in the place of stored ones.</summary>
    /// <param name="run">A run that was started before.</param>
    /// <param name="assignments">Each as <c>key.key=value</c>. A value that is the stored one is accepted, so that a start and every restart may be one command.</param>
    /// <exception cref="InvalidConfigurationException">A value cannot change any more, or there would be fewer iterations than are done.</exception>
    public static TrainingOptions Read(RunFolder run, IReadOnlyCollection<string> assignments)
    {
        var stored = Settled(TrainingOptionsFile.Read(run.ConfigFile));
        var options = AsStarted(TrainingOptionsFile.Read(run.ConfigFile, assignments), stored);
        var change = OptionTree.Parse(TrainingOptionsFile.Write(stored)).Differences(OptionTree.Parse(TrainingOptionsFile.Write(options)))
            .FirstOrDefault(difference => !Changeable.Contains(difference.Key));
        if (change.Key is { } key)
            throw new InvalidConfigurationException($"'{key}' is {change.Other}; accepted with --resume: {change.Own}, with which the run was started. Only {string.Join(", ", Changeable)} may change.");
        var done = run.IterationsDone();
        if (options.Iterations < done)
            throw new InvalidConfigurationException($"'{Iterations}' is {options.Iterations}; accepted with --resume: {done}, which are done, or more.");
        return options;
    }

    /// <summary>Says which values of a configuration file are not those that a run goes on with; null where there are none, or there is no such file any more.</summary>
    /// <param name="config">The file that the run was perhaps started with, and that was perhaps changed since.</param>
    /// <param name="assignments">As in <see cref="Read"/>.</param>
    /// <param name="options">What the run goes on with.</param>
    public static string? Unread(string config, IReadOnlyCollection<string> assignments, TrainingOptions options)
    {
        if (!File.Exists(config))
            return null;
        TrainingOptions asked;
        try
        {
            asked = AsStarted(TrainingOptionsFile.Read(config, assignments), options);
        }
        catch (InvalidConfigurationException failure)
        {
            return $"'{config}' is not what the run goes on with, which keeps its own configuration, and could not be read: {failure.Message}";
        }

        var differences = OptionTree.Parse(TrainingOptionsFile.Write(options)).Differences(OptionTree.Parse(TrainingOptionsFile.Write(asked)))
            .Select(difference => $"{difference.Key} is {difference.Other} there and {difference.Own} in the run").ToList();
        return differences.Count == 0
            ? null
            : $"'{config}' is not what the run goes on with, which keeps its own configuration: {string.Join(", ", differences)}. By --set alone {string.Join(", ", Changeable)} may change.";
    }

    // What "auto" meant was settled at the start.
    private static TrainingOptions AsStarted(TrainingOptions options, TrainingOptions start) => options with
    {
        Precision = options.Precision == TrainingPrecision.Auto ? start.Precision : options.Precision,
        Device = options.Device != Auto ? options.Device : start.Device == Auto ? Earlier : start.Device,
        Crops = options.Crops.Accumulate > 0 ? options.Crops : options.Crops with { Accumulate = start.Crops.Accumulate },
    };

    // Runs of earlier versions do not say how many micro-batches a step has; there was one.
    private static TrainingOptions Settled(TrainingOptions stored) =>
        stored.Crops.Accumulate > 0 ? stored : stored with { Crops = stored.Crops with { Accumulate = 1 } };
}
