using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>What a decoder can do to the service, tried with scripts in its place: nothing but fail.</summary>
public sealed class ConfinementTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sassnet-dicom-tests-");

    // A JPEG lossless image's header; the scripts do not look further.
    private readonly DicomFolder _series = new(Enumerable.Range(0, 3).Select(slice => Compressed(slice, [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 16, 0, 5, 0, 6, 1, 1, 0x11, 0, 0])));

    public static TheoryData<string, string> Misbehaviour => new()
    {
        { "fails", "exit 1" },
        { "crashes", "kill -SEGV $$" },
        { "writes nothing", "exit 0" },
        { "writes something else", "head -c 5000 /dev/zero > plain.dcm" },
        { "writes without end", "cat /dev/zero > plain.dcm" },
        { "takes memory without end", "while :; do x=\"$x$x$x 0123456789abcdef\"; done" },
        { "prints without end", "head -c 300000000 /dev/zero; exit 1" },
    };

    public void Dispose()
    {
        _series.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Misbehaviour))]
    public void A_decoder_that_misbehaves_is_a_series_that_does_not_decode(string what, string script)
    {
        var fault = _series.Fault(decoder: Decoder(script));

        Assert.True(fault.Slug == "decode-failed", $"A decoder that {what} gave {fault.Slug}: {fault.Message}");
        Assert.Equal(InvalidVolumeKind.NotServable, fault.Kind);
        Assert.All(Directory.EnumerateFiles(_series.Scratch, "*", SearchOption.AllDirectories), file => Assert.InRange(new FileInfo(file).Length, 0, 2 << 20));
    }

    [Fact]
    public void A_decoder_that_hangs_is_killed_at_the_deadline_with_all_it_started()
    {
        var mark = Path.Combine(_folder.FullName, "mark");

        var fault = _series.Fault(decoder: Decoder($"(while :; do date > {mark}; sleep 0.05; done) & while :; do sleep 1; done") with { TimeLimit = TimeSpan.FromSeconds(1) });

        Assert.Equal((InvalidVolumeKind.TooSlow, "time-limit"), (fault.Kind, fault.Slug));
        Assert.Contains("1 s", fault.Message, StringComparison.Ordinal);
        RequireStill(mark);
    }

    [Fact]
    public void What_a_decoder_leaves_behind_when_it_ends_is_killed_too()
    {
        var mark = Path.Combine(_folder.FullName, "mark");

        _series.Fault(decoder: Decoder($"(while :; do date > {mark}; sleep 0.05; done) & sleep 0.5; exit 1"));

        RequireStill(mark);
    }

    [Fact]
    public void A_cancelled_request_kills_its_decoder()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        var decoder = new PixelDecoder(Decoder("while :; do sleep 1; done"), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        Assert.ThrowsAny<OperationCanceledException>(() => Sassnet.Model.Dicom.Series.DicomSeries.Read(SeriesFiles.Of(_series.Paths).Files, null, _series.Scratch, decoder, ct: cancellation.Token));
    }

    [Fact]
    public void A_decoder_runs_with_its_limits_an_empty_environment_a_folder_of_its_own_and_no_network()
    {
        var seen = Path.Combine(_folder.FullName, "seen");

        _series.Fault(decoder: Decoder($"{{ ulimit -v; ulimit -t; ulimit -f; ulimit -n; ulimit -c; env; pwd; cat /proc/self/net/dev; }} > {seen}; exit 1"));

        var lines = File.ReadAllLines(seen);
        Assert.InRange(long.Parse(lines[0], System.Globalization.CultureInfo.InvariantCulture), 1, 1 << 20);
        Assert.Equal("60", lines[1]);
        Assert.InRange(long.Parse(lines[2], System.Globalization.CultureInfo.InvariantCulture), 1, 4096);
        Assert.Equal("64", lines[3]);
        Assert.Equal("0", lines[4]);

        // What a shell sets by itself.
        Assert.All(lines.Where(line => line.Contains('=', StringComparison.Ordinal)), line => Assert.Matches("^(PWD|SHLVL|_|OLDPWD)=", line));
        Assert.StartsWith(_series.Scratch, lines.First(line => line.StartsWith('/')), StringComparison.Ordinal);
        if (Isolates())
            Assert.Equal(["lo"], lines.Where(line => line.Contains(": ", StringComparison.Ordinal)).Select(line => line.Split(':')[0].Trim()));
    }

    [Fact]
    public void Without_the_decoder_a_compressed_series_is_refused_with_the_package_to_install_and_others_are_read()
    {
        var nothing = new PixelDecoderOptions { SearchPath = _folder.FullName };
        using var uncompressed = new DicomFolder(new DicomScan().Classic());
        using var runLengths = new DicomFolder(Enumerable.Range(0, 2).Select(slice => new DicomScan { Syntax = DicomBytes.Rle }.Slice(slice).Fragments([], RunLengths.Encode(new DicomScan().Frame(slice))).ToBytes()));

        var fault = _series.Fault(decoder: nothing);

        Assert.Equal((InvalidVolumeKind.Unsupported, "decoder-missing"), (fault.Kind, fault.Slug));
        Assert.Contains("dcmtk", fault.Message, StringComparison.Ordinal);
        Assert.Equal(120, uncompressed.Read(decoder: nothing).Volume.Voxels.Length);
        Assert.Equal(60, runLengths.Read(decoder: nothing).Volume.Voxels.Length);
    }

    [Theory]
    [InlineData(8, 5, 6, 1, "8 unsigned bits")]
    [InlineData(16, 6, 6, 1, "6x6")]
    [InlineData(16, 5, 6, 3, "3 components")]
    public void A_codestream_that_contradicts_the_header_never_reaches_a_decoder(byte bits, byte rows, byte columns, byte components, string says)
    {
        using var series = new DicomFolder(Enumerable.Range(0, 2).Select(slice => Compressed(slice, [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, bits, 0, rows, 0, columns, components, 1, 0x11, 0, 0])));
        var mark = Path.Combine(_folder.FullName, "mark");

        var fault = series.Fault(decoder: Decoder($"date > {mark}"));

        Assert.Equal("decode-failed", fault.Slug);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(mark));
    }

    private static byte[] Compressed(int slice, byte[] frame) => new DicomScan { Syntax = "1.2.840.10008.1.2.4.70" }.Slice(slice).Fragments([], frame).ToBytes();

    private static bool Isolates()
    {
        using var process = System.Diagnostics.Process.Start("unshare", ["--user", "--net", "--pid", "--fork", "--kill-child", "--", "true"]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static void RequireStill(string mark)
    {
        Assert.True(File.Exists(mark));
        File.Delete(mark);
        Thread.Sleep(500);
        Assert.False(File.Exists(mark));
    }

    /// <summary>A folder in which the decoder of JPEG is a script.</summary>
    private PixelDecoderOptions Decoder(string script)
    {
        var path = Path.Combine(_folder.FullName, "dcmdjpeg");
        File.WriteAllText(path, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return new PixelDecoderOptions { SearchPath = $"{_folder.FullName}:/usr/bin:/bin" };
    }
}
