using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Decoders that fail, hang or leave something behind: the series does not decode, and nothing of them goes on.</summary>
[Collection(nameof(ScriptedDecoder))]
public sealed class FailingDecoderTests : IDisposable
{
    private readonly ScriptedDecoder _decoder = new();

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

    public void Dispose() => _decoder.Dispose();

    [Theory]
    [MemberData(nameof(Misbehaviour))]
    public void A_decoder_that_misbehaves_is_a_series_that_does_not_decode(string what, string script)
    {
        var fault = _decoder.Series.Fault(decoder: _decoder.Running(script));

        Assert.True(fault.Slug == "decode-failed", $"A decoder that {what} gave {fault.Slug}: {fault.Message}");
        Assert.Equal(InvalidVolumeKind.NotServable, fault.Kind);
        Assert.All(Directory.EnumerateFiles(_decoder.Series.Scratch, "*", SearchOption.AllDirectories), file => Assert.InRange(new FileInfo(file).Length, 0, 2 << 20));
    }

    [Fact]
    public void A_decoder_that_hangs_is_killed_at_the_deadline_with_all_it_started()
    {
        var fault = _decoder.Series.Fault(decoder: _decoder.Running("(while :; do date > mark; sleep 0.05; done) & while :; do sleep 1; done") with { TimeLimit = TimeSpan.FromSeconds(5) });

        Assert.Equal((InvalidVolumeKind.TooSlow, "time-limit"), (fault.Kind, fault.Slug));
        Assert.Contains("5 s", fault.Message, StringComparison.Ordinal);
        RequireStill();
    }

    [Fact]
    public void What_a_decoder_leaves_behind_when_it_ends_is_killed_too()
    {
        _decoder.Series.Fault(decoder: _decoder.Running("(while :; do date > mark; sleep 0.05; done) & until [ -e mark ]; do sleep 0.05; done; exit 1"));

        RequireStill();
    }

    [Fact]
    public void A_cancelled_request_kills_its_decoder()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        var decoder = new PixelDecoder(_decoder.Running("while :; do sleep 1; done"), NullLogger.Instance);

        Assert.ThrowsAny<OperationCanceledException>(() => DicomSeries.Read(SeriesFiles.Of(_decoder.Series.Paths).Files, null, _decoder.Series.Scratch, decoder, ct: cancellation.Token));
    }

    [Fact]
    public void The_time_limit_is_one_for_a_series_however_many_decoders_it_needs()
    {
        Tools.Require("dcmdjpeg");
        var coding = Coding.All["JPEG lossless SV1"];
        using var series = new DicomFolder(Enumerable.Range(0, 2).Select(slice => coding.Compress(new DicomScan { BitsStored = 12 + (4 * slice), IsSigned = false, Value = (column, row, _) => (short)(column + row) }, slice)));
        var slow = _decoder.Running("sleep 1.2; exec /usr/bin/dcmdjpeg \"$@\"");

        Assert.Equal(2, series.Read(decoder: slow).Volume.Size.Z);
        Assert.Equal("time-limit", series.Fault(decoder: slow with { TimeLimit = TimeSpan.FromSeconds(2) }).Slug);
    }

    private void RequireStill()
    {
        var mark = _decoder.Left("mark").Single();
        File.Delete(mark);
        Thread.Sleep(500);
        Assert.False(File.Exists(mark));
    }
}
