using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sassnet.Model.Files;
using Sassnet.Model.Inference;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;

namespace Sassnet.Training.Evaluation;

/// <summary>Segments cases with a package, as the service would, and scores them on each case's own grid.</summary>
/// <param name="segmenter">The loaded package.</param>
/// <param name="files">Where the cases are.</param>
/// <param name="labels">The package's labels.</param>
public sealed class Evaluator(Segmenter segmenter, CaseFiles files, IReadOnlyList<EvaluatedLabel> labels)
{
    /// <summary>Segments every case once and scores it with and without its smaller components.</summary>
    /// <param name="cases">Their names.</param>
    /// <param name="mode">How the network is led over a scan.</param>
    /// <param name="progress">Gets a line per case.</param>
    /// <param name="cancellationToken">Stops between windows.</param>
    /// <exception cref="InvalidConfigurationException">A case has no file, or nothing in its label.</exception>
    /// <exception cref="InvalidVolumeException">A file cannot be used; the message names the case.</exception>
    public IReadOnlyList<CaseScore> Score(IReadOnlyList<string> cases, InferenceMode mode, TextWriter progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(progress);
        var scores = new List<CaseScore>();
        foreach (var name in cases)
        {
            var start = Stopwatch.GetTimestamp();
            var (_, truth, prediction) = Predict(name, new SegmentationRequest(mode, KeepLargest: false), cancellationToken);
            var score = CaseScore.Of(name, prediction, truth, [.. labels.Select(label => label.Value)], files.KnowsVoxelSize(name));
            scores.Add(score);
            progress.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{scores.Count}/{cases.Count}  {name}  Dice {score.Largest.Dice:F4}{OfLabels(score)}, all components {score.All.Dice:F4}  95HD {score.Largest.Hd95:F2} voxels  {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
        }

        return scores;
    }

    /// <summary>Reads a case and segments it.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="request">Mode, threshold and clean-up.</param>
    /// <param name="cancellationToken">Stops between windows.</param>
    /// <returns>The scan, the numbers of its labels, counted from 1, and the prediction's labels, on one grid.</returns>
    /// <exception cref="InvalidConfigurationException">The case has no file, or nothing in its label.</exception>
    /// <exception cref="InvalidVolumeException">A file cannot be used; the message names the case.</exception>
    public (Volume Image, LabelMap Truth, LabelMap Prediction) Predict(string name, SegmentationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var image = files.ReadImage(name);
            var truth = files.ReadStructures(name, image, [.. labels.Select(label => label.FileValues)]);
            return (image, truth, segmenter.Segment(image, request, cancellationToken).Segmentation);
        }
        catch (InvalidVolumeException failure)
        {
            throw new InvalidVolumeException(failure.Kind, failure.Slug, $"Case {name}: {failure.Message}", failure);
        }
    }

    /// <summary>Writes <c>cases.csv</c> and <c>summary.json</c>; of several labels the means, and those of each in <c>label-VALUE/</c>.</summary>
    public static EvaluationSummary Write(string folder, IReadOnlyCollection<CaseScore> scores)
    {
        Directory.CreateDirectory(folder);
        CaseTable.Write(folder, scores);
        var summary = EvaluationSummary.Of(scores);
        AtomicFile.WriteText(Path.Combine(folder, "summary.json"), JsonSerializer.Serialize(summary, EvaluationJson.Default.EvaluationSummary) + "\n");
        foreach (var label in scores.SelectMany(score => score.Labels).GroupBy(one => one.Label, one => one.Score))
            Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"label-{label.Key}")), [.. label]);
        return summary;
    }

    private static string OfLabels(CaseScore score) => score.Labels.Count == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" ({string.Join(", ", score.Labels.Select(one => FormattableString.Invariant($"{one.Label}: {one.Score.Largest.Dice:F4}")))})");
}

/// <summary>A label that is evaluated.</summary>
/// <param name="Value">Its value in the package's answers.</param>
/// <param name="FileValues">The voxel values in label files that are meant by it, all together.</param>
public sealed record EvaluatedLabel(byte Value, IReadOnlyCollection<int> FileValues);
