using Sassnet.Model.Files;
using Sassnet.Model.Nifti;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Preparation;

/// <summary>
/// Writes a data folder as <c>train</c> and <c>evaluate</c> read it: <c>images/</c>, <c>labels/</c> and list files, all as NIfTI. Files are copied, not
/// linked: what was checked stays as it was checked, whatever becomes of the raw folder. Only what training would not read, DICOM, masks of a structure each and
/// labels along other axes than their image's, is written anew.
/// </summary>
internal static class PreparedFolder
{
    private const string Images = "images";
    private const string Labels = "labels";
    private const string Written = ".nii.gz";

    /// <summary>Writes the cases of a split and of the folds, and the lists of each; an empty list has no file.</summary>
    public static void Write(
        string folder, IReadOnlyCollection<InspectedCase> cases, PatientSplit split, IReadOnlyList<PatientSplit> folds, CancellationToken cancellationToken)
    {
        var (images, labels) = (Directory.CreateDirectory(Path.Combine(folder, Images)).FullName, Directory.CreateDirectory(Path.Combine(folder, Labels)).FullName);
        var used = folds.Prepend(split).SelectMany(one => one.Labelled.Concat(one.Unlabelled).Concat(one.Validation)).ToHashSet();
        foreach (var inspected in cases.Where(inspected => used.Contains(inspected.Name)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            WriteImage(inspected.Raw.Image!, Path.Combine(images, inspected.Name), cancellationToken);
            if (inspected.Raw.Masks is { } masks)
                WriteMasks(inspected.Raw, masks, Path.Combine(labels, inspected.Name), cancellationToken);
            else if (inspected.Raw.Label is { } label)
                WriteLabel(inspected.Raw, label, Path.Combine(labels, inspected.Name), Orientation.Parse(inspected.Scan!.Orientation), cancellationToken);
        }

        WriteLists(folder, split);
        for (var fold = 0; fold < folds.Count; fold++)
            WriteLists(Directory.CreateDirectory(Path.Combine(folder, FoldLists.Folder(fold))).FullName, folds[fold]);
    }

    /// <summary>Takes away what a write that failed has left in a folder that was empty before it: the same command finds it so again.</summary>
    public static void Discard(string folder)
    {
        foreach (var part in new[] { Images, Labels, FoldLists.Root }.Select(name => Path.Combine(folder, name)).Where(Directory.Exists))
            Directory.Delete(part, recursive: true);
        foreach (var list in (string[])[FoldLists.Labelled, FoldLists.Unlabelled, FoldLists.Validation])
            File.Delete(Path.Combine(folder, list));
    }

    private static void WriteLists(string folder, PatientSplit split)
    {
        WriteList(folder, FoldLists.Labelled, split.Labelled);
        WriteList(folder, FoldLists.Unlabelled, split.Unlabelled);
        WriteList(folder, FoldLists.Validation, split.Validation);
    }

    private static void WriteImage(string source, string target, CancellationToken cancellationToken)
    {
        if (!RawVolume.IsSeries(source))
        {
            Copy(source, target);
            return;
        }

        var (volume, geometry, _) = RawVolume.Read(source, cancellationToken);
        NiftiWriter.Write(target + Written, volume, geometry);
    }

    private static void WriteLabel(RawCase raw, string source, string target, Orientation orientation, CancellationToken cancellationToken)
    {
        var label = RawVolume.Read(source, cancellationToken).Volume;

        // The image is read again only where the label may have to be turned.
        var (onImage, fault) = Orientation.Of(label.Affine) == orientation ? (label, null) : LabelAxes.On(RawVolume.Read(raw.Image!, cancellationToken).Volume, label);
        if (fault is not null)
            throw new InvalidConfigurationException($"The label of {raw.Name} is no longer that which was checked: {fault}");
        if (onImage == label && !RawVolume.IsSeries(source))
        {
            Copy(source, target);
            return;
        }

        // Of the values that inspection lets pass only those of no structure may be more than a byte holds.
        var written = new LabelMap(onImage.Size, Array.ConvertAll(onImage.Voxels, value => value is >= 0 and <= byte.MaxValue ? (byte)value : (byte)0), onImage.Affine);
        NiftiWriter.Write(target + Written, written, NiftiGeometry.FromAffine(written.Size, written.Affine));
    }

    private static void WriteMasks(RawCase raw, IReadOnlyList<StructureMask> masks, string target, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var merged = MergedMasks.On(RawVolume.Read(raw.Image!, cancellationToken).Volume, masks, faults, [], cancellationToken);
        if (merged is null || faults.Count > 0)
            throw new InvalidConfigurationException($"The masks of {raw.Name} are no longer those that were checked: {string.Join(" ", faults)}");
        var label = new LabelMap(merged.Size, Array.ConvertAll(merged.Voxels, value => (byte)value), merged.Affine);
        NiftiWriter.Write(target + Written, label, NiftiGeometry.FromAffine(label.Size, label.Affine));
    }

    private static void Copy(string source, string target) => AtomicFile.Write(target + RawFile.NiftiExtension(source), copy =>
    {
        using var original = File.OpenRead(source);
        original.CopyTo(copy);
    });

    private static void WriteList(string folder, string list, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
            AtomicFile.WriteText(Path.Combine(folder, list), string.Join('\n', names) + "\n");
    }
}
