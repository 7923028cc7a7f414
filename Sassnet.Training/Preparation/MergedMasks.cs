using System.Globalization;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Preparation;

/// <summary>Makes one label of a case's masks, each of one structure.</summary>
internal static class MergedMasks
{
    /// <summary>
    /// The label that a case's masks are together, on its image's grid. They are read one after another: all of a hundred structures would not fit into memory.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="masks">The masks; a structure that has none is not there, as one whose mask is empty.</param>
    /// <param name="faults">Gets what is wrong.</param>
    /// <param name="warnings">Gets what is odd.</param>
    /// <param name="cancellationToken">Stops between masks, and between parts of a file.</param>
    /// <returns>The label; null where nothing is known of it, since no mask that has something can be used.</returns>
    public static Volume? On(Volume image, IReadOnlyList<StructureMask> masks, List<string> faults, List<string> warnings, CancellationToken cancellationToken)
    {
        var earlier = faults.Count;
        var label = new Volume(image.Size, new float[image.Size.Count], image.Affine);
        foreach (var mask in masks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Read(image, mask, faults, warnings, cancellationToken) is { } voxels)
                faults.AddRange(Add(label.Voxels, voxels, mask, masks));
        }

        return faults.Count > earlier && !label.Voxels.AsSpan().ContainsAnyExcept(0f) ? null : label;
    }

    // Null where it cannot be used.
    private static float[]? Read(Volume image, StructureMask mask, List<string> faults, List<string> warnings, CancellationToken cancellationToken)
    {
        var what = $"mask {Path.GetFileName(mask.Path)}";
        VolumeFile file;
        try
        {
            file = RawVolume.Read(mask.Path, cancellationToken);
        }
        catch (Exception fault) when (fault is InvalidVolumeException or IOException or UnauthorizedAccessException)
        {
            faults.Add($"The {what} cannot be used: {fault.Message}");
            return null;
        }

        foreach (var sentence in CaseWarnings.About("masks", file.Warnings).Except(warnings).ToList())
            warnings.Add(sentence);
        var read = file.Volume;
        var (onImage, elsewhere) = LabelAxes.On(image, read, what);
        if (elsewhere is not null)
        {
            faults.Add(elsewhere);
            return null;
        }

        var odd = $"Masks' axes run {Orientation.Of(read.Affine)}, the image's {Orientation.Of(image.Affine)}; by their headers they lie on the image, and are brought to the image's axes. Look whether they fit.";
        if (onImage != read && !warnings.Contains(odd))
            warnings.Add(odd);
        if (MaskValues.Of(read.Voxels) is not { Count: > 1 } values)
            return onImage.Voxels;
        var named = string.Join(", ", values.Take(MaskValues.MostNamed).Select(value => value.ToString(CultureInfo.InvariantCulture)));
        faults.Add($"The {what} has the values {named}{(values.Count > MaskValues.MostNamed ? " and more" : "")}; accepted: 0 and one other value, for the structure that the file is called after. A label of several structures lies beside such folders, called as its case is.");
        return null;
    }

    private static IEnumerable<string> Add(float[] label, float[] voxels, StructureMask mask, IReadOnlyList<StructureMask> masks)
    {
        var shared = new SortedDictionary<float, int>();
        for (var i = 0; i < label.Length; i++)
        {
            if (voxels[i] == 0)
                continue;
            if (label[i] == 0)
                label[i] = mask.Value;
            else if (label[i] != mask.Value)
                shared[label[i]] = shared.GetValueOrDefault(label[i]) + 1;
        }

        return shared.Select(both => $"{Counted.Of(both.Value, "voxel is", "voxels are")} both in the mask of {string.Join(" or ", masks.Where(other => other.Value == both.Key).Select(other => other.Name))} and in that of {mask.Name}; accepted: each voxel in one structure. "
            + "Where one lies in the other, such as a tumour in its organ, decide what these voxels are: take them out of one of the masks, or by --structures make both one structure or leave one out.");
    }
}
