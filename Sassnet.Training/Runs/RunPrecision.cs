using Sassnet.Training.Configuration;

namespace Sassnet.Training.Runs;

/// <summary>The data type of a run's activations: settled once, when it starts, and kept in its configuration, so that it goes on in the same one.</summary>
public static class RunPrecision
{
    /// <summary>Settles a precision that the configuration leaves open.</summary>
    /// <param name="options">The configuration of a run that starts, or a stored one.</param>
    /// <param name="choose">Finds the precision; asked only where it is open.</param>
    /// <returns>The options to store with the run; their precision is never <see cref="TrainingPrecision.Auto"/>.</returns>
    public static TrainingOptions Settle(TrainingOptions options, Func<TrainingPrecision> choose)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(choose);
        return options.Precision == TrainingPrecision.Auto ? options with { Precision = choose() } : options;
    }
}
