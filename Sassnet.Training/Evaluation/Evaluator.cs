using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sassnet.Model.Files;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;

namespace Sassnet.Training.Evaluation;

/// <summary>Segments cases with a package, as the service would, and scores them on each case's own grid.</summary>
/// <param name="segmenter">The loaded package.</param>
/// <param name="files">Where the cases are.</param>
/// <param name="labels">The package's labels.</param>
public sealed class Evaluator(Segmenter segmenter, CaseFiles files, IReadOnlyList<EvaluatedLabel> labels)
{
    /// <summary>The package's labels as it describes them, in the order of those that are evaluated.</summary>
    public IReadOnlyList<Label> Labels => segmenter.Manifest.Labels;

    /// <summary>Segments every case once and scores it with and without its smaller components.</summary>
    /// <param name="cases">Their names.</param>
    /// <param name="mode">How the network is led over a scan.</param>
    /// <param name="progress">Gets a line per case.</param>
    /// <param name="cancellationToken">Stops between windows.</param>
    /// <exception cref="InvalidConfigurationException">A case has no file, or nothing of any label in its label file.</exception>
    /// <exception cref="InvalidVolumeException">A file cannot be used; the message names the case.</exception>
    public ScoredCases Score(IReadOnlyList<string> cases, InferenceMode mode, TextWriter progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(progress);
        var (scores, modes, voxels) = (new List<CaseScore>(), new List<InferenceMode>(), 0L);
        foreach (var name in cases)
        {
            var start = Stopwatch.GetTimestamp();
            // The warnings are about the largest component, as the service answers; the others are drawn from the maps once more.
            var request = new SegmentationRequest(mode);
            var (_, truth, result) = Predict(name, request, cancellationToken);
            byte[] values = [.. labels.Select(label => label.Value)];
            var all = LabelDrawing.Of([.. result.Maps.Select(maps => maps.Probability)], request.Threshold, values);
            IReadOnlyList<double?> agreements = [.. result.Measurements.Select(label => label.KnownAgreement)];
            var score = CaseScore.Of(name, all, truth, Labels, agreements, files.KnowsVoxelSize(name)).WithWarnings(result.Warnings);
            scores.Add(score);
            modes.Add(result.Mode);
            voxels += result.Plan.NetworkVoxels;
            progress.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{scores.Count}/{cases.Count}  {name}  Dice {score.Largest.Dice:F4}{OfLabels(score)}, all components {score.All.Dice:F4}  {score.Distance(decimals: 2)}  {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
        }

        var asAsked = mode == InferenceMode.Auto ? modes.Count : modes.Count(led => led == mode);
        var (most, inMode) = modes.CountBy(led => led).MaxBy(led => led.Value);
        return new ScoredCases(scores, most, inMode, asAsked, voxels);
    }

    /// <summary>Reads a case and segments it.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="request">Mode, threshold and clean-up.</param>
    /// <param name="cancellationToken">Stops between windows.</param>
    /// <returns>The scan, the numbers of its labels, counted from 1, and what was made of it, on one grid, with the warnings about the scan's file before those about the result.</returns>
    /// <exception cref="InvalidConfigurationException">The case has no file, or nothing of any label in its label file.</exception>
    /// <exception cref="InvalidVolumeException">A file cannot be used; the message names the case.</exception>
    public (Volume Image, LabelMap Truth, SegmentationResult Result) Predict(string name, SegmentationRequest request, CancellationToken cancellationToken) =>
        CaseFaults.Named(name, () =>
        {
            var image = files.ReadImage(name);
            var truth = files.ReadStructures(name, image.Volume, [.. labels.Select(label => label.FileValues)]).Numbers;
            var result = segmenter.Segment(image.Volume, request, cancellationToken);

            // What is odd about the scan's file comes first, as in the service's answer. Labels' files the service never sees.
            return (image.Volume, truth, result with { Warnings = [.. image.Warnings, .. result.Warnings] });
        });

    /// <summary>Writes <c>cases.csv</c> and <c>summary.json</c>; of several labels the means, and those of each in <c>label-VALUE/</c>, over the cases that have it.</summary>
    public static EvaluationSummary Write(string folder, IReadOnlyCollection<CaseScore> scores)
    {
        Directory.CreateDirectory(folder);
        CaseTable.Write(folder, scores);
        var summary = EvaluationSummary.Of(scores);
        AtomicFile.WriteText(Path.Combine(folder, EvaluationSummary.FileName), JsonSerializer.Serialize(summary, EvaluationJson.Default.EvaluationSummary) + "\n");
        // Those of a package that was measured into the same folder before are nothing of this one's.
        foreach (var stale in LabelFolder.In(folder).Except(scores.SelectMany(score => score.Labels).Select(one => one.Label)))
            LabelFolder.Remove(folder, stale);
        foreach (var label in scores.SelectMany(score => score.Labels).GroupBy(one => one.Label, one => one.Score))
            Write(LabelFolder.Of(folder, label.Key), [.. label]);
        return summary;
    }

    private static string OfLabels(CaseScore score) => score.Labels.Count == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" ({string.Join(", ", score.Labels.Select(one => FormattableString.Invariant($"{one.Label}: {one.Score.Largest.Dice:F4}")).Concat(score.Absent.Select(OfAbsent)))})");

    private static string OfAbsent((byte Label, long Voxels) absent) =>
        FormattableString.Invariant($"{absent.Label}: not there{(absent.Voxels > 0 ? $", {Counted.Of(absent.Voxels, "voxel")} found" : "")}");
}

/// <summary>Cases scored in one mode.</summary>
/// <param name="Scores">One per case.</param>
/// <param name="Mode">How the network was led over most of them.</param>
/// <param name="LedInMode">Over how many.</param>
/// <param name="LedAsAsked">Over how many of them it was led in the mode that was asked for: with <see cref="InferenceMode.Auto"/> all, and else those that did not come to windows for want of memory.</param>
/// <param name="NetworkVoxels">What that came to over all of them; see <see cref="InferencePlan"/>.</param>
public sealed record ScoredCases(IReadOnlyList<CaseScore> Scores, InferenceMode Mode, int LedInMode, int LedAsAsked, long NetworkVoxels)
{
    private const int Decimals = 4;

    /// <summary>The mean Dice of the largest component, as packages record it.</summary>
    public double Dice => Math.Round(Scores.Average(score => score.Largest.Dice), Decimals);
}

/// <summary>A label that is evaluated.</summary>
/// <param name="Value">Its value in the package's answers.</param>
/// <param name="FileValues">The voxel values in label files that are meant by it, all together.</param>
public sealed record EvaluatedLabel(byte Value, IReadOnlyCollection<int> FileValues);
