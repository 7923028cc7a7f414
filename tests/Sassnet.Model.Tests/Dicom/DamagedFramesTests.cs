using System.Buffers.Binary;
using System.Collections.Concurrent;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Compressed frames of which a part is missing: decoders fill it with something and go on, so the frames must be refused.</summary>
public sealed class DamagedFramesTests
{
    private static readonly DicomScan Scan = new()
    {
        Columns = 80,
        Rows = 72,
        IsSigned = false,
        Value = (column, row, slice) => (short)((column * 13) + (row * 7) + (slice * 50) + (column * row % 11)),
    };

    private static readonly DicomScan EightBits = Scan with { BitsStored = 8, Value = (column, row, slice) => (short)(((column * 3) + (row * 2) + (column * row % 11) + slice) & 0xFF) };

    private static readonly Dictionary<string, Func<byte[], byte[]>> JpegDamage = new()
    {
        ["half of the scan"] = frame => [.. frame[..(frame.Length / 2)]],
        ["half of the scan, and an end"] = frame => [.. frame[..(frame.Length / 2)], 0xFF, 0xD9],
        ["an empty scan, and an end"] = frame => [.. frame[..Entropy(frame)], 0xFF, 0xD9],
        ["all but ten bytes, and an end"] = frame => [.. Trimmed(frame)[..^12], 0xFF, 0xD9],
        ["no end"] = frame => Trimmed(frame)[..^2],
        ["no scan"] = frame => [.. frame[..frame.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA])], 0xFF, 0xD9],
    };

    private static readonly Dictionary<string, (string[] Options, Func<byte[], byte[]> Damage)> Jpeg2000Damage = new()
    {
        ["the last tile missing"] = (["-t", "40,36"], code => [.. code[..Parts(code)[3].At], 0xFF, 0xD9]),
        ["a tile missing in the middle"] = (["-t", "40,36"], code => [.. code[..Parts(code)[1].At], .. code[Parts(code)[2].At..]]),
        ["a tile twice"] = (["-t", "40,36"], code => [.. code[..Parts(code)[2].At], .. code[Parts(code)[1].At..]]),
        ["a tile that does not exist"] = (["-t", "40,36"], code => With(code, Parts(code)[1].At + 5, 9)),
        ["the last part of the tile missing"] = (["-TP", "R"], code => [.. code[..Parts(code)[^1].At], 0xFF, 0xD9]),
        ["a part missing in the middle"] = (["-TP", "R"], code => [.. code[..Parts(code)[2].At], .. code[Parts(code)[3].At..]]),
        ["fewer parts than announced"] = (["-t", "40,36", "-TLM"], code => With(code, Marker(code, 0xFF55) + 3, 29, insert: 5)),
        ["cut short"] = ([], code => code[..(code.Length / 2)]),
        ["cut short, and an end"] = ([], code => [.. code[..(code.Length / 2)], 0xFF, 0xD9]),
        ["a length of 0, and cut short"] = ([], code => Unmeasured(code)[..(code.Length / 2)]),
        ["a length of 0, cut short, and an end"] = ([], code => [.. Unmeasured(code)[..(code.Length / 2)], 0xFF, 0xD9]),
        ["no tile at all"] = ([], code => [.. code[..Parts(code)[0].At], 0xFF, 0xD9]),
        ["tiles of no size"] = ([], code => With(With(With(With(code, 24, 0), 25, 0), 26, 0), 27, 0)),
    };

    private static readonly Dictionary<string, (string[] Options, Func<byte[], byte[]> Change)> Jpeg2000Sound = new()
    {
        ["four tiles"] = (["-t", "40,36"], code => code),
        ["tiles that do not fill the last row"] = (["-t", "33,25", "-n", "3"], code => code),
        ["six parts"] = (["-TP", "R"], code => code),
        ["four tiles in parts, announced"] = (["-t", "40,36", "-TP", "R", "-TLM"], code => code),
        ["a length of 0"] = ([], Unmeasured),
        ["zeros behind the end"] = ([], code => [.. code, 0, 0, 0, 0]),
        ["a length of 0 and zeros behind the end"] = ([], code => [.. Unmeasured(code), 0, 0]),
    };

    private static readonly ConcurrentDictionary<string, byte[][]> JpegFrames = new();
    private static readonly ConcurrentDictionary<string, byte[][]> Jpeg2000Frames = new();

    public static TheoryData<string, string> JpegCases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var coding in new[] { "JPEG lossless SV1", "JPEG lossless", "JPEG baseline", "JPEG-LS" })
            {
                foreach (var damage in JpegDamage.Keys)
                    cases.Add(coding, damage);
            }

            return cases;
        }
    }

    public static TheoryData<string> Jpeg2000Cases => [.. Jpeg2000Damage.Keys];

    public static TheoryData<string> SoundCases => [.. Jpeg2000Sound.Keys];

    [Theory]
    [MemberData(nameof(JpegCases))]
    public void A_jpeg_frame_of_which_a_part_is_missing_is_refused(string name, string damage)
    {
        var coding = Coding.All[name];
        var scan = coding.Bits == 8 ? EightBits : Scan;
        var frames = JpegFrames.GetOrAdd(name, _ => Sound(coding, scan));
        using var damaged = Series(coding, scan, [frames[0], JpegDamage[damage](frames[1]), frames[2]]);

        Assert.Equal((InvalidVolumeKind.NotServable, "decode-failed"), Kind(damaged.Fault()));
    }

    [Theory]
    [MemberData(nameof(Jpeg2000Cases))]
    public void A_jpeg_2000_frame_of_which_a_part_is_missing_is_refused(string name)
    {
        var (options, damage) = Jpeg2000Damage[name];
        var frames = Jpeg2000(options);
        using var damaged = Series(Coding.All["JPEG 2000 lossless"], Scan, [frames[0], damage(frames[1])]);

        Assert.Equal((InvalidVolumeKind.NotServable, "decode-failed"), Kind(damaged.Fault()));
    }

    [Theory]
    [MemberData(nameof(SoundCases))]
    public void A_whole_jpeg_2000_frame_is_read_however_it_is_cut_into_tiles_and_parts(string name)
    {
        var (options, change) = Jpeg2000Sound[name];
        using var plain = new DicomFolder(Enumerable.Range(0, 2).Select(slice => Scan.Slice(slice).ToBytes()));
        using var series = Series(Coding.All["JPEG 2000 lossless"], Scan, [.. Jpeg2000(options).Select(change)]);

        Assert.Equal(plain.Read().Volume.Voxels, series.Read().Volume.Voxels);
    }

    [Fact]
    public void Run_lengths_that_end_before_the_frame_does_are_refused()
    {
        var scan = Scan with { Syntax = DicomBytes.Rle };
        var frames = Enumerable.Range(0, 2).Select(slice => RunLengths.Encode(scan.Frame(slice))).ToArray();
        var second = BinaryPrimitives.ReadInt32LittleEndian(frames[1].AsSpan(8));
        byte[] shortFirst = [.. frames[1][..(second - 40)], .. frames[1][second..]];
        BinaryPrimitives.WriteInt32LittleEndian(shortFirst.AsSpan(8), second - 40);

        foreach (var damaged in new[] { frames[1][..^40], shortFirst, frames[1][..64], frames[1][..60] })
        {
            using var folder = new DicomFolder(scan.Slice(0).Fragments([], frames[0]).ToBytes(), scan.Slice(1).Fragments([], damaged).ToBytes());
            Assert.Equal("decode-failed", folder.Fault().Slug);
        }
    }

    [Fact]
    public void A_few_bytes_that_come_to_a_large_series_are_refused_before_they_are_decoded()
    {
        // 17 slices of a million pixels, each nothing but the same value.
        var scan = new DicomScan { Columns = 1024, Rows = 1024, Slices = 17, Value = (_, _, _) => 0 };
        var runs = RunLengths.Encode(scan.Frame(0));
        using var runLengths = new DicomFolder(Enumerable.Range(0, 17).Select(slice => (scan with { Syntax = DicomBytes.Rle }).Slice(slice).Fragments([], runs).ToBytes()));
        using var few = new DicomFolder(Enumerable.Range(0, 3).Select(slice => (scan with { Syntax = DicomBytes.Rle }).Slice(slice).Fragments([], runs).ToBytes()));
        var coding = Coding.All["JPEG 2000 lossless"];
        var code = Coding.OpenJpegFile(scan, 0, "j2k");
        using var jpeg2000 = new DicomFolder(Enumerable.Range(0, 17).Select(slice => (scan with { Syntax = coding.Syntax }).Slice(slice).Fragments([], code).ToBytes()));

        foreach (var series in new[] { runLengths, jpeg2000 })
            Assert.Equal((InvalidVolumeKind.TooLarge, "decompression-limit"), Kind(series.Fault()));
        Assert.Equal(3, few.Read().Volume.Size.Z);
    }

    // Three frames, which are read as long as none of them is damaged.
    private static byte[][] Sound(Coding coding, DicomScan scan)
    {
        var frames = Enumerable.Range(0, 3).Select(slice => Frame(coding.Compress(scan, slice))).ToArray();
        using var sound = Series(coding, scan, frames);
        Assert.Equal(3, sound.Read().Volume.Size.Z);
        return frames;
    }

    // Two frames.
    private static byte[][] Jpeg2000(string[] options) => Jpeg2000Frames.GetOrAdd(
        string.Join(' ', options), _ => [.. Enumerable.Range(0, 2).Select(slice => Coding.OpenJpegFile(Scan, slice, "j2k", options))]);

    private static (InvalidVolumeKind Kind, string Slug) Kind(InvalidVolumeException fault) => (fault.Kind, fault.Slug);

    private static DicomFolder Series(Coding coding, DicomScan scan, byte[][] frames) => new(frames.Select((frame, slice) =>
        Coding.Plain(scan with { Syntax = coding.Syntax }, slice).Fragments([], frame).ToBytes()));

    /// <summary>The one compressed frame of a file of dcmtk's: from its start marker to the end of its fragment.</summary>
    private static byte[] Frame(byte[] file)
    {
        var start = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);
        return file[start..(start + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(start - 4)))];
    }

    private static byte[] Trimmed(byte[] frame) => frame.AsSpan().TrimEnd((byte)0).ToArray();

    /// <summary>Where the scan's data begin.</summary>
    private static int Entropy(byte[] frame)
    {
        var scan = frame.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        return scan + 2 + BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(scan + 2));
    }

    private static int Marker(byte[] code, ushort marker) => code.AsSpan().IndexOf((ReadOnlySpan<byte>)[(byte)(marker >> 8), (byte)marker]);

    private static List<(int At, int Length)> Parts(byte[] code)
    {
        var parts = new List<(int At, int Length)>();
        for (var at = Marker(code, 0xFF90); code[at + 1] == 0x90; at += parts[^1].Length)
            parts.Add((at, BinaryPrimitives.ReadInt32BigEndian(code.AsSpan(at + 6))));
        return parts;
    }

    /// <summary>The codestream with its one tile part as long as it turns out to be.</summary>
    private static byte[] Unmeasured(byte[] code)
    {
        var result = code.ToArray();
        result.AsSpan(Parts(code)[0].At + 6, 4).Clear();
        return result;
    }

    /// <summary>The codestream with one byte changed, and with a segment's last bytes repeated behind it to make it longer.</summary>
    private static byte[] With(byte[] code, int at, byte value, int insert = 0)
    {
        var result = code.ToArray();
        result[at] = value;
        if (insert == 0)
            return result;
        var end = at - 1 + BinaryPrimitives.ReadUInt16BigEndian(code.AsSpan(at - 1));
        return [.. result[..end], .. result[(end - insert)..end], .. result[end..]];
    }
}
