using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Inference.Precisions;

namespace Sassnet.Model.Inference;

/// <summary>Where and how a segmenter computes.</summary>
public sealed record SegmenterOptions
{
    /// <summary><c>auto</c> (the first CUDA device, else the processor), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The number format to compute in. Default: the fastest on this device.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Threads of one inference on the processor, at least 1; 0, the default, takes all cores.</summary>
    public int Threads { get; init; }

    /// <summary>Windows of a sliding window, and mirrored passes, that are computed at once, at least 1; more only pays on CUDA. Default 1.</summary>
    public int WindowBatch { get; init; } = 1;

    /// <summary>
    /// What one pass over a whole volume may take on the processor, in bytes, at least 1; a volume that needs more is taken in slabs, or in
    /// tiles (<see cref="TileGrid"/>), and where nothing fits in the windows or tiles that need least. Default: half of what the runtime may use: of the
    /// container's limit or the machine's memory, or of the heap's own limit where one is set. It does not follow what happens to be free: the same volume
    /// then gets the same tiles, and so the same answer, every time.
    /// </summary>
    public long WholeMemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(WindowBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WholeMemoryBytes, 1);
        if (!Enum.IsDefined(Precision))
            throw new ArgumentOutOfRangeException(nameof(Precision), Precision, "A precision is Auto, Float32, BFloat16 or Float16.");
    }
}
