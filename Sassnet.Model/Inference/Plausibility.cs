using System.Globalization;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>
/// Looks at a segmentation for what makes it doubtful, without the truth: signs that the network did not find one organ, and a scan or a result unlike those
/// of training (<see cref="ModelManifest.Range"/>). No warning is no promise.
/// </summary>
public static class Plausibility
{
    // On the ten validation scans of the left atrium the heads agree to 0.88 and more; on noise hardly at all.
    private const double LeastAgreement = 0.7;

    // On the same scans the largest component has 0.98 and more of what was found. A label of several components is asked for as much in these.
    private const double LeastShare = 0.9;

    // A vessel may leave the scan; an organ that is cut shows more than this of its widest section.
    private const double MostAtBorder = 0.1;

    // How far beyond what training saw is still no news. Fields of view cut by a quarter cost those scans 0.005 of Dice, and voxels of twice the length 0.007;
    // the smallest of their atria is found a third smaller than any of training.
    private const double ExtentMargin = 1.5;
    private const double VoxelMargin = 2;
    private const double VolumeMargin = 2;

    /// <summary>The warnings of one segmentation; empty where nothing is odd.</summary>
    /// <param name="model">The package that made it.</param>
    /// <param name="grid">The grid of the scan it was made of.</param>
    /// <param name="found">What was found of each label, in the package's order.</param>
    public static IReadOnlyList<Warning> Of(ModelManifest model, ModelGrid grid, IReadOnlyList<Measurement> found)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(found);
        List<Warning> warnings = [];
        for (var label = 0; label < found.Count; label++)
        {
            var about = model.Labels[label];
            var ofLabel = OfLabel(about, model.Range?.VolumesOfLabels()[label], grid, found[label]).OfType<Warning>();

            // Of several labels each warning says which one it is about.
            warnings.AddRange(found.Count == 1 ? ofLabel : ofLabel.Select(warning => warning with { Sentence = $"{about.Name}: {warning.Sentence}", Label = about.Value }));
        }

        if (model.Range is { } range)
            warnings.AddRange(((Warning?[])[Extent(range.FieldOfViewMm, grid, model), VoxelSize(range.VoxelSizeMm, grid, model)]).OfType<Warning>());
        return warnings;
    }

    private static IEnumerable<Warning?> OfLabel(Label label, Extremes? volumes, ModelGrid grid, Measurement found) =>
        [.. OfResult(label, found), Border(grid, found), volumes is null ? null : Volume(volumes, found)];

    private static IEnumerable<Warning?> OfResult(Label label, Measurement found)
    {
        if (found.Voxels == 0)
            yield return new Warning("empty-result", "Nothing was found.");
        if (found.HeadAgreement < LeastAgreement)
            yield return Warning("low-agreement", $"The network's two answers agree to {found.HeadAgreement:F2} (Dice); on the scans it was made for to {LeastAgreement} and more. Look at the result before you use it.");
        if (found.LargestShare < LeastShare)
            yield return Warning("many-components", $"What was found lies in {found.ComponentsFound} pieces, {(label.KeptComponents == 1 ? "the largest" : $"the {label.KeptComponents} largest")} with {found.LargestShare:P0} of it; {(label.KeptComponents == 1 ? "one piece is" : $"{label.KeptComponents} pieces are")} expected, with {LeastShare:P0} and more.");
    }

    private static Warning? Border(ModelGrid grid, Measurement found)
    {
        if (found.Box is not { } box)
            return null;
        var (seen, code) = (grid.FieldOfView, Orientation.Of(found.Segmentation.Affine).Code);
        (bool Low, bool High)[] touched =
        [
            (box.Start.X <= seen.Start.X, box.End.X >= seen.End.X),
            (box.Start.Y <= seen.Start.Y, box.End.Y >= seen.End.Y),
            (box.Start.Z <= seen.Start.Z, box.End.Z >= seen.End.Z),
        ];
        var cut = new List<string>();
        for (var axis = 0; axis < 3; axis++)
        {
            if (!touched[axis].Low && !touched[axis].High)
                continue;
            var sections = Sections(found.Segmentation, box, axis);
            var most = MostAtBorder * sections.Max();
            if (touched[axis].Low && sections[0] > most)
                cut.Add(Side(code[axis], grows: false));
            if (touched[axis].High && sections[^1] > most)
                cut.Add(Side(code[axis], grows: true));
        }

        return cut.Count == 0
            ? null
            : new Warning("cut-by-border", $"What was found is cut by the end of what was imaged ({string.Join(", ", cut)}), so part of it lies outside.");
    }

    /// <summary>The voxels of a label in each plane of a box across an axis.</summary>
    private static int[] Sections(LabelMap labels, GridBox box, int axis)
    {
        var sections = new int[box.Size[axis]];
        for (var z = 0; z < box.Size.Z; z++)
        {
            for (var y = 0; y < box.Size.Y; y++)
            {
                var row = labels.Labels.AsSpan(labels.Size.IndexOf(box.Start.X, box.Start.Y + y, box.Start.Z + z), box.Size.X);
                for (var x = 0; x < row.Length; x++)
                    sections[axis switch { 0 => x, 1 => y, _ => z }] += row[x] != 0 ? 1 : 0;
            }
        }

        return sections;
    }

    private static string Side(char letter, bool grows) => (letter, grows) switch
    {
        ('R', true) or ('L', false) => "right",
        ('L', true) or ('R', false) => "left",
        ('A', true) or ('P', false) => "front",
        ('P', true) or ('A', false) => "back",
        ('S', true) or ('I', false) => "head",
        _ => "feet",
    };

    private static Warning? Volume(Extremes range, Measurement found) =>
        found.Voxels == 0 || (found.VolumeMl >= range.Min / VolumeMargin && found.VolumeMl <= range.Max * VolumeMargin)
            ? null
            : Warning("implausible-volume", $"The volume is {found.VolumeMl:G3} ml; in training it was {range.Min:G3} to {range.Max:G3} ml.");

    private static Warning? Extent(AxisExtremes range, ModelGrid grid, ModelManifest model) => IsNear(grid.ExtentMm, range, ExtentMargin)
        ? null
        : Warning("field-of-view", $"What was imaged measures {Lengths(grid.ExtentMm)} mm (along {model.Preprocessing.Orientation}); in training {Lengths(range.Min)} to {Lengths(range.Max)} mm.");

    private static Warning? VoxelSize(AxisExtremes range, ModelGrid grid, ModelManifest model)
    {
        double[] edges = [grid.InputVoxelSize.X, grid.InputVoxelSize.Y, grid.InputVoxelSize.Z];
        return IsNear(edges, range, VoxelMargin)
            ? null
            : Warning("voxel-size", $"The voxels measure {Lengths(edges)} mm (along {model.Preprocessing.Orientation}); in training {Lengths(range.Min)} to {Lengths(range.Max)} mm.");
    }

    // A rounding error beyond the margin is none.
    private static bool IsNear(IReadOnlyList<double> values, AxisExtremes range, double margin) => values
        .Select((value, axis) => value >= range.Min[axis] / margin * 0.999 && value <= range.Max[axis] * margin * 1.001)
        .All(near => near);

    private static string Lengths(IReadOnlyList<double> values) => string.Join(" x ", values.Select(value => value.ToString("G3", CultureInfo.InvariantCulture)));

    private static Warning Warning(string slug, FormattableString sentence) => new(slug, FormattableString.Invariant(sentence));
}
