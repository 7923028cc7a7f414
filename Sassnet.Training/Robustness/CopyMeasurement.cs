using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;

namespace Sassnet.Training.Robustness;

/// <summary>Measures a package on the copies of one case after the other, and keeps what comes out. A copy that cannot be segmented holds up nobody.</summary>
/// <param name="segmenter">The loaded package.</param>
/// <param name="console">Gets a line per case, and one per copy that cannot be segmented.</param>
internal sealed class CopyMeasurement(Segmenter segmenter, TextWriter console)
{
    private readonly List<CopyScore> _scores = [];
    private readonly List<(string Label, ScanCopy Copy)> _missing = [];
    private readonly List<UnmadeCopy> _unmade = [];
    private readonly List<RefusedCopy> _refused = [];

    /// <summary>What came out so far.</summary>
    public RobustnessFindings Findings => new(_scores) { Missing = _missing, Unmade = _unmade, Refused = _refused };

    /// <summary>Makes, segments and scores the copies of a case.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="image">The scan.</param>
    /// <param name="label">The numbers of its labels in the package's order, counted from 1.</param>
    /// <param name="cancellationToken">Stops between windows.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Measure(string name, CaseImage image, LabelMap label, CancellationToken cancellationToken)
    {
        var copies = ScanCopies.Of(image.Volume.Size, image.Volume.VoxelSize, segmenter.Manifest.Preprocessing.Normalisation);
        _unmade.AddRange(copies.Unmade);
        foreach (var copy in copies.Made)
            Measure(name, copy, image, label, cancellationToken);
        console.WriteLine($"{name} done");
    }

    private void Measure(string name, ScanCopy copy, CaseImage image, LabelMap label, CancellationToken cancellationToken)
    {
        var told = segmenter.Manifest.Labels;
        var present = label.Values;
        try
        {
            var (copied, truth) = copy.Make(image.Volume, label);

            // Where the scan lacks a label, or moving or cutting left nothing of it, there is nothing to compare with.
            present = truth.Values;
            _missing.AddRange(told.Where((_, index) => !present.Contains((byte)(index + 1))).Select(absent => (told.Count == 1 ? "the label" : absent.Name, copy)));
            if (present.Count == 0)
                return;
            var result = segmenter.Segment(copied, new SegmentationRequest(), cancellationToken);

            // A copy is made of what the scan's file was taken for, so that what is odd about that holds for it too.
            _scores.Add(CopyScore.Of(copy, name, result with { Warnings = [.. image.Warnings, .. result.Warnings] }, truth, told));
        }
        catch (Exception failure) when (failure is InvalidVolumeException or DeviceOutOfMemoryException)
        {
            Refuse(failure.Message);
        }
        catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
        {
            Refuse("There is not enough memory for this copy; one of a smaller scan needs less.");
        }

        void Refuse(string error)
        {
            _refused.Add(new RefusedCopy(copy, name, told.Count == 1 ? [] : [.. present.Select(number => told[number - 1].Name)], error));
            console.WriteLine($"{name}, {copy.Kind} {copy.Name}, failed: {error}");
        }
    }
}
