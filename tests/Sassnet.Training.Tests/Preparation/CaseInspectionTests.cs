using Sassnet.Model.Preprocessing;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Training.Preparation;
using Sassnet.Training.Preparation.Raw;
using SkiaSharp;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class CaseInspectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-inspect-").FullName;
    private readonly RawScans _raw;

    public CaseInspectionTests() => _raw = new RawScans(_folder);

    [Fact]
    public void A_mask_among_scans_is_a_fault_that_says_how_to_name_labels()
    {
        _raw.WriteFlat("s3", 1, "-truth");
        var inspected = Inspect(new RawCase("s3-truth", Path.Combine(_folder, "s3-truth.nii.gz"), null), "s3", "s3-truth");
        Assert.Equal(["The image has only 2 values (0, 1): it is a mask and no scan. If it is the label of s3: --label-suffix=-truth"], inspected.Faults);
    }

    [Fact]
    public void A_label_map_of_many_structures_among_scans_is_told_from_a_scan_by_its_values()
    {
        // 32 blocks of 8×7×10 voxels.
        _raw.WriteFlat("s3", 1, "-truth");
        var path = Path.Combine(_folder, "s3-truth.nii.gz");
        var grid = VolumeFile.Read(path, ct: TestContext.Current.CancellationToken).Volume;
        var values = new byte[grid.Size.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var (x, y, z) = (i % grid.Size.X, i / grid.Size.X % grid.Size.Y, i / (grid.Size.X * grid.Size.Y));
            values[i] = z < 4 ? (byte)0 : (byte)(1 + (x / 8) + (4 * (y / 7)) + (16 * ((z - 4) / 10)));
        }

        _raw.Write("s3-truth.nii.gz", new LabelMap(grid.Size, values, grid.Affine));
        const string Said = "The image has 33 values, all whole numbers, and on average 8 voxels of one beside each other: it ";
        Assert.Equal([Said + "is a label map and no scan. If it is the label of s3: --label-suffix=-truth"], Inspect(new RawCase("s3-truth", path, null), "s3", "s3-truth").Faults);

        // Where no name says so too, it may be a scan.
        var alone = Inspect(new RawCase("s3-truth", path, null), "s3-truth");
        Assert.Empty(alone.Faults);
        Assert.Equal([Said + "looks like a label map and no scan. If it is a label, say how the names of labels end with --label-suffix."], alone.Warnings);
    }

    [Fact]
    public void A_scan_of_few_whole_numbers_is_a_scan()
    {
        _raw.WriteFlat("s3", 1, null);
        var path = Path.Combine(_folder, "s3.nii.gz");
        var scan = VolumeFile.Read(path, ct: TestContext.Current.CancellationToken).Volume;
        var most = scan.Voxels.Max();
        _raw.Write("s3.nii.gz", new Volume(scan.Size, Array.ConvertAll(scan.Voxels, voxel => MathF.Round(voxel * 40 / most)), scan.Affine));
        var inspected = Inspect(new RawCase("s3", path, null), "s", "s3");
        Assert.Empty(inspected.Faults);
        Assert.Empty(inspected.Warnings);
    }

    [Fact]
    public void A_scan_of_one_value_is_a_fault()
    {
        _raw.WritePair("a", 1);
        var label = Label("a");
        _raw.Write("images/a.nii.gz", new Volume(label.Size, new float[label.Size.Count], label.Affine));
        Assert.Equal(["The image has the value 0 in all of its 21504 voxels; accepted: a scan."], Inspect("a").Faults);
    }

    [Fact]
    public void A_label_that_fills_the_volume_is_a_fault_and_one_that_nearly_does_is_odd()
    {
        _raw.WritePair("full", 1);
        _raw.WritePair("exchanged", 2);
        _raw.ChangeLabel("full", label => new LabelMap(label.Size, Array.ConvertAll(label.Labels, _ => (byte)1), label.Affine));
        _raw.ChangeLabel("exchanged", label => new LabelMap(label.Size, Array.ConvertAll(label.Labels, value => (byte)(1 - value)), label.Affine));
        Assert.Contains("fills the volume: all of its 21504 voxels are 1", Assert.Single(Inspect("full").Faults), StringComparison.Ordinal);
        var odd = Inspect("exchanged");
        Assert.Empty(odd.Faults);
        Assert.Contains("are foreground and background exchanged?", Assert.Single(odd.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_odd_about_a_file_is_said_in_a_sentence()
    {
        _raw.WritePair("a", 1, labelled: false);
        var volume = VolumeFile.Read(Path.Combine(_folder, "images", "a.nii.gz"), ct: TestContext.Current.CancellationToken).Volume;
        File.Delete(Path.Combine(_folder, "images", "a.nii.gz"));
        _raw.Write("images/a.nii", volume);
        var path = Path.Combine(_folder, "images", "a.nii");
        var bytes = File.ReadAllBytes(path);

        // bitpix, of voxels that have more.
        (bytes[72], bytes[73]) = (7, 0);
        File.WriteAllBytes(path, bytes);
        var warning = Assert.Single(Inspect(new RawCase("a", path, null), "a").Warnings);
        Assert.StartsWith("The image: bitpix is 7, where datatype ", warning, StringComparison.Ordinal);
        Assert.EndsWith("the voxels are read by their datatype.", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LPS")]
    [InlineData("SAR")]
    [InlineData("PIL")]
    public void A_label_stored_along_other_axes_at_the_same_place_is_sound_and_said(string code)
    {
        _raw.WritePair("a", 1);
        var before = Inspect("a");
        _raw.ChangeLabel("a", label => new Reorientation(label.Size, label.Affine, Orientation.Parse(code)).Apply(label));
        var after = Inspect("a");
        Assert.Empty(after.Faults);
        Assert.StartsWith($"The label's axes run {code}, the image's RAS;", Assert.Single(after.Warnings), StringComparison.Ordinal);
        Assert.Equal(before.LabelMillilitres, after.LabelMillilitres);
        Assert.Equal(before.Slices, after.Slices);
    }

    [Fact]
    public void A_label_that_lies_on_its_image_is_sound_where_rounding_makes_other_axes_the_nearest()
    {
        _raw.WritePair("a", 1);
        _raw.LayOblique("a", "a");
        var (image, label) = (VolumeFile.Read(Path.Combine(_folder, "images", "a.nii.gz"), ct: TestContext.Current.CancellationToken).Volume, Label("a"));
        Assert.Equal(("RAS", "ALS"), (Orientation.Of(image.Affine).Code, Orientation.Of(label.Affine).Code));
        var inspected = Inspect("a");
        Assert.Empty(inspected.Faults);
        Assert.Empty(inspected.Warnings);
        Assert.NotNull(inspected.LabelMillilitres);
    }

    [Theory]
    [InlineData(255, false, "The label has the value 255 in ", " and none of 1; accepted: 0, 1. If that is the foreground: --foreground 255")]
    [InlineData(2, true, "The label has the value 2 in 1 voxel; accepted: 0, 1. If that is background: --other-labels 2; if it is foreground too: --foreground 1 2", "")]
    public void Values_that_were_not_declared_are_a_fault_that_says_how_to_declare_them(int value, bool besides, string start, string end)
    {
        _raw.WritePair("a", 1);
        _raw.ChangeLabel("a", label => new LabelMap(
            label.Size, [.. label.Labels.Select((voxel, i) => besides ? (i == 0 ? (byte)value : voxel) : (byte)(voxel * value))], label.Affine));
        var fault = Assert.Single(Inspect("a").Faults);
        Assert.StartsWith(start, fault, StringComparison.Ordinal);
        Assert.EndsWith(end, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Voxels_that_dataset_json_calls_ignore_are_refused_with_what_that_means_and_are_not_offered_as_background()
    {
        _raw.WritePair("a", 1);
        _raw.ChangeLabel("a", label => new LabelMap(label.Size, [.. label.Labels.Select((voxel, i) => i == 0 ? (byte)2 : voxel)], label.Affine));
        var labels = new LabelInspection([new LabelledStructure("foreground", [1])], []) { Ignored = [2] };
        const string Start = "The label has the value 2 in 1 voxel; accepted: 0, 1. ";
        const string Said = "dataset.json calls the value 2 ignore: voxels that a training leaves out, which is not supported; --other-labels 2 would have them learned as background. "
            + "Draw what they are, or remove the label: the scan is unlabelled then.";
        Assert.Equal(Start + Said, Assert.Single(Inspect(labels).Faults));

        // Another value beside it is still told how to declare.
        _raw.ChangeLabel("a", label => new LabelMap(label.Size, [.. label.Labels.Select((voxel, i) => i == 1 ? (byte)3 : voxel)], label.Affine));
        Assert.EndsWith(Said + " If that is background: --other-labels 3; if it is foreground too: --foreground 1 3", Assert.Single(Inspect(labels).Faults), StringComparison.Ordinal);

        InspectedCase Inspect(LabelInspection inspection) => new CaseInspection(inspection, ["a"]).Run(
            new RawCase("a", Path.Combine(_folder, "images", "a.nii.gz"), Path.Combine(_folder, "labels", "a.nii.gz")), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_scan_in_the_place_of_a_label_is_a_fault()
    {
        _raw.WritePair("a", 1);
        File.Copy(Path.Combine(_folder, "images", "a.nii.gz"), Path.Combine(_folder, "labels", "a.nii.gz"), overwrite: true);
        Assert.Contains("more than 255 different values", Assert.Single(Inspect("a").Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_scan_over_time_is_a_fault_that_says_its_shape()
    {
        _raw.WritePair("a", 1, labelled: false);
        var path = Path.Combine(_folder, "images", "a.nii");
        var volume = VolumeFile.Read(Path.Combine(_folder, "images", "a.nii.gz"), ct: TestContext.Current.CancellationToken).Volume;
        _raw.Write("images/a.nii", volume);
        using (var file = File.OpenWrite(path))
        {
            // dim[0], and dim[3] and dim[4] instead of dim[3] alone.
            file.Position = 40;
            file.Write([4, 0]);
            file.Position = 46;
            file.Write([12, 0, 2, 0]);
        }

        var fault = Assert.Single(Inspect(new RawCase("a", path, null)).Faults);
        Assert.Contains("32x28x12x2", fault, StringComparison.Ordinal);
        Assert.Contains("one three-dimensional volume", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_two_series_is_a_fault_that_says_what_is_accepted()
    {
        _raw.WriteSeries("p1", 1);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_folder, "p1")).Take(3).ToList())
            File.WriteAllBytes(file + "-other", Replaced(File.ReadAllBytes(file), DicomScan.SeriesUid, DicomScan.SeriesUid[..^1] + "9"));
        var fault = Assert.Single(Inspect(new RawCase("p1", Path.Combine(_folder, "p1"), null)).Faults);
        Assert.Contains("2 series", fault, StringComparison.Ordinal);
        Assert.EndsWith("; accepted: one. Put the files of each series into a folder of its own, directly in the folder of the scans.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scout_beside_a_series_is_left_out_with_a_warning()
    {
        _raw.WriteSeries("p1", 1);
        var scout = new DicomScan().Slice(0).Text(0x0020000E, "UI", "1.2.3").Text(0x00080008, "CS", @"ORIGINAL\PRIMARY\LOCALIZER");
        File.WriteAllBytes(Path.Combine(_folder, "p1", "scout"), scout.ToBytes());
        var inspected = Inspect(new RawCase("p1", Path.Combine(_folder, "p1"), null));
        Assert.Empty(inspected.Faults);
        Assert.Equal(["The image: 1 file of another series was left out: a localiser."], inspected.Warnings);
    }

    [Theory]
    [InlineData("SEG")]
    [InlineData("RTSTRUCT")]
    public void A_label_in_a_form_of_DICOM_that_is_not_read_is_a_fault_wherever_it_lies_and_its_scan_none_without_label(string modality)
    {
        _raw.WriteSeries("p1", 1);
        _raw.WriteDrawn(modality, "labels/p1/drawn.dcm", "p1");
        var apart = Inspect(new RawCase("p1", Path.Combine(_folder, "p1"), Path.Combine(_folder, "labels", "p1")));
        _raw.WriteDrawn(modality, "p1/drawn.dcm", "p1");
        var beside = Inspect(new RawCase("p1", Path.Combine(_folder, "p1"), null));
        var expected = $"The label is DICOM {modality} (drawn.dcm), which is not read; accepted: labels as NIfTI (.nii, .nii.gz). Convert it, or remove it where the scan is to count as unlabelled.";
        Assert.Equal(expected, Assert.Single(apart.Faults));
        Assert.Equal(expected, Assert.Single(beside.Faults));
        Assert.NotEmpty(beside.Slices);
    }

    [Fact]
    public void Beside_a_NIfTI_scan_such_a_label_is_named_too()
    {
        _raw.WriteSeries("p1", 1);
        _raw.WriteFlat("p2/scan", 2, null);
        _raw.WriteDrawn("SEG", "p2/drawn.dcm", "p1");
        var found = RawFolder.Find(_folder, ["_label"], TestContext.Current.CancellationToken).Cases.Single(raw => raw.Name == "p2");
        Assert.StartsWith("The label is DICOM SEG (drawn.dcm)", Inspect(found).Faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Such_a_label_does_not_matter_where_there_is_one_as_NIfTI()
    {
        _raw.WriteSeries("p1", 1, "p1_label.nii.gz");
        _raw.WriteDrawn("SEG", "p1/drawn.dcm", "p1");
        var inspected = Inspect(new RawCase("p1", Path.Combine(_folder, "p1"), Path.Combine(_folder, "p1_label.nii.gz")));
        Assert.Empty(inspected.Faults);
        Assert.NotNull(inspected.LabelMillilitres);
    }

    [Fact]
    public void The_box_of_a_label_is_counted_in_what_was_imaged_along_right_front_and_head()
    {
        // Both axes of the plane run the other way, and the file's first three columns are empty.
        var (size, affine) = (new GridSize(20, 16, 12), new Affine([-3, 0, 0, 0, 0, -3, 0, 0, 0, 0, 4, 0]));
        var (random, image, mask) = (new Random(1), new float[size.Count], new byte[size.Count]);
        for (var i = 0; i < image.Length; i++)
            image[i] = i % size.X < 3 ? 0 : random.Next(1, 1000);
        for (var z = 1; z < 3; z++)
        {
            for (var y = 2; y < 5; y++)
                mask.AsSpan(size.IndexOf(5, y, z), 4).Fill(1);
        }

        _raw.Write("images/a.nii.gz", new Volume(size, image, affine));
        _raw.Write("labels/a.nii.gz", new LabelMap(size, mask, affine));
        var inspected = Inspect("a");
        Assert.Empty(inspected.Faults);
        Assert.Equal(new GridSize(17, 16, 12), inspected.Scan!.Imaged);
        Assert.Equal(new GridBox((11, 11, 1), new GridSize(4, 3, 2)), Assert.Single(inspected.LabelBoxes));
    }

    [Fact]
    public void A_series_whose_lowest_values_are_white_is_pictured_as_viewers_show_it()
    {
        _raw.WriteSeries("black", 1);
        _raw.WriteSeries("white", 1, photometric: "MONOCHROME1");
        var (black, white) = (Inspect(new RawCase("black", Path.Combine(_folder, "black"), null)), Inspect(new RawCase("white", Path.Combine(_folder, "white"), null)));
        Assert.Empty(white.Faults);
        Assert.Equal(3, white.Slices.Count);
        foreach (var (one, other) in black.Slices.Zip(white.Slices))
        {
            // All but the letters at the edges.
            using var stored = SKBitmap.Decode(one);
            using var shown = SKBitmap.Decode(other);
            var pixels = stored.Pixels.Zip(shown.Pixels).ToList();
            var negative = pixels.Count(pixel => Math.Abs(pixel.First.Red + pixel.Second.Red - 255) <= 2);
            Assert.InRange(negative, pixels.Count * 9 / 10, pixels.Count);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Replaced(byte[] bytes, string from, string to) =>
        System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(bytes).Replace(from, to, StringComparison.Ordinal));

    private InspectedCase Inspect(string name) =>
        Inspect(new RawCase(name, Path.Combine(_folder, "images", name + ".nii.gz"), Path.Combine(_folder, "labels", name + ".nii.gz")));

    private static InspectedCase Inspect(RawCase raw, params string[] names) =>
        new CaseInspection(new LabelInspection([new LabelledStructure("foreground", [1])], []), names).Run(raw, TestContext.Current.CancellationToken);

    private LabelMap Label(string name)
    {
        var volume = VolumeFile.Read(Path.Combine(_folder, "labels", name + ".nii.gz"), ct: TestContext.Current.CancellationToken).Volume;
        return new LabelMap(volume.Size, Array.ConvertAll(volume.Voxels, voxel => (byte)voxel), volume.Affine);
    }
}
