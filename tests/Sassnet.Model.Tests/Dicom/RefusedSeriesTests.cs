using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Rows 38 to 40 of the bad inputs, and what else is no series of slices.</summary>
public sealed class RefusedSeriesTests
{
    private static readonly Dictionary<string, (InvalidVolumeKind Kind, string Slug, string[] Says, Func<IEnumerable<byte[]>> Files)> Inputs = new()
    {
        ["a gap"] = (InvalidVolumeKind.NotServable, "series-geometry", ["4 mm between", "(file 2)", "(file 3)", "2 mm elsewhere"],
            () => Slices((0, Same), (1, Same), (3, Same), (4, Same), (5, Same))),
        ["a duplicate position"] = (InvalidVolumeKind.NotServable, "series-geometry", ["Two images lie at", "file 2", "file 3"],
            () => Slices((0, Same), (1, Same), (1, Same), (2, Same))),
        ["steps that grow"] = (InvalidVolumeKind.NotServable, "series-geometry", ["unevenly"],
            () => Enumerable.Range(0, 40).Select(slice => At(slice + (0.001 * slice * slice)).ToBytes())),
        ["two series"] = (InvalidVolumeKind.NotServable, "series-geometry", ["2 series", "1.2.3", "'series'"],
            () => Slices((0, Same), (1, Same), (2, file => file.Text(0x0020000E, "UI", "1.2.3")), (3, file => file.Text(0x0020000E, "UI", "1.2.3")))),
        ["another orientation"] = (InvalidVolumeKind.NotServable, "series-geometry", ["orientation", "file 3"],
            () => Slices((0, Same), (1, Same), (2, file => file.Numbers(0x00200037, "DS", 0, 1, 0, -1, 0, 0)))),
        ["another spacing"] = (InvalidVolumeKind.NotServable, "series-geometry", ["PixelSpacing", "1.7", "file 2"],
            () => Slices((0, Same), (1, file => file.Numbers(0x00280030, "DS", 1.7, 1.25)), (2, Same))),
        ["another size"] = (InvalidVolumeKind.NotServable, "series-geometry", ["6x5", "5x6", "file 2"],
            () => Slices((0, Same), (1, file => file.Short(0x00280010, 6).Short(0x00280011, 5)), (2, Same))),
        ["two frames of reference"] = (InvalidVolumeKind.NotServable, "series-geometry", ["FrameOfReferenceUID", "file 2", "file 4"],
            () => Slices((0, file => file.Without(0x00200052)), (1, Same), (2, Same), (3, file => file.Text(0x00200052, "UI", "1.2.3")))),
        ["gantry tilt"] = (InvalidVolumeKind.NotServable, "series-geometry", ["leans", "beside the first", "without gantry tilt. Convert it to NIfTI with a tool that straightens it, such as dcm2niix", "labels have to be drawn on that, or resampled to it."],
            () => Enumerable.Range(0, 10).Select(slice => new DicomScan().Slice(slice).Numbers(0x00200032, "DS", -10, -20 + (0.5 * slice), -30 + (2 * slice)).ToBytes())),
        ["one slice"] = (InvalidVolumeKind.NotServable, "not-3d", ["1 image", "every file"], () => Slices((0, Same))),
        ["a localiser"] = (InvalidVolumeKind.NotServable, "localiser", ["File 2", "LOCALIZER"], () => Slices((0, Same), (1, file => file.Text(0x00080008, "CS", @"ORIGINAL\PRIMARY\LOCALIZER")))),
        ["a secondary capture"] = (InvalidVolumeKind.NotServable, "not-a-scan", ["a secondary capture", "MR and CT"], () => Slices((0, file => file.Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7")))),
        ["no position"] = (InvalidVolumeKind.NotServable, "orientation-missing", ["ImagePositionPatient", "file 1"], () => Slices((0, file => file.Without(0x00200032)))),
        ["no orientation"] = (InvalidVolumeKind.NotServable, "orientation-missing", ["ImageOrientationPatient"], () => Slices((0, file => file.Without(0x00200037)))),
        ["no spacing"] = (InvalidVolumeKind.NotServable, "orientation-missing", ["PixelSpacing"], () => Slices((0, file => file.Without(0x00280030)))),
        ["many frames without functional groups"] = (InvalidVolumeKind.NotServable, "orientation-missing", ["2 frames", "functional groups"], () => Slices((0, file => file.Numbers(0x00280008, "IS", 2)))),
        ["a direction that is no direction"] = (InvalidVolumeKind.Malformed, "bad-header", ["ImageOrientationPatient", "length 2"], () => Slices((0, file => file.Numbers(0x00200037, "DS", 2, 0, 0, 0, 1, 0)))),
        ["text for a number"] = (InvalidVolumeKind.Malformed, "bad-header", ["PixelSpacing", "no finite decimal"], () => Slices((0, file => file.Text(0x00280030, "DS", @"1.5\SMITH")))),
        ["a spacing of 0"] = (InvalidVolumeKind.Malformed, "bad-header", ["PixelSpacing", "0 by 1"], () => Slices((0, file => file.Numbers(0x00280030, "DS", 0, 1)))),
        ["a position far from every scanner"] = (InvalidVolumeKind.Malformed, "bad-header", ["ImagePositionPatient", "10000000", "100000 mm"], () => Slices((0, Same), (1, file => file.Numbers(0x00200032, "DS", -10, 1e7, -28)))),
        ["a stack that reaches far beyond every scanner"] = (InvalidVolumeKind.Malformed, "bad-header", ["reaches 100015 mm", "100000 mm"], () => new DicomScan { Origin = [99_990, 0, 0], Spacing = [5, 5, 2] }.Classic()),
        ["a slope of 0"] = (InvalidVolumeKind.Malformed, "bad-header", ["RescaleSlope"], () => Slices((0, file => file.Numbers(0x00281053, "DS", 0)))),
        ["MONOCHROME1 among MONOCHROME2"] = (InvalidVolumeKind.NotServable, "mixed-display", ["MONOCHROME2 in file 1", "MONOCHROME1 in file 3"],
            () => Slices((0, Same), (1, Same), (2, file => file.Text(0x00280004, "CS", "MONOCHROME1")))),
        ["an intercept that is missing in one image"] = (InvalidVolumeKind.NotServable, "mixed-rescale", ["RescaleIntercept (0028,1052) is -1024 in file 1", "missing in file 3", "in all images, or in none"],
            () => Slices((0, Hounsfield), (1, Hounsfield), (2, file => Hounsfield(file).Without(0x00281052)), (3, Hounsfield))),
        ["a slope in one image"] = (InvalidVolumeKind.NotServable, "mixed-rescale", ["RescaleSlope (0028,1053) is 2.5 in file 2", "missing in file 1"],
            () => Slices((0, Same), (1, file => file.Numbers(0x00281053, "DS", 2.5)), (2, Same))),
        ["a rescale in some frames of one file"] = (InvalidVolumeKind.NotServable, "mixed-rescale", ["RescaleIntercept", "-1024 in frame 2 of file 1", "missing in frame 1 of file 1"], () => [PartlyRescaled().ToBytes()]),
        ["a table for a slope"] = (InvalidVolumeKind.NotServable, "modality-lut", ["ModalityLUTSequence"], () => Slices((0, file => file.Sequence(0x00283000, item => item.Short(0x00283002, 1))))),
        ["a table for a slope, of unknown type"] = (InvalidVolumeKind.NotServable, "modality-lut", ["ModalityLUTSequence"],
            () => Slices((0, file => file.Unknown(0x00283000, DicomBytes.In(DicomBytes.Implicit).Sequence(0x00283000, item => item.Short(0x00283002, 1)))))),
        ["a slope that overflows"] = (InvalidVolumeKind.NotServable, "non-finite", ["row", "file"], () => Slices((0, file => file.Numbers(0x00281053, "DS", 1e300)), (1, file => file.Numbers(0x00281053, "DS", 1)))),
        ["colour"] = (InvalidVolumeKind.NotServable, "not-scalar", ["RGB", "3"], () => Slices((0, file => file.Text(0x00280004, "CS", "RGB").Short(0x00280002, 3)))),
        ["32 bits"] = (InvalidVolumeKind.Unsupported, "data-type", ["BitsAllocated is 32"], () => Slices((0, file => file.Short(0x00280100, 32)))),
        ["no rows"] = (InvalidVolumeKind.Malformed, "bad-header", ["Rows"], () => Slices((0, file => file.Without(0x00280010)))),
        ["no pixels"] = (InvalidVolumeKind.NotServable, "no-pixels", ["The one DICOM file has", "pixel data"], () => Slices((0, file => file.Without(0x7FE00010)))),
        ["fewer pixel bytes than declared"] = (InvalidVolumeKind.NotServable, "decode-failed", ["file 2", "58", "60"], () => Slices((0, Same), (1, file => file.Pixels(new short[29])))),
        ["a file cut short in its pixels"] = (InvalidVolumeKind.NotServable, "decode-failed", ["file 2", "50", "60"], () => [new DicomScan().Slice(0).ToBytes(), new DicomScan().Slice(1).ToBytes()[..^10]]),
        ["a file cut short in its header"] = (InvalidVolumeKind.Malformed, "truncated", ["left"], () => [new DicomScan().Slice(0).ToBytes()[..500]]),
        ["fewer frames than declared"] = (InvalidVolumeKind.NotServable, "decode-failed", ["240", "180"], () => [new DicomScan().Enhanced(0, 1, 2, 3).Pixels(new short[90]).ToBytes()]),
        ["fewer functional groups than frames"] = (InvalidVolumeKind.Malformed, "bad-header", ["PerFrame", "4 items", "5"], () => [new DicomScan().Enhanced(0, 1, 2, 3).Numbers(0x00280008, "IS", 5).ToBytes()]),
        ["HTJ2K"] = (InvalidVolumeKind.Unsupported, "transfer-syntax", ["1.2.840.10008.1.2.4.201", "RLE"], () => [new DicomScan { Syntax = "1.2.840.10008.1.2.4.201" }.Slice(0).ToBytes()]),
        ["a video"] = (InvalidVolumeKind.Unsupported, "transfer-syntax", ["1.2.840.10008.1.2.4.102"], () => [new DicomScan { Syntax = "1.2.840.10008.1.2.4.102" }.Slice(0).ToBytes()]),
        ["no transfer syntax"] = (InvalidVolumeKind.Malformed, "bad-header", ["TransferSyntaxUID"], () => [[.. new byte[128], .. "DICM"u8]]),
        ["no DICOM"] = (InvalidVolumeKind.Unsupported, "not-a-volume", ["DICM"], () => [new byte[1000]]),
        ["a data set without preamble that is cut short"] = (InvalidVolumeKind.Malformed, "truncated", ["left"], () => [.. Slices((0, Same)), new DicomScan().Slice(1).ToBareBytes()[..300]]),
        ["nesting without end"] = (InvalidVolumeKind.Malformed, "bad-header", ["nested", "16"], () => Slices((0, file => Nest(file, 40)))),
    };

    public static TheoryData<string> Names => [.. Inputs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Refused_input_names_what_is_wrong_and_where(string name)
    {
        var (kind, slug, says, files) = Inputs[name];
        using var folder = new DicomFolder(files());

        var fault = folder.Fault();

        Assert.Equal((kind, slug), (fault.Kind, fault.Slug));
        Assert.All(says, text => Assert.Contains(text, fault.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("SMITH", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_series_of_more_voxels_than_the_limit_is_refused_before_its_pixels_are_read()
    {
        using var folder = new DicomFolder(new DicomScan().Classic());

        var fault = folder.Fault(limits: new VolumeLimits { MaxVoxels = 100 });

        Assert.Equal((InvalidVolumeKind.TooLarge, "volume-too-large"), (fault.Kind, fault.Slug));
        Assert.Contains("100 voxels", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deflated_bomb_is_refused_at_the_limit()
    {
        using var folder = new DicomFolder(new DicomScan { Syntax = DicomBytes.Deflated }.Slice(0).Bytes(0x00090010, "OB", new byte[8 << 20]).ToBytes());

        var fault = folder.Fault(limits: new VolumeLimits { MaxDecompressedBytes = 1 << 20 });

        Assert.Equal((InvalidVolumeKind.TooLarge, "decompression-limit"), (fault.Kind, fault.Slug));
    }

    [Fact]
    public void Deflated_files_count_together_against_the_limit()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan { Syntax = DicomBytes.Deflated }.Slice(slice).Bytes(0x00090010, "OB", new byte[400_000]).ToBytes()));

        Assert.Equal(4, folder.Read().Volume.Size.Z);
        Assert.Equal("decompression-limit", folder.Fault(limits: new VolumeLimits { MaxDecompressedBytes = 1 << 20 }).Slug);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Deflated_files_may_begin_with_more_zeros_than_a_bomb_and_be_links(bool linked)
    {
        // 34 slices of nothing, 68 MiB, and then two of noise.
        var random = new Random(8);
        var scan = new DicomScan { Syntax = DicomBytes.Deflated, Columns = 1024, Rows = 1024, Slices = 36, Value = (_, _, slice) => slice < 34 ? (short)0 : (short)random.Next() };
        using var folder = new DicomFolder(scan.Classic());
        for (var slice = 0; linked && slice < folder.Paths.Count; slice++)
            folder.Paths[slice] = File.CreateSymbolicLink($"{folder.Paths[slice]}.link", folder.Paths[slice]).FullName;

        Assert.Equal(36, folder.Read().Volume.Size.Z);
    }

    private static DicomBytes Same(DicomBytes file) => file;

    private static DicomBytes Hounsfield(DicomBytes file) => file.Numbers(0x00281053, "DS", 1).Numbers(0x00281052, "DS", -1024);

    private static DicomBytes PartlyRescaled()
    {
        var scan = new DicomScan();
        return scan.Enhanced(0, 1, 2, 3).Sequence(0x52009230, Enumerable.Range(0, 4).Select(slice => (Action<DicomBytes>)(frame =>
        {
            frame.Sequence(0x00209113, plane => plane.Numbers(0x00200032, "DS", scan.Position(slice)));
            if (slice == 1)
                frame.Sequence(0x00289145, item => Hounsfield(item));
        })));
    }

    private static DicomBytes Nest(DicomBytes file, int depth) => depth == 0
        ? file
        : file.Sequence(0x52009229, item => Nest(item, depth - 1));

    private static IEnumerable<byte[]> Slices(params (double At, Func<DicomBytes, DicomBytes> Change)[] slices) =>
        slices.Select(slice => slice.Change(At(slice.At)).ToBytes());

    private static DicomBytes At(double slice)
    {
        var scan = new DicomScan();
        return scan.Slice(0).Numbers(0x00200032, "DS", scan.Position(slice));
    }
}
