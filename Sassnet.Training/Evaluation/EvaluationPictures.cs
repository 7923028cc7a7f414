using System.Globalization;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Model.Pictures;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Pictures.Surfaces;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Evaluation;

/// <summary>
/// Pictures of the best, the median and the worst case by Dice, largest component: <c>best.png</c> with contours of label and prediction in three planes,
/// <c>best-surface.png</c> with both surfaces, and the same for the others. Of several labels each has the package's colour.
/// </summary>
public static class EvaluationPictures
{
    private static readonly string[] Roles = ["best", "median", "worst"];

    /// <summary>Takes away the pictures of an evaluation: those of another package would lie beside the figures of this one until its own are drawn.</summary>
    /// <param name="folder">The evaluation's folder, which need not be there.</param>
    public static void Clear(string folder)
    {
        foreach (var path in Roles.SelectMany(role => (string[])[Slices(folder, role), Surfaces(folder, role)]).Where(File.Exists))
            File.Delete(path);
    }

    /// <summary>Segments the three cases once more, since the predictions of a large set would not fit into memory, and draws them.</summary>
    /// <param name="folder">Where the files go; it exists.</param>
    /// <param name="evaluator">What scored the cases.</param>
    /// <param name="scores">One per case, at least one.</param>
    /// <param name="mode">The mode they were scored in.</param>
    /// <param name="cancellationToken">Stops between windows.</param>
    public static void Write(
        string folder, Evaluator evaluator, IReadOnlyCollection<CaseScore> scores, InferenceMode mode, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(scores);
        var ranked = scores.OrderByDescending(score => score.Largest.Dice).ToList();
        var chosen = Roles.Zip([ranked[0], ranked[ranked.Count / 2], ranked[^1]]);
        var labels = evaluator.Labels;
        var colours = labels.Count == 1 ? null : labels.ToDictionary(label => label.Value, label => label.Colour!);
        foreach (var roles in chosen.GroupBy(choice => choice.Second))
        {
            var (image, numbers, result) = evaluator.Predict(roles.Key.Case, new SegmentationRequest(mode), cancellationToken);
            var (truth, prediction) = (Valued(numbers, labels), result.Segmentation);
            foreach (var (role, score) in roles)
            {
                var title = Title(role, score, ranked.Count);
                using var slices = Slices(image, truth, prediction, title, colours);
                using var surfaces = SurfacePicture.Compare(truth, prediction, title: title, colours: colours);
                slices.Save(Slices(folder, role));
                surfaces.Save(Surfaces(folder, role));
            }
        }
    }

    private static string Slices(string folder, string role) => Path.Combine(folder, role + ".png");

    private static string Surfaces(string folder, string role) => Path.Combine(folder, role + "-surface.png");

    // Numbers counted from 1 as the values that the package's answers have for them.
    private static LabelMap Valued(LabelMap numbers, IReadOnlyList<Label> labels) =>
        new(numbers.Size, Array.ConvertAll(numbers.Labels, number => number == 0 ? number : labels[number - 1].Value), numbers.Affine);

    // The slices are chosen by the label, so that they are the same for every model.
    private static Picture Slices(Volume image, LabelMap truth, LabelMap prediction, string title, IReadOnlyDictionary<byte, string>? colours)
    {
        var panels = Enum.GetValues<AnatomicalPlane>()
            .Select(plane => new Panel(SlicePicture.Of(image, plane, SlicePicture.LargestSlice(truth, plane), truth, prediction, colours: colours)))
            .ToList();
        try
        {
            return Montage.Of(panels, panels.Count, title);
        }
        finally
        {
            panels.ForEach(panel => panel.Picture.Dispose());
        }
    }

    private static string Title(string role, CaseScore score, int cases)
    {
        var millimetres = score.Largest is { Empty: false, Hd95Mm: { } mm } ? string.Create(CultureInfo.InvariantCulture, $" ({mm:F1} mm)") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{role} of {cases}: {score.Case}, Dice {score.Largest.Dice:F3}, {score.Distance(decimals: 1)}{millimetres}");
    }
}
