using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Distributed;

namespace Sassnet.Training.Runs;

/// <summary>
/// How many micro-batches a step of a run has: settled once, when it starts, and kept in its configuration, so that it goes on with the same steps whatever
/// the number of processes that share them.
/// </summary>
public static class RunShare
{
    /// <summary>Settles a number that the configuration leaves open: one for each process.</summary>
    /// <param name="options">The configuration of a run that starts, or a stored one.</param>
    /// <param name="world">The processes.</param>
    /// <returns>The options to store with the run; their number is never 0.</returns>
    /// <exception cref="InvalidConfigurationException">There are more processes than micro-batches.</exception>
    public static TrainingOptions Settle(TrainingOptions options, World world)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(world);
        var microBatches = Of(options, world).MicroBatches;
        return microBatches >= world.Size
            ? options with { Crops = options.Crops with { Accumulate = microBatches } }
            : throw new InvalidConfigurationException(
                $"'crops.accumulate' is {microBatches}, which {world.Size} processes cannot share; accepted: 1 to {Counted.Of(microBatches, "process", "processes")}, or a run that is started with {world.Size} micro-batches a step or more.");
    }

    /// <summary>What a process does of each step.</summary>
    public static Share Of(TrainingOptions options, World world)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(world);
        return new Share(world, options.Crops.Accumulate == 0 ? world.Size : options.Crops.Accumulate);
    }
}
