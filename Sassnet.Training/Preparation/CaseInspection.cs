using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Sassnet.Training.Pictures.Slices;

namespace Sassnet.Training.Preparation;

/// <summary>Reads a case whole and looks for everything that would spoil a training run, without stopping at the first fault.</summary>
/// <param name="foreground">The values of labels that are the foreground.</param>
/// <param name="otherLabels">Other values that may occur in labels.</param>
internal sealed class CaseInspection(IReadOnlyList<int> foreground, IReadOnlyList<int> otherLabels)
{
    private const int SliceSide = 200;
    private const int NamedValues = 5;

    /// <summary>Inspects a case.</summary>
    public InspectedCase Run(RawCase raw)
    {
        var faults = new List<string>();
        if (raw.Image is null)
            return new InspectedCase(raw, ["There is a label but no image of this name; accepted: both, or an image alone."], null, null, []);
        var image = Read(raw.Image, "image", faults);
        var label = raw.Label is null ? null : Read(raw.Label, "label", faults);
        var mask = label is null ? null : CheckLabel(label, faults);
        if (image is null)
            return new InspectedCase(raw, faults, null, null, []);
        if (label is not null && GridAgreement.Fault(image, label) is { } fault)
            faults.Add(fault);
        return new InspectedCase(raw, faults, Facts(image), mask is null ? null : Millilitres(mask), Slices(image, mask));
    }

    private static Volume? Read(string path, string what, List<string> faults)
    {
        try
        {
            return VolumeFile.Read(path).Volume;
        }
        catch (InvalidVolumeException fault)
        {
            faults.Add($"The {what} cannot be used: {fault.Message}");
            return null;
        }
    }

    private LabelMap CheckLabel(Volume label, List<string> faults)
    {
        var mask = new byte[label.Voxels.Length];
        var strange = new SortedDictionary<float, int>();
        for (var i = 0; i < mask.Length; i++)
        {
            var value = label.Voxels[i];
            if (value != 0 && foreground.Any(accepted => accepted == value))
                mask[i] = 1;
            else if (value != 0 && !otherLabels.Any(accepted => accepted == value))
                strange[value] = strange.GetValueOrDefault(value) + 1;
        }

        if (strange.Count > 0)
            faults.Add($"The label has {Named(strange)}; accepted: 0, {string.Join(", ", foreground.Concat(otherLabels))}.");
        if (!mask.AsSpan().Contains((byte)1))
            faults.Add($"The label is empty: 0 of its {mask.Length} voxels are {string.Join(" or ", foreground)}; 1 or more is accepted.");
        return new LabelMap(label.Size, mask, label.Affine);
    }

    private static string Named(SortedDictionary<float, int> strange)
    {
        var named = strange.Take(NamedValues).Select(pair => string.Create(CultureInfo.InvariantCulture, $"the value {pair.Key} in {pair.Value} voxels"));
        return string.Join(", ", named) + (strange.Count > NamedValues ? $" and {strange.Count - NamedValues} values more" : "");
    }

    private static ScanFacts Facts(Volume image)
    {
        var upright = new Reorientation(image.Size, image.Affine, Orientation.Ras);
        var (mean, deviation) = IntensityNormaliser.Moments(image.Voxels);
        return new ScanFacts(
            upright.TargetSize,
            upright.TargetAffine.VoxelSize,
            Orientation.Of(image.Affine).Code,
            mean,
            deviation,
            image.Voxels.Min(),
            image.Voxels.Max(),
            XxHash128.HashToUInt128(MemoryMarshal.AsBytes(image.Voxels.AsSpan())));
    }

    private static double Millilitres(LabelMap mask)
    {
        var edges = mask.VoxelSize;
        return mask.Labels.AsSpan().Count((byte)1) * edges.X * edges.Y * edges.Z / 1000;
    }

    // A label of another grid cannot be drawn on the scan; one that only its header places elsewhere is drawn where training would take it to be.
    private static List<byte[]> Slices(Volume image, LabelMap? mask)
    {
        var drawn = mask is not null && mask.Size == image.Size ? new LabelMap(mask.Size, mask.Labels, image.Affine) : null;
        var chooser = drawn ?? new LabelMap(image.Size, new byte[image.Size.Count], image.Affine);
        var slices = new List<byte[]>();
        foreach (var plane in Enum.GetValues<AnatomicalPlane>())
        {
            using var picture = SlicePicture.Of(image, plane, SlicePicture.LargestSlice(chooser, plane), drawn, side: SliceSide);
            slices.Add(picture.ToPng());
        }

        return slices;
    }
}
