namespace Sassnet.Training.Distributed;

/// <summary>
/// What one process does of a step's micro-batches: a run of their numbers. Which crops and random numbers a micro-batch gets, goes by its number alone,
/// so that a run comes out the same however many processes share it.
/// </summary>
/// <param name="World">The processes.</param>
/// <param name="MicroBatches">How many micro-batches a step has, over all processes; no fewer than there are processes.</param>
public sealed record Share(World World, int MicroBatches)
{
    /// <summary>One micro-batch in one process.</summary>
    public static Share Whole { get; } = new(World.Alone, 1);

    /// <summary>The number of this process's first micro-batch within a step.</summary>
    public int First { get; } = Boundary(World.Rank, World.Size, MicroBatches);

    /// <summary>How many it does; as many as any other process, or one more or fewer.</summary>
    public int Count { get; } = Boundary(World.Rank + 1, World.Size, MicroBatches) - Boundary(World.Rank, World.Size, MicroBatches);

    /// <summary>The first micro-batch of a process, or, of the number after the last process, how many there are.</summary>
    internal static int Boundary(int rank, int size, int microBatches) => (int)((long)rank * microBatches / size);
}
