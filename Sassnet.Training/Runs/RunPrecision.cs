using Sassnet.Training.Configuration;

namespace Sassnet.Training.Runs;

/// <summary>The data type of a run's activations: settled once, when it starts, and kept in its configuration, so that it goes on in the same one.</summary>
public static class RunPrecision
{
    /// <summary>Settles a precision that the configuration leaves open, and stores it with the run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Its stored configuration.</param>
    /// <param name="choose">Finds the precision; asked only where it is open.</param>
    /// <returns>The options; their precision is never <see cref="TrainingPrecision.Auto"/>.</returns>
    public static TrainingOptions Settle(RunFolder run, TrainingOptions options, Func<TrainingPrecision> choose)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(choose);
        if (options.Precision != TrainingPrecision.Auto)
            return options;
        var settled = options with { Precision = choose() };
        run.Store(settled);
        return settled;
    }
}
