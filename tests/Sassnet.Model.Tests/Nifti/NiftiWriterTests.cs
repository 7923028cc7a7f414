using System.IO.Compression;
using System.Text;
using Sassnet.Model.Nifti;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Nifti;

public sealed class NiftiWriterTests : IDisposable
{
    private const string Secret = "DOE^JANE";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<int, bool, bool> Sources => new()
    {
        { 1, false, false },
        { 1, true, true },
        { 2, false, true },
        { 2, true, false },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Sources))]
    public void Results_have_the_version_grid_and_geometry_of_the_source_to_the_bit(int version, bool bigEndian, bool compress)
    {
        var source = Read(OddSource(version, bigEndian).ToBytes());
        var path = PathOf(compress ? "result.nii.gz" : "result.nii");
        NiftiWriter.Write(path, Labels(source), source.Geometry);

        var result = VolumeFile.Read(path, ct: TestContext.Current.CancellationToken);

        Assert.Equal(source.Volume.Affine, result.Volume.Affine);
        AssertSame(source.Geometry, result.Geometry);
        Assert.Equal(Labels(source).Labels.Select(label => (float)label), result.Volume.Voxels);
        Assert.Equal(compress, File.ReadAllBytes(path) is [0x1F, 0x8B, ..]);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Volumes_come_back_to_the_bit(int version, bool bigEndian, bool compress)
    {
        var source = Read(OddSource(version, bigEndian).ToBytes());
        var random = new Random(3);
        var voxels = Array.ConvertAll(source.Volume.Voxels, _ => (float)((random.NextDouble() - 0.5) * 1e3));
        var path = PathOf(compress ? "result.NII.GZ" : "result.nii");
        NiftiWriter.Write(path, new Volume(source.Volume.Size, voxels, source.Volume.Affine), source.Geometry);

        Assert.Equal(voxels, VolumeFile.Read(path, ct: TestContext.Current.CancellationToken).Volume.Voxels);
    }

    public static TheoryData<string> OddQforms => [.. BadInputs.All.Where(input => input.Row == 31 && input.Slug is null).Select(input => input.Title)];

    [Theory]
    [MemberData(nameof(OddQforms))]
    public void Results_do_not_repeat_numbers_that_cannot_be_meant(string title)
    {
        var source = Read(BadInputs.Find(title).MakeBytes());
        var bytes = Bytes(stream => NiftiWriter.Write(stream, Labels(source), source.Geometry, compress: false));

        var result = Read(bytes);

        Assert.Empty(result.Warnings);
        Assert.Equal(source.Volume.Affine, result.Volume.Affine);
        var geometry = result.Geometry;
        Assert.All([.. geometry.PixDim, .. geometry.Quaternion, .. geometry.QOffset, .. geometry.SRow], number => Assert.True(double.IsFinite(number)));
        Assert.Equal([1.5, 1.25, 2], geometry.PixDim.Skip(1).Take(3));
        Assert.Equal((source.Geometry.QformCode, source.Geometry.SformCode), (geometry.QformCode, geometry.SformCode));
    }

    [Fact]
    public void Header_fields_stand_where_nifti1_h_puts_them()
    {
        var source = Read(new NiftiBytes { Dim = [4, 5, 6, 7, 1, 1, 1, 1], QformCode = 2, SformCode = 3 }.ToBytes());
        var bytes = Bytes(stream => NiftiWriter.Write(stream, Labels(source), source.Geometry, compress: false));

        Assert.Equal(352 + 210, bytes.Length);
        Assert.Equal(348, BitConverter.ToInt32(bytes, 0));
        Assert.Equal([4, 5, 6, 7, 1, 1, 1, 1], Enumerable.Range(0, 8).Select(i => (int)BitConverter.ToInt16(bytes, 40 + (2 * i))));
        Assert.Equal(0, BitConverter.ToInt16(bytes, 68)); // intent_code: none
        Assert.Equal(2, BitConverter.ToInt16(bytes, 70)); // datatype: uint8
        Assert.Equal(8, BitConverter.ToInt16(bytes, 72)); // bitpix
        Assert.Equal((352f, 1f, 0f), (BitConverter.ToSingle(bytes, 108), BitConverter.ToSingle(bytes, 112), BitConverter.ToSingle(bytes, 116)));
        Assert.Equal((1f, 0f), (BitConverter.ToSingle(bytes, 124), BitConverter.ToSingle(bytes, 128))); // cal_max, cal_min
        Assert.Equal((2, 3), (BitConverter.ToInt16(bytes, 252), BitConverter.ToInt16(bytes, 254)));
        Assert.Equal("n+1\0", Encoding.ASCII.GetString(bytes, 344, 4));
        Assert.Equal(0, BitConverter.ToInt32(bytes, 348)); // no extensions
    }

    [Fact]
    public void Header_fields_stand_where_nifti2_h_puts_them()
    {
        var source = Read(new NiftiBytes { Version = 2, QformCode = 2, SformCode = 3 }.ToBytes());
        var voxels = new float[210];
        (voxels[7], voxels[9]) = (-2.5f, 8.5f);
        var volume = new Volume(source.Volume.Size, voxels, source.Volume.Affine);
        var bytes = Bytes(stream => NiftiWriter.Write(stream, volume, source.Geometry, compress: false));

        Assert.Equal(544 + (210 * 4), bytes.Length);
        Assert.Equal(540, BitConverter.ToInt32(bytes, 0));
        Assert.Equal("n+2\0\r\n\u001a\n", Encoding.ASCII.GetString(bytes, 4, 8));
        Assert.Equal((16, 32), (BitConverter.ToInt16(bytes, 12), BitConverter.ToInt16(bytes, 14))); // float32
        Assert.Equal([3, 5, 6, 7, 1, 1, 1, 1], Enumerable.Range(0, 8).Select(i => BitConverter.ToInt64(bytes, 16 + (8 * i))));
        Assert.Equal(544, BitConverter.ToInt64(bytes, 168));
        Assert.Equal((1d, 0d), (BitConverter.ToDouble(bytes, 176), BitConverter.ToDouble(bytes, 184)));
        Assert.Equal((8.5, -2.5), (BitConverter.ToDouble(bytes, 192), BitConverter.ToDouble(bytes, 200))); // cal_max, cal_min
        Assert.Equal((2, 3), (BitConverter.ToInt32(bytes, 344), BitConverter.ToInt32(bytes, 348)));
        Assert.Equal(0, BitConverter.ToInt32(bytes, 504)); // intent_code
        Assert.Equal(-2.5f, BitConverter.ToSingle(bytes, 544 + (7 * 4)));
    }

    [Theory]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity, 0, 0)]
    [InlineData(float.NegativeInfinity, float.NaN, 0, 0)]
    [InlineData(5, 5, 0, 0)]
    [InlineData(float.NaN, 3, -2, 3)]
    [InlineData(float.PositiveInfinity, 3, -2, 3)]
    public void The_display_range_is_of_finite_values_and_not_set_where_they_span_none(float first, float others, float low, float high)
    {
        var source = Read(new NiftiBytes().ToBytes());
        var voxels = new float[210];
        Array.Fill(voxels, others);
        (voxels[0], voxels[7]) = (first, low < high ? low : others);
        var bytes = Bytes(stream => NiftiWriter.Write(stream, new Volume(source.Volume.Size, voxels, source.Volume.Affine), source.Geometry, compress: false));
        Assert.Equal((high, low), (BitConverter.ToSingle(bytes, 124), BitConverter.ToSingle(bytes, 128)));
    }

    [Theory]
    [InlineData(-1.5f, 40, -1.5f, 40)]
    [InlineData(3, 3, -2, 1000)]
    [InlineData(float.NaN, 3, -2, 1000)]
    public void The_display_range_is_the_one_that_is_asked_for_where_it_spans_anything(float black, float white, float low, float high)
    {
        var source = Read(new NiftiBytes().ToBytes());
        var voxels = new float[210];
        (voxels[0], voxels[7]) = (-2, 1000);
        var volume = new Volume(source.Volume.Size, voxels, source.Volume.Affine);
        var bytes = Bytes(stream => NiftiWriter.Write(stream, volume, source.Geometry, compress: false, (black, white)));
        Assert.Equal((high, low), (BitConverter.ToSingle(bytes, 124), BitConverter.ToSingle(bytes, 128)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_string_of_the_source_is_carried_over(int version)
    {
        var extension = NiftiBytes.Extension();
        Encoding.ASCII.GetBytes(Secret).CopyTo(extension, 8);
        var bytes = new NiftiBytes { Version = version, Description = Secret, Extender = [1, 0, 0, 0], Extensions = extension }.ToBytes();
        Assert.Equal(4, Count(bytes));
        var source = Read(bytes);

        Assert.Equal(0, Count(Bytes(stream => NiftiWriter.Write(stream, Labels(source), source.Geometry, compress: false))));
        Assert.Equal(0, Count(Bytes(stream => NiftiWriter.Write(stream, source.Volume, source.Geometry, compress: false))));
    }

    [Fact]
    public void Masks_compress_well()
    {
        var size = new GridSize(128, 128, 64);
        var labels = new LabelMap(size, new byte[size.Count], Affine.Scaling(VoxelSize.Unit));
        for (var z = 20; z < 40; z++)
        {
            for (var y = 30; y < 70; y++)
                labels.Labels.AsSpan(size.IndexOf(40, y, z), 50).Fill(1);
        }

        var bytes = Bytes(stream => NiftiWriter.Write(stream, labels, NiftiGeometry.FromAffine(size, labels.Affine), compress: true));

        Assert.InRange(bytes.Length, 100, size.Count / 50);
        using var content = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        content.CopyTo(Stream.Null);
    }

    [Fact]
    public void A_result_on_another_grid_is_refused_and_leaves_the_old_file()
    {
        var source = Read(new NiftiBytes().ToBytes());
        var path = PathOf("result.nii.gz");
        NiftiWriter.Write(path, Labels(source), source.Geometry);
        var before = File.ReadAllBytes(path);
        var other = new LabelMap(new GridSize(2, 2, 2), new byte[8], source.Volume.Affine);

        Assert.Contains("2x2x2", Assert.Throws<ArgumentException>(() => NiftiWriter.Write(path, other, source.Geometry)).Message);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Writing_replaces_an_older_file()
    {
        var source = Read(new NiftiBytes().ToBytes());
        var path = PathOf("result.nii");
        File.WriteAllText(path, "older");

        NiftiWriter.Write(path, source.Volume, source.Geometry);

        Assert.Equal(source.Volume.Voxels, VolumeFile.Read(path, ct: TestContext.Current.CancellationToken).Volume.Voxels);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    /// <summary>Odd numbers in every field of the geometry: a time axis, units of metres and seconds, a reflection, disagreeing forms.</summary>
    private static NiftiBytes OddSource(int version, bool bigEndian) => new()
    {
        Version = version,
        BigEndian = bigEndian,
        Dim = [4, 5, 6, 7, 1, 1, 1, 1],
        PixDim = [-1, 0.0015f, 0.00125f, 0.002f, 0.75f, 3, 4, 5],
        XyztUnits = 1 + 8,
        QformCode = 1,
        SformCode = 4,
        Quaternion = [0.1f, -0.2f, 0.3f],
        QOffset = [-0.0123f, 0.0456f, 0.0789f],
        SRow = [0.0015f, 0, 0, -0.01f, 0, -0.00125f, 0, -0.0201f, 0, 0, 0.002f, -0.03f],
    };

    private static LabelMap Labels(VolumeFile source)
    {
        var labels = new byte[source.Volume.Size.Count];
        (labels[3], labels[100], labels[^1]) = (1, 1, 1);
        return new LabelMap(source.Volume.Size, labels, source.Volume.Affine);
    }

    private static void AssertSame(NiftiGeometry expected, NiftiGeometry actual)
    {
        Assert.Equal(expected.NiftiVersion, actual.NiftiVersion);
        Assert.Equal((expected.Size, expected.Rank), (actual.Size, actual.Rank));
        Assert.Equal((expected.QformCode, expected.SformCode, expected.XyztUnits), (actual.QformCode, actual.SformCode, actual.XyztUnits));
        Assert.Equal(expected.PixDim, actual.PixDim);
        Assert.Equal(expected.Quaternion, actual.Quaternion);
        Assert.Equal(expected.QOffset, actual.QOffset);
        Assert.Equal(expected.SRow, actual.SRow);
    }

    private static int Count(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        return (text.Length - text.Replace(Secret, "", StringComparison.Ordinal).Length) / Secret.Length;
    }

    private static byte[] Bytes(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }

    private static VolumeFile Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return VolumeFile.Read(stream, ct: TestContext.Current.CancellationToken);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
