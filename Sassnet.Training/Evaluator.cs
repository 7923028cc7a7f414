using System.Globalization;
using System.Text.Json;
using Sassnet.Model.Files;
using Sassnet.Model.Inference;
using Sassnet.Training.Data;

namespace Sassnet.Training;

/// <summary>Segments cases with a package, as the service would, and scores them on each case's own grid.</summary>
public static class Evaluator
{
    /// <summary>Segments and scores every case.</summary>
    /// <param name="segmenter">The loaded package.</param>
    /// <param name="files">Where the cases are.</param>
    /// <param name="cases">Their names.</param>
    /// <param name="labelValue">The voxel value of the foreground in label files.</param>
    /// <param name="request">Mode, threshold and clean-up.</param>
    /// <param name="cancellationToken">Stops between windows.</param>
    public static IReadOnlyList<CaseScore> Score(
        Segmenter segmenter, CaseFiles files, IEnumerable<string> cases, byte labelValue, SegmentationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(segmenter);
        ArgumentNullException.ThrowIfNull(files);
        var scores = new List<CaseScore>();
        foreach (var name in cases)
        {
            var image = files.ReadImage(name);
            var truth = files.ReadMask(name, image, [labelValue]);
            scores.Add(CaseScore.Of(name, segmenter.Segment(image, request, cancellationToken).Segmentation, truth));
        }

        return scores;
    }

    /// <summary>Writes <c>cases.csv</c> and <c>summary.json</c>.</summary>
    public static EvaluationSummary Write(string folder, IReadOnlyCollection<CaseScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        Directory.CreateDirectory(folder);
        var lines = scores.Select(score => string.Create(
            CultureInfo.InvariantCulture, $"{score.Case},{score.Dice:F6},{score.Jaccard:F6},{score.Hd95:F4},{score.Asd:F4},{(score.Empty ? 1 : 0)}"));
        AtomicFile.WriteText(Path.Combine(folder, "cases.csv"), string.Join('\n', lines.Prepend("case,dice,jaccard,hd95,asd,empty")) + "\n");
        var summary = EvaluationSummary.Of(scores);
        AtomicFile.WriteText(Path.Combine(folder, "summary.json"), JsonSerializer.Serialize(summary, EvaluationJson.Default.EvaluationSummary) + "\n");
        return summary;
    }
}
