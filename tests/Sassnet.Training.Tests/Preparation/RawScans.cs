using System.Buffers.Binary;
using System.IO.Compression;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Tests.Preparation;

/// <summary>A raw folder of small phantoms, some of them broken on purpose.</summary>
internal sealed class RawScans(string folder)
{
    // Where a NIfTI-1 header has these numbers.
    private const int SclSlope = 112;
    private const int QOffsetX = 268;

    private static readonly PhantomOptions Small = new() { Grid = new GridSize(32, 28, 24), VoxelSize = new VoxelSize(3, 3, 4) };

    private static readonly PhantomOptions Chambers = Small with { Grid = new GridSize(40, 40, 24), MaxShift = 0.05, Ventricle = true };

    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateDirectory(folder).FullName;

    /// <summary>Writes images/NAME.nii.gz and, where wanted, labels/NAME.nii.gz.</summary>
    public void WritePair(string name, ulong seed, bool labelled = true)
    {
        var (image, label) = PhantomGenerator.Generate(seed, Small);
        Write(Path.Combine("images", name + ".nii.gz"), image);
        if (labelled)
            Write(Path.Combine("labels", name + ".nii.gz"), label);
    }

    /// <summary>Writes such a pair whose label has the atrium, 1, and the left ventricle, 2.</summary>
    public void WriteChambers(string name, ulong seed)
    {
        var (image, label) = PhantomGenerator.Generate(seed, Chambers);
        Write(Path.Combine("images", name + ".nii.gz"), image);
        Write(Path.Combine("labels", name + ".nii.gz"), label);
    }

    /// <summary>Writes the scan of such a pair, and in place of its label labels/NAME/STRUCTURE.nii.gz, a mask of each value that is given.</summary>
    public void WriteMasks(string name, ulong seed, params (string Structure, byte Value)[] masks)
    {
        var (image, label) = PhantomGenerator.Generate(seed, Chambers);
        Write(Path.Combine("images", name + ".nii.gz"), image);
        foreach (var (structure, value) in masks)
            Write(Path.Combine("labels", name, structure + ".nii.gz"), new LabelMap(label.Size, Array.ConvertAll(label.Labels, voxel => voxel == value ? byte.MaxValue : (byte)0), label.Affine));
    }

    /// <summary>Writes NAME.nii.gz and, where a suffix is given, NAMESUFFIX.nii.gz beside it.</summary>
    public void WriteFlat(string name, ulong seed, string? suffix)
    {
        var (image, label) = PhantomGenerator.Generate(seed, Small);
        Write(name + ".nii.gz", image);
        if (suffix is not null)
            Write(name + suffix + ".nii.gz", label);
    }

    /// <summary>Writes a phantom as a DICOM series, NAME/IM1 and on, and the label LABEL on its grid where one is given.</summary>
    public void WriteSeries(string name, ulong seed, string? label = null, string modality = "MR", string patient = "ID-1", string photometric = "MONOCHROME2")
    {
        var (image, _) = PhantomGenerator.Generate(seed, Small);
        var scan = new DicomScan
        {
            Columns = image.Size.X,
            Rows = image.Size.Y,
            Slices = image.Size.Z,
            Spacing = [3, 3, 4],
            Value = (column, row, slice) => (short)image.Voxels[image.Size.IndexOf(column, row, slice)],
        };
        var folder = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        for (var slice = 0; slice < scan.Slices; slice++)
        {
            var file = scan.Slice(slice).Text(0x00080060, "CS", modality).Text(0x00100020, "LO", patient).Text(0x00280004, "CS", photometric);
            File.WriteAllBytes(Path.Combine(folder, $"IM{slice + 1}"), file.ToBytes());
        }

        if (label is null)
            return;
        var volume = RawVolume.Read(folder, Xunit.TestContext.Current.CancellationToken).Volume;
        Write(label, Bright(volume));
    }

    /// <summary>Writes what somebody has drawn on a series: SEG as results are written, or RTSTRUCT as far as it tells what it is.</summary>
    /// <param name="modality">SEG or RTSTRUCT.</param>
    /// <param name="path">The file.</param>
    /// <param name="series">The folder of the series.</param>
    public void WriteDrawn(string modality, string path, string series)
    {
        if (modality == "RTSTRUCT")
        {
            var structures = new DicomScan().Slice(0).Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.481.3").Text(0x00080060, "CS", modality)
                .Text(0x0020000E, "UI", DicomScan.SeriesUid + ".481").Without(0x7FE00010);
            File.WriteAllBytes(Prepared(path), structures.ToBytes());
            return;
        }

        var scan = RawVolume.Read(Path.Combine(Folder, series), Xunit.TestContext.Current.CancellationToken);
        var about = new ResultDescription("a-model", "1.2.3", [new Label(1, "left atrium", "82471001")], "0.1.0", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Deidentify: false);
        using var stream = File.Create(Prepared(path));
        DicomSegmentation.Write(stream, Bright(scan.Volume), scan.Dicom!, about);
    }

    /// <summary>Writes a text file.</summary>
    public void Write(string path, string text) => File.WriteAllText(Prepared(path), text);

    /// <summary>Replaces a label by what is made of it.</summary>
    public void ChangeLabel(string name, Func<LabelMap, LabelMap> change)
    {
        var path = Path.Combine("labels", name + ".nii.gz");
        var label = VolumeFile.Read(Path.Combine(Folder, path), ct: Xunit.TestContext.Current.CancellationToken).Volume;
        Write(path, change(new LabelMap(label.Size, Array.ConvertAll(label.Voxels, voxel => (byte)voxel), label.Affine)));
    }

    /// <summary>Lays images/NAME.nii.gz and labels on it as good as 45° about the axis of the body, on either side of it, so that other axes are the nearest to theirs: headers that round make no more of a difference.</summary>
    /// <param name="name">The case.</param>
    /// <param name="labels">The labels, below labels/ and without extension.</param>
    public void LayOblique(string name, params string[] labels)
    {
        const double Least = 1e-4;
        var image = VolumeFile.Read(Path.Combine(Folder, "images", name + ".nii.gz"), ct: Xunit.TestContext.Current.CancellationToken).Volume;
        Write(Path.Combine("images", name + ".nii.gz"), new Volume(image.Size, image.Voxels, Oblique((Math.PI / 4) - Least)));
        foreach (var label in labels)
            ChangeLabel(label, map => new LabelMap(map.Size, map.Labels, Oblique((Math.PI / 4) + Least)));

        static Affine Oblique(double angle) => new([3 * Math.Cos(angle), -3 * Math.Sin(angle), 0, 0, 3 * Math.Sin(angle), 3 * Math.Cos(angle), 0, 0, 0, 0, 4, 0]);
    }

    /// <summary>Has the qform of NAME.nii.gz, as it was written here, place it elsewhere than its sform, which is the one that is used.</summary>
    public void MoveQform(string path) => WriteHeader(path, QOffsetX, 200);

    /// <summary>Has NAME.nii.gz, as it was written here, ask for a scaling by what is no number, so that it is not scaled.</summary>
    public void SpoilScaling(string path) => WriteHeader(path, SclSlope, float.NaN);

    /// <summary>Writes a label map.</summary>
    public void Write(string path, LabelMap label) =>
        NiftiWriter.Write(Prepared(path), label, NiftiGeometry.FromAffine(label.Size, label.Affine));

    /// <summary>Writes a scan.</summary>
    public void Write(string path, Volume image) =>
        NiftiWriter.Write(Prepared(path), image, NiftiGeometry.FromAffine(image.Size, image.Affine));

    private static LabelMap Bright(Volume volume)
    {
        var bright = volume.Voxels.Order().ElementAt(volume.Voxels.Length * 9 / 10);
        return new LabelMap(volume.Size, Array.ConvertAll(volume.Voxels, voxel => voxel > bright ? (byte)1 : (byte)0), volume.Affine);
    }

    private void WriteHeader(string path, int at, float value)
    {
        using var content = new MemoryStream();
        using (var stored = new GZipStream(File.OpenRead(Prepared(path)), CompressionMode.Decompress))
            stored.CopyTo(content);
        var bytes = content.ToArray();
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), value);
        using var changed = new GZipStream(File.Create(Prepared(path)), CompressionLevel.Fastest);
        changed.Write(bytes);
    }

    private string Prepared(string path)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
