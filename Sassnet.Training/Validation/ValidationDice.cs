using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;

namespace Sassnet.Training.Validation;

/// <summary>
/// The Dice of each structure in each scan of a validation, which the processes of a training find together. A structure that a scan's label lacks has none there: it
/// counts neither for its own mean nor for the scan's.
/// </summary>
/// <param name="scans">The scans, each with a mask that has a structure.</param>
/// <param name="structures">How many structures there are.</param>
internal sealed class ValidationDice(IReadOnlyList<TrainingScan> scans, int structures)
{
    private readonly IReadOnlyList<byte>[] _present = [.. scans.Select(scan => LabelMap.ValuesOf(scan.Mask.AsSpan()))];

    // Structure by structure; 0 where a structure is not there, and where another process predicts.
    private readonly double[] _all = new double[scans.Count * structures];

    /// <summary>The mean over the scans of the mean over the structures that each has.</summary>
    public double Mean => Enumerable.Range(0, scans.Count).Select(scan => _present[scan].Average(number => _all[Place(scan, number)])).ToArray().Average();

    /// <summary>Notes what this process found of a scan.</summary>
    /// <param name="scan">Its index.</param>
    /// <param name="prediction">What the network makes of it.</param>
    public void Note(int scan, ScanPrediction prediction)
    {
        foreach (var number in _present[scan])
            _all[Place(scan, number)] = prediction.DiceOf(number);
    }

    /// <summary>Lets all processes know what each found.</summary>
    public void Share(World world) => world.Sum(_all);

    /// <summary>The mean of a structure over the scans that have it; null where none has.</summary>
    /// <param name="number">The structure's, counted from 1.</param>
    public double? MeanOf(byte number)
    {
        double[] own = [.. Enumerable.Range(0, scans.Count).Where(scan => _present[scan].Contains(number)).Select(scan => _all[Place(scan, number)])];
        return own.Length > 0 ? own.Average() : null;
    }

    private int Place(int scan, byte number) => ((number - 1) * scans.Count) + scan;
}
