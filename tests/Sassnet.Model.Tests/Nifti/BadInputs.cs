namespace Sassnet.Model.Tests.Nifti;

/// <summary>One input of the table of bad inputs, and the right answer to it.</summary>
/// <param name="Row">The row of the table, 1 to 35.</param>
/// <param name="Title">What is wrong, unique in the table.</param>
/// <param name="Status">The HTTP status of the answer.</param>
/// <param name="Slug">The problem type's last part; null where the answer is 200.</param>
/// <param name="MakeBytes">The file.</param>
/// <param name="Warns">Whether an accepted file leaves a warning in the report.</param>
public sealed record BadInput(int Row, string Title, int Status, string? Slug, Func<byte[]> MakeBytes, bool Warns = false);

/// <summary>Rows 1 to 35 of the bad inputs, NIfTI and gzip; several inputs to a row where it names several.</summary>
public static class BadInputs
{
    private static readonly Lazy<byte[]> BombAfterVolume = new(() => NiftiBytes.GzipBomb(new NiftiBytes().ToBytes(), 1L << 30));
    private static readonly Lazy<byte[]> BombOfZeros = new(() => NiftiBytes.GzipBomb([], 1L << 30));

    /// <summary>Qforms with a number that cannot be meant.</summary>
    private static readonly (string Name, double[] PixDim, double[] Quaternion, double[] QOffset)[] BadQforms =
    [
        .. new[] { 0, double.NaN, double.PositiveInfinity, -1.25 }.Select(edge => ($"pixdim[2] {edge}", (double[])[1, 1.5, edge, 2, 0, 0, 0, 0], NoTurn, Corner)),
        ("pixdim[0] NaN", [double.NaN, 1.5, 1.25, 2, 0, 0, 0, 0], NoTurn, Corner),
        ("quaternion longer than 1", Edges, [0.9, 0.9, 0.9], Corner),
        ("quaternion with NaN", Edges, [0, double.NaN, 0], Corner),
        ("qoffset infinite", Edges, NoTurn, [double.NegativeInfinity, -20, -30]),
        ("qoffset NaN", Edges, NoTurn, [-10, double.NaN, -30]),
        ("qoffset 1e7", Edges, NoTurn, [-10, 1e7, -30]),
    ];

    /// <summary>All inputs, in the order of the rows.</summary>
    public static IReadOnlyList<BadInput> All { get; } = [.. Container(), .. Dimensions(), .. Content(), .. Values(), .. Geometry(), .. Compressed()];

    private static double[] Edges => [1, 1.5, 1.25, 2, 0, 0, 0, 0];

    private static double[] NoTurn => [0, 0, 0];

    private static double[] Corner => [-10, -20, -30];

    /// <summary>The input of a title.</summary>
    public static BadInput Find(string title) => All.Single(input => input.Title == title);

    private static IEnumerable<BadInput> Container()
    {
        yield return new(1, "empty", 400, "empty-upload", () => []);
        yield return new(2, "100 bytes of a header", 400, "truncated", () => new NiftiBytes().ToBytes()[..100]);
        yield return new(2, "347 bytes of a header", 400, "truncated", () => new NiftiBytes().ToBytes()[..347]);
        yield return new(2, "400 bytes of a NIfTI-2 header", 400, "truncated", () => new NiftiBytes { Version = 2 }.ToBytes()[..400]);
        yield return new(2, "100 bytes of a header, gzipped", 400, "truncated", () => NiftiBytes.Gzip(new NiftiBytes().ToBytes()[..100]));
        yield return new(2, "nothing, gzipped", 400, "truncated", () => NiftiBytes.Gzip([]));
        yield return new(3, "sizeof_hdr 349", 400, "bad-header", () => new NiftiBytes { SizeofHdr = 349 }.ToBytes());
        yield return new(3, "sizeof_hdr 541 in NIfTI-2", 400, "bad-header", () => new NiftiBytes { Version = 2, SizeofHdr = 541 }.ToBytes());
        yield return new(4, "wrong magic", 415, "not-a-volume", () => new NiftiBytes { Magic = "abc\0"u8.ToArray() }.ToBytes());
        yield return new(4, "Analyze 7.5", 415, "not-a-volume", () => new NiftiBytes { Magic = new byte[4] }.ToBytes());
        yield return new(4, "wrong magic, gzipped", 415, "not-a-volume", () => new NiftiBytes { Magic = "abc\0"u8.ToArray() }.ToGzip());
        yield return new(4, "wrong magic in NIfTI-2", 415, "not-a-volume", () => new NiftiBytes { Version = 2, Magic = "n+2\0\n\n\n\n"u8.ToArray() }.ToBytes());
        yield return new(5, "lone ni1 header", 415, "not-a-volume", () => new NiftiBytes { Magic = "ni1\0"u8.ToArray() }.ToBytes()[..348]);
        yield return new(5, "lone ni2 header", 415, "not-a-volume", () => new NiftiBytes { Version = 2, Magic = "ni2\0\r\n\u001a\n"u8.ToArray() }.ToBytes()[..540]);
    }

    private static IEnumerable<BadInput> Dimensions()
    {
        yield return new(6, "dim[0] 0", 400, "bad-header", () => Shape(0, 5, 6, 7));
        yield return new(6, "dim[0] 8", 400, "bad-header", () => Shape(8, 5, 6, 7));
        yield return new(7, "NIfTI-2 dim[0] 200", 400, "bad-header", () => Shape2(200, 5, 6, 7));
        yield return new(7, "NIfTI-2 dim[0] -5", 400, "bad-header", () => Shape2(-5, 5, 6, 7));
        yield return new(8, "dim[2] 0", 400, "bad-header", () => Shape(3, 5, 0, 7));
        yield return new(8, "dim[3] -7", 400, "bad-header", () => Shape(3, 5, 6, -7));
        yield return new(8, "dim[4] 0 with dim[0] 4", 400, "bad-header", () => Shape(4, 5, 6, 7, 0));
        yield return new(9, "two axes", 422, "not-3d", () => Shape(2, 5, 6));
        yield return new(9, "one axis", 422, "not-3d", () => Shape(1, 5));
        yield return new(9, "a single slice", 422, "not-3d", () => Shape(3, 5, 6, 1));
        yield return new(10, "32767 cubed", 413, "volume-too-large", () => Shape(3, 32767, 32767, 32767));
        yield return new(10, "32767 cubed, gzipped", 413, "volume-too-large", () => NiftiBytes.Gzip(Shape(3, 32767, 32767, 32767)));
        yield return new(11, "product beyond 64 bits", 413, "volume-too-large", () => Shape2(3, long.MaxValue, long.MaxValue, long.MaxValue));
        yield return new(11, "product that wraps round to 64", 413, "volume-too-large", () => Shape2(3, 1L << 33, 1L << 33, (1L << 62) + 64));
        yield return new(11, "product that wraps round to 0", 413, "volume-too-large", () => Shape2(3, 1L << 32, 1L << 32, 4));
        yield return new(12, "one time point", 200, null, () => Shape(4, 5, 6, 7, 1));
        yield return new(12, "seven axes, four of length 1", 200, null, () => Shape(7, 5, 6, 7, 1, 1, 1, 1));
        yield return new(13, "two time points", 422, "not-3d", () => Shape(4, 5, 6, 7, 2));
        yield return new(13, "a vector per voxel", 422, "not-3d", () => Shape(5, 5, 6, 7, 1, 3));
        yield return new(14, "junk in dim[4] with dim[0] 3", 200, null, () => Shape(3, 5, 6, 7, -999, 12345));
    }

    private static IEnumerable<BadInput> Content()
    {
        yield return new(15, "one byte of data missing", 400, "truncated", () => new NiftiBytes { Missing = 1 }.ToBytes());
        yield return new(15, "no data", 400, "truncated", () => new NiftiBytes { Missing = 5 * 6 * 7 * 2 }.ToBytes());
        yield return new(15, "32767 x 64 x 64, gzipped", 400, "truncated", () => NiftiBytes.Gzip(new NiftiBytes { Dim = [3, 32767, 64, 64, 1, 1, 1, 1], DataType = 64 }.HeaderOnly()));
        yield return new(15, "one byte of data missing, gzipped", 400, "truncated", () => new NiftiBytes { Missing = 1 }.ToGzip());
        foreach (var offset in new double[] { 0, 100, -352, 351, 352.5 })
            yield return new(16, $"vox_offset {offset}", 400, "bad-header", () => new NiftiBytes { VoxOffset = offset }.ToBytes());
        foreach (var offset in new long[] { 0, 352, -544, long.MinValue })
            yield return new(16, $"NIfTI-2 vox_offset {offset}", 400, "bad-header", () => new NiftiBytes { Version = 2, VoxOffset = offset }.ToBytes());
        foreach (var offset in new[] { double.NaN, double.PositiveInfinity, 1e30, 100_000 })
        {
            yield return new(17, $"vox_offset {offset}", 400, "bad-header", () => new NiftiBytes { VoxOffset = offset }.ToBytes());
            yield return new(17, $"vox_offset {offset}, gzipped", 400, "bad-header", () => new NiftiBytes { VoxOffset = offset }.ToGzip());
        }

        yield return new(17, "NIfTI-2 vox_offset beyond the end", 400, "bad-header", () => new NiftiBytes { Version = 2, VoxOffset = long.MaxValue }.ToBytes());
        yield return new(18, "bitpix 8 with int16", 200, null, () => new NiftiBytes { BitPix = 8 }.ToBytes(), Warns: true);
        yield return new(18, "bitpix 0 with float32", 200, null, () => new NiftiBytes { DataType = 16, BitPix = 0 }.ToBytes(), Warns: true);
        yield return new(18, "bitpix 16 with float32 and too few bytes", 400, "truncated", () => new NiftiBytes { DataType = 16, BitPix = 16, Missing = 5 * 6 * 7 * 2 }.ToBytes());
        foreach (var (name, type) in new[] { ("type 0", 0), ("type 3", 3), ("type -4", -4), ("1-bit", 1), ("float128", 1536) })
            yield return new(19, name, 415, "data-type", () => new NiftiBytes { DataType = (short)type }.ToBytes());
        foreach (var (name, type) in new[] { ("RGB", 128), ("RGBA", 2304), ("complex64", 32), ("complex128", 1792), ("complex256", 2048) })
            yield return new(20, name, 422, "not-scalar", () => new NiftiBytes { DataType = (short)type }.ToBytes());
        yield return new(32, "big-endian", 200, null, () => new NiftiBytes { BigEndian = true }.ToBytes());
        yield return new(32, "NIfTI-2", 200, null, () => new NiftiBytes { Version = 2 }.ToBytes());
        yield return new(32, "big-endian NIfTI-2, gzipped", 200, null, () => new NiftiBytes { Version = 2, BigEndian = true }.ToGzip());
        foreach (var size in new[] { -16, 0, 7, 33, 1_000_000, int.MaxValue })
            yield return new(33, $"extension size {size}", 400, "bad-extension", () => Extended(NiftiBytes.Extension(size)));
        yield return new(33, "second extension's size negative", 400, "bad-extension", () => Extended([.. NiftiBytes.Extension(), .. NiftiBytes.Extension(-32)]));
        yield return new(33, "two sound extensions", 200, null, () => Extended([.. NiftiBytes.Extension(), .. NiftiBytes.Extension()]));
    }

    private static IEnumerable<BadInput> Values()
    {
        yield return new(21, "scl_slope NaN", 200, null, () => new NiftiBytes { Slope = double.NaN }.ToBytes(), Warns: true);
        yield return new(21, "scl_slope infinite", 200, null, () => new NiftiBytes { Slope = double.PositiveInfinity }.ToBytes(), Warns: true);
        yield return new(22, "scl_slope 0 with scl_inter 5", 200, null, () => new NiftiBytes { Slope = 0, Intercept = 5 }.ToBytes());
        yield return new(23, "scl_inter NaN", 400, "bad-header", () => new NiftiBytes { Intercept = double.NaN }.ToBytes());
        yield return new(24, "scaling overflows", 422, "non-finite", () => new NiftiBytes { Slope = 3e38 }.ToBytes());
        yield return new(24, "scaling of float64 overflows single precision", 422, "non-finite", () => new NiftiBytes { Version = 2, DataType = 64, Slope = 1e60 }.ToBytes());
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            yield return new(25, $"last float32 voxel {value}", 422, "non-finite", () => LastVoxel(16, value).ToBytes());
            yield return new(25, $"last float64 voxel {value}, gzipped", 422, "non-finite", () => LastVoxel(64, value).ToGzip());
        }
    }

    private static IEnumerable<BadInput> Geometry()
    {
        yield return new(26, "sform with NaN", 400, "bad-header", () => Sform(1.5, 0, 0, double.NaN, 0, 1.25, 0, 0, 0, 0, 2, 0));
        yield return new(26, "sform with infinity", 400, "bad-header", () => Sform(1.5, 0, 0, 0, 0, double.PositiveInfinity, 0, 0, 0, 0, 2, 0));
        yield return new(26, "sform with NaN beside a sound qform", 400, "bad-header", () => new NiftiBytes { SRow = [1.5, 0, 0, double.NaN, 0, 1.25, 0, 0, 0, 0, 2, 0] }.ToBytes());
        foreach (var offset in new[] { 100_001, 1e7, -1e20, 3e38 })
        {
            yield return new(26, $"sform {offset} mm away", 400, "bad-header", () => Sform(1.5, 0, 0, 0, 0, 1.25, 0, offset, 0, 0, 2, 0));
            yield return new(31, $"qform {offset} mm away", 400, "bad-header", () => new NiftiBytes { SformCode = 0, QOffset = [0, 0, offset] }.ToBytes());
        }

        foreach (var offset in new[] { 1e39, -1e300, 1.7e308 })
        {
            yield return new(26, $"NIfTI-2 sform {offset} m away", 400, "bad-header", () => Far(offset, sform: true));
            yield return new(31, $"NIfTI-2 qform {offset} m away", 400, "bad-header", () => Far(offset, sform: false));
        }

        yield return new(26, "a far corner too far away", 400, "bad-header", () => Sform(1.5, 0, 0, -10, 0, 1.25, 0, 0, 0, 0, 2, 99_999));
        yield return new(27, "singular sform beside a sound qform", 400, "bad-header", () => new NiftiBytes { SRow = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0] }.ToBytes());
        yield return new(27, "sform with two equal axes", 400, "bad-header", () => Sform(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0));
        yield return new(27, "sform all zero", 400, "bad-header", () => Sform(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        yield return new(28, "sheared sform", 422, "geometry", () => Sform(1.5, 0, 0.4, 0, 0, 1.25, 0, 0, 0, 0, 2, 0));
        yield return new(29, "neither qform nor sform", 422, "orientation-missing", () => new NiftiBytes { QformCode = 0, SformCode = 0 }.ToBytes());
        yield return new(
            30, "qform and sform disagree", 200, null, () => new NiftiBytes { QOffset = [10, -20, -30] }.ToBytes(), Warns: true);
        foreach (var (name, pixDim, quaternion, qOffset) in BadQforms)
        {
            foreach (var version in new[] { 1, 2 })
            {
                var bytes = new NiftiBytes { Version = version, PixDim = pixDim, Quaternion = quaternion, QOffset = qOffset, SformCode = 0 };
                yield return new(31, $"{name}, qform only, NIfTI-{version}", 400, "bad-header", bytes.ToBytes);
                yield return new(31, $"{name}, sform sound, NIfTI-{version}", 200, null, (bytes with { SformCode = 1 }).ToBytes, Warns: true);
            }
        }

        foreach (var value in new[] { 0, double.NaN, -1.25 })
            yield return new(31, $"pixdim[2] {value}, sform only", 200, null, () => new NiftiBytes { QformCode = 0, PixDim = [1, 1.5, value, 2, 0, 0, 0, 0] }.ToBytes(), Warns: true);
        yield return new(31, "quaternion with NaN that counts for nothing", 200, null, () => new NiftiBytes { QformCode = 0, Quaternion = [0, double.NaN, 0] }.ToBytes());
        yield return new(31, "sform with NaN that counts for nothing", 200, null, () => new NiftiBytes { SformCode = 0, SRow = [.. Enumerable.Repeat(double.NaN, 12)] }.ToBytes());
    }

    private static IEnumerable<BadInput> Compressed()
    {
        yield return new(34, "gzip cut in the middle", 400, "corrupt-gzip", () => Noise()[..100_000]);
        yield return new(34, "gzip without its last byte", 400, "corrupt-gzip", () => Noise()[..^1]);
        yield return new(34, "gzip without its trailer", 400, "corrupt-gzip", () => Noise()[..^8]);
        yield return new(34, "gzip cut in its header", 400, "corrupt-gzip", () => Noise()[..5]);
        yield return new(34, "gzip with a wrong checksum", 400, "corrupt-gzip", () => Flip(Noise(), ^5));
        yield return new(34, "gzip with a wrong length", 400, "corrupt-gzip", () => Flip(Noise(), ^1));
        yield return new(34, "gzip with a flipped bit", 400, "corrupt-gzip", () => Flip(Noise(), 50_000));
        yield return new(34, "gzip of an unknown method", 400, "corrupt-gzip", () => Flip(Noise(), 2));
        yield return new(34, "gzip with bytes behind it", 400, "corrupt-gzip", () => [.. Noise(), 1, 2, 3]);
        yield return new(34, "gzip with zeros behind it", 200, null, () => [.. new NiftiBytes().ToGzip(), .. new byte[512]]);
        yield return new(34, "gzip with many zeros behind it", 200, null, () => [.. new NiftiBytes().ToGzip(), .. new byte[300_000]]);
        yield return new(34, "gzip with zeros and then bytes behind it", 400, "corrupt-gzip", () => [.. Noise(), .. new byte[300_000], 1]);
        yield return new(35, "gzip bomb behind a sound volume", 413, "decompression-limit", () => BombAfterVolume.Value);
        yield return new(35, "gzip bomb of zeros", 413, "decompression-limit", () => BombOfZeros.Value);
    }

    private static byte[] Shape(params long[] dim) => new NiftiBytes { Dim = Padded(dim) }.ToBytes();

    private static byte[] Shape2(params long[] dim) => new NiftiBytes { Version = 2, Dim = Padded(dim) }.ToBytes();

    private static long[] Padded(long[] dim) => [.. dim, .. Enumerable.Repeat(1L, 8 - dim.Length)];

    private static byte[] Far(double metres, bool sform) => new NiftiBytes
    {
        Version = 2,
        XyztUnits = 1,
        QformCode = sform ? 0 : 1,
        SformCode = sform ? 1 : 0,
        PixDim = [1, 0.0015, 0.00125, 0.002, 0, 0, 0, 0],
        QOffset = [metres, 0, 0],
        SRow = [0.0015, 0, 0, metres, 0, 0.00125, 0, 0, 0, 0, 0.002, 0],
    }.ToBytes();

    private static byte[] Sform(params double[] rows) => new NiftiBytes { QformCode = 0, SRow = rows }.ToBytes();

    private static byte[] Extended(byte[] extensions) => new NiftiBytes { Extender = [1, 0, 0, 0], Extensions = extensions }.ToBytes();

    private static NiftiBytes LastVoxel(short type, double value) =>
        new() { DataType = type, Stored = [.. Enumerable.Range(0, (5 * 6 * 7) - 1).Select(i => (double)i), value] };

    /// <summary>A gzipped volume of noise, of about 200 000 bytes.</summary>
    private static byte[] Noise()
    {
        var random = new Random(5);
        var size = 48;
        return new NiftiBytes
        {
            Dim = [3, size, size, size, 1, 1, 1, 1],
            Stored = [.. Enumerable.Range(0, size * size * size).Select(_ => (double)random.Next(-20_000, 20_000))],
        }.ToGzip();
    }

    private static byte[] Flip(byte[] bytes, Index at)
    {
        bytes[at] ^= 0x10;
        return bytes;
    }
}
