namespace Sassnet.Training.Data;

/// <summary>How much memory the scans of a training take, which holds all of them at once. It is the machine's own, also where a GPU computes.</summary>
/// <param name="scans">How many there will be.</param>
internal sealed class ScanMemory(int scans)
{
    private const double Megabyte = 1 << 20;
    private const double Gigabyte = 1 << 30;

    private int _held;
    private double _bytes;

    /// <summary>What <see cref="TrainingScan"/> takes.</summary>
    /// <param name="voxels">How many voxels it has on the network's grid; in floating point, since the product of three sides can exceed a long.</param>
    /// <param name="hasMask">Whether its structures are held with it.</param>
    public static double BytesOf(double voxels, bool hasMask) => voxels * (sizeof(float) + (hasMask ? sizeof(byte) : 0));

    /// <summary>A number of bytes as people read it.</summary>
    public static string Shown(double bytes) =>
        bytes < Gigabyte ? FormattableString.Invariant($"{Math.Ceiling(bytes / Megabyte):F0} MB") : FormattableString.Invariant($"{bytes / Gigabyte:F1} GB");

    /// <summary>Reads one that is held from then on.</summary>
    /// <exception cref="ScansOutOfMemoryException">There was no memory for it.</exception>
    public TrainingScan Read(Func<TrainingScan> read)
    {
        try
        {
            var scan = read();
            _held++;
            _bytes += BytesOf(scan.Size.Count, scan.Mask is not null);
            return scan;
        }
        catch (Exception failure) when (failure is OutOfMemoryException or AggregateException { InnerException: OutOfMemoryException })
        {
            var needed = _held == 0 ? $"the first of {scans} found none" : $"{_held} of {scans} take {Shown(_bytes)}, so that all need about {Shown(_bytes / _held * scans)}";
            throw new ScansOutOfMemoryException(
                $"Memory ran out while the scans were read, all of which a training holds at once: {needed}. It is the machine's own memory, whatever the device. "
                    + "A coarser 'preprocessing.spacingMm' or fewer scans, such as in 'data.unlabelled', need less; else train where there is more.",
                failure);
        }
    }
}
