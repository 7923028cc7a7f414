using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

public sealed class DicomSeriesTests
{
    private static readonly double[] Oblique = [0.8, 0.6, 0, -0.48, 0.64, 0.6];

    public static TheoryData<string, bool> Encodings => new()
    {
        { DicomBytes.Implicit, false },
        { DicomBytes.Implicit, true },
        { DicomBytes.Explicit, false },
        { DicomBytes.Explicit, true },
        { DicomBytes.BigEndian, false },
        { DicomBytes.BigEndian, true },
        { DicomBytes.Deflated, false },
        { DicomBytes.Deflated, true },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_classic_series_reads_the_same_in_every_encoding_and_order_of_files(string syntax, bool undefinedLengths)
    {
        var files = DicomScan.Of(syntax, undefinedLengths).Classic().ToArray();
        new Random(1).Shuffle(files);
        using var folder = new DicomFolder(files);

        RequireStack(folder.Read());
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void An_enhanced_file_reads_the_same_in_every_encoding_and_order_of_frames(string syntax, bool undefinedLengths)
    {
        using var folder = new DicomFolder(DicomScan.Of(syntax, undefinedLengths).Enhanced(2, 0, 3, 1).ToBytes());

        RequireStack(folder.Read());
    }

    [Fact]
    public void A_voxel_lies_where_its_pixel_lies_in_the_patient()
    {
        var stack = new DicomScan { Orientation = Oblique, Origin = [12.5, -7, 33] };
        using var folder = new DicomFolder(stack.Classic());

        var volume = folder.Read().Volume;

        foreach (var (column, row, slice) in new[] { (0, 0, 0), (5, 0, 0), (0, 4, 0), (2, 3, 3) })
        {
            var corner = stack.Position(slice);
            var lps = Enumerable.Range(0, 3).Select(i => corner[i] + (column * stack.Spacing[0] * Oblique[i]) + (row * stack.Spacing[1] * Oblique[i + 3])).ToArray();
            var ras = volume.Affine.Apply(column, stack.Rows - 1 - row, slice);
            Assert.Equal(-lps[0], ras.R, 1e-9);
            Assert.Equal(-lps[1], ras.A, 1e-9);
            Assert.Equal(lps[2], ras.S, 1e-9);
            Assert.Equal(stack.Value(column, row, slice), volume.Voxels[volume.Size.IndexOf(column, stack.Rows - 1 - row, slice)]);
        }

        Assert.Equal(new VoxelSize(1.25, 1.5, 2), new VoxelSize(Math.Round(volume.VoxelSize.X, 9), Math.Round(volume.VoxelSize.Y, 9), Math.Round(volume.VoxelSize.Z, 9)));
    }

    [Fact]
    public void Rescale_slope_and_intercept_of_each_slice_are_applied()
    {
        var stack = new DicomScan { Slope = 2.5, Intercept = -1024 };
        using var folder = new DicomFolder(
            stack.Slice(0).Numbers(0x00281053, "DS", 4).ToBytes(), stack.Slice(1).ToBytes(), stack.Slice(2).ToBytes());
        using var enhanced = new DicomFolder(stack.Enhanced(0, 1, 2).ToBytes());

        var voxels = folder.Read().Volume.Voxels;

        Assert.Equal((stack.Value(0, 4, 0) * 4f) - 1024, voxels[0]);
        Assert.Equal((stack.Value(0, 4, 1) * 2.5f) - 1024, voxels[30]);
        Assert.Equal((stack.Value(0, 4, 0) * 2.5f) - 1024, enhanced.Read().Volume.Voxels[0]);
    }

    [Fact]
    public void Slopes_of_either_sign_are_applied_slice_by_slice_and_frame_by_frame()
    {
        var stack = new DicomScan();
        (double Slope, double Intercept)[] maps = [(2, 10), (-0.5, 300), (1.5, -7), (-3, 0)];
        using var folder = new DicomFolder(maps.Select((map, slice) => Mapped(stack.Slice(slice), map).ToBytes()));
        int[] order = [2, 0, 3, 1];
        using var enhanced = new DicomFolder(stack.Enhanced(order)
            .Sequence(0x52009230, [.. order.Select(slice => (Action<DicomBytes>)(frame => frame
                .Sequence(0x00209113, plane => plane.Numbers(0x00200032, "DS", stack.Position(slice)))
                .Sequence(0x00289145, item => Mapped(item, maps[slice]))))]).ToBytes());

        float[] expected = [.. maps.SelectMany((map, slice) => Enumerable.Range(0, stack.Rows).Reverse().SelectMany(row => Enumerable.Range(0, stack.Columns).Select(column =>
            (float)((stack.Value(column, row, slice) * map.Slope) + map.Intercept))))];

        Assert.Equal(expected, folder.Read().Volume.Voxels);
        Assert.Equal(expected, enhanced.Read().Volume.Voxels);

        static DicomBytes Mapped(DicomBytes file, (double Slope, double Intercept) map) =>
            file.Numbers(0x00281053, "DS", map.Slope).Numbers(0x00281052, "DS", map.Intercept);
    }

    [Theory]
    [InlineData(12, true, unchecked((short)0xF800), -2048)]
    [InlineData(12, true, 0x0800, -2048)]
    [InlineData(12, true, 0x77FF, 2047)]
    [InlineData(12, false, unchecked((short)0xF801), 2049)]
    [InlineData(16, false, unchecked((short)0xFFFF), 65535)]
    [InlineData(16, true, unchecked((short)0xFFFF), -1)]
    public void Bits_above_the_stored_ones_are_cleared_or_extend_the_sign(int bitsStored, bool isSigned, short stored, float value)
    {
        foreach (var syntax in new[] { DicomBytes.Explicit, DicomBytes.BigEndian })
        {
            using var folder = new DicomFolder(new DicomScan { Syntax = syntax, Columns = 37, BitsStored = bitsStored, IsSigned = isSigned, Value = (_, _, _) => stored }.Classic());

            Assert.All(folder.Read().Volume.Voxels, voxel => Assert.Equal(value, voxel));
        }
    }

    [Theory]
    [InlineData(0, 200)]
    [InlineData(1, -56)]
    public void Eight_bit_pixels_are_read_signed_and_unsigned(int representation, float value)
    {
        byte[] File(int slice) => new DicomScan().Slice(slice).Short(0x00280100, 8).Short(0x00280101, 8).Short(0x00280102, 7).Short(0x00280103, representation)
            .Bytes(0x7FE00010, "OB", [.. Enumerable.Repeat((byte)200, 30)]).ToBytes();
        using var folder = new DicomFolder(File(0), File(1));

        Assert.All(folder.Read().Volume.Voxels, voxel => Assert.Equal(value, voxel));
    }

    [Fact]
    public void Monochrome1_is_read_as_stored_and_warned_of()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice).Text(0x00280004, "CS", "MONOCHROME1").ToBytes()));

        var file = folder.Read();

        RequireVoxels(file);
        Assert.Contains("MONOCHROME1", Assert.Single(file.Warnings).Sentence);
    }

    [Fact]
    public void Files_without_pixels_are_left_out_with_a_warning()
    {
        using var folder = new DicomFolder(new DicomScan().Classic().Append(new DicomScan().Slice(0).Without(0x7FE00010).ToBytes()));

        var file = folder.Read();

        RequireVoxels(file);
        Assert.Contains("1 file without pixel data was left out.", Assert.Single(file.Warnings).Sentence);
    }

    [Fact]
    public void One_of_several_series_can_be_chosen()
    {
        using var folder = new DicomFolder(new DicomScan().Classic().Concat(new DicomScan { Slices = 3 }.Classic().Select((_, slice) => new DicomScan().Slice(slice).Text(0x0020000E, "UI", "1.2.3").ToBytes())));

        Assert.Equal(new GridSize(6, 5, 4), folder.Read(DicomScan.SeriesUid).Volume.Size);
        Assert.Equal(new GridSize(6, 5, 3), folder.Read("1.2.3").Volume.Size);
        Assert.Equal("unknown-series", folder.Fault("1.2.4").Slug);
        var fault = folder.Fault();
        Assert.Equal((InvalidVolumeKind.NotServable, "series-geometry"), (fault.Kind, fault.Slug));
        Assert.Contains($"{DicomScan.SeriesUid} (MR, 4 files of 6x5), 1.2.3 (MR, 3 files of 6x5)", fault.Message);
    }

    [Fact]
    public void The_geometry_of_a_series_says_scanner_coordinates_in_both_forms()
    {
        using var folder = new DicomFolder(DicomScan.Of(TransferSyntax.ExplicitLittleEndian.Uid, false).Classic());

        var file = folder.ReadChosen();

        Assert.NotNull(file.Dicom);
        Assert.Equal((1, 1), (file.Geometry.QformCode, file.Geometry.SformCode));
    }

    private static void RequireStack(DicomVolume file)
    {
        RequireVoxels(file);
        Assert.Empty(file.Warnings);
        Assert.Equal(new Affine([-1.25, 0, 0, 10, 0, 1.5, 0, 14, 0, 0, 2, -30]), file.Volume.Affine);
    }

    private static void RequireVoxels(DicomVolume file)
    {
        var stack = new DicomScan();
        var size = file.Volume.Size;
        Assert.Equal(new GridSize(6, 5, 4), size);
        for (var slice = 0; slice < 4; slice++)
        {
            for (var row = 0; row < 5; row++)
            {
                for (var column = 0; column < 6; column++)
                    Assert.Equal(stack.Value(column, row, slice), file.Volume.Voxels[size.IndexOf(column, 4 - row, slice)]);
            }
        }
    }
}
