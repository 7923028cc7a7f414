using System.IO.Compression;
using System.Net;
using System.Text;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Uploads;

public sealed class DicomUploadTests(SharedService shared) : BallSeriesTests(shared)
{
    [Fact]
    public async Task A_series_in_parts_in_a_zip_or_in_one_file_is_segmented_as_the_nifti_volume_is()
    {
        var files = Ball.Classic().ToArray();
        new Random(2).Shuffle(files);
        var zip = ZipBytes.Of([.. files.Select((file, number) => ($"series/{number}", file)), ("README", "hello"u8.ToArray())]);
        var enhanced = Ball.Enhanced([.. Enumerable.Range(0, Z).Reverse()]).ToBytes();

        var expected = await SegmentAsync(new ByteArrayContent(Nifti));

        Assert.Contains((byte)1, expected[352..]);
        foreach (var body in new HttpContent[] { Form(files), Form(zip), new ByteArrayContent(zip), Form(enhanced), new ByteArrayContent(enhanced) })
        {
            var segmentation = await SegmentAsync(body);
            Assert.Equal(expected[352..], segmentation[352..]);

            // The sform, in single precision.
            Assert.Equal(expected[280..328], segmentation[280..328]);
        }

        await Service.AssertNoFilesLeftAsync();
    }

    [Fact]
    public async Task What_is_plainly_something_else_is_left_out_of_parts_and_of_a_zip_alike()
    {
        byte[][] files = ["A list of what is on this disc"u8.ToArray(), .. Ball.Classic(), ZipBytes.Of(("word/document.xml", "<w/>"u8.ToArray())), [0, 0, 0, 1, .. "Bud1"u8, 0, 0]];
        var expected = await SegmentAsync(new ByteArrayContent(Nifti));

        foreach (var body in (Func<HttpContent>[])[() => Form(files), () => new ByteArrayContent(Zip(files))])
        {
            Assert.Equal(expected[352..], (await SegmentAsync(body()))[352..]);
            using var report = await PostAsync(body(), "?output=report");
            var warnings = (await ProblemAssert.JsonAsync(report)).GetProperty("warnings").EnumerateArray();
            var warning = Assert.Single(warnings, one => one.GetProperty("slug").GetString() == "files-left-out").GetProperty("sentence").GetString();
            Assert.Contains("left out: file of an operating system (1), text (1), zip file (1)", warning, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_may_be_a_damaged_slice_is_refused_in_parts_and_in_a_zip_alike()
    {
        byte[][] files = [.. Ball.Classic().Take(Z - 2), [], Ball.Slice(Z - 1).ToBytes()[..100]];

        foreach (var body in (Func<HttpContent>[])[() => Form(files), () => new ByteArrayContent(Zip(files))])
            Assert.Contains("15 (empty), 16 (100 bytes)", await RefusedAsync(body(), 400, "unreadable-file"), StringComparison.Ordinal);
        await RefusedAsync(Form([], []), 400, "empty-upload");
    }

    [Fact]
    public async Task What_of_a_zip_is_not_read_is_said_truly()
    {
        var slices = Ball.Classic().Select((slice, number) => ($"{number}", slice)).ToArray();

        Assert.Contains("LZMA", await RefusedAsync(new ByteArrayContent(ZipBytes.WithMethod(14, slices)), 415, "unsupported-archive"), StringComparison.Ordinal);
        Assert.Contains("encrypted", await RefusedAsync(new ByteArrayContent(ZipBytes.Encrypted(slices[0].slice)), 400, "unsafe-archive"), StringComparison.Ordinal);
        Assert.Contains("another zip", await RefusedAsync(new ByteArrayContent(ZipBytes.Of(("a.zip", ZipBytes.Of(slices)))), 400, "unsafe-archive"), StringComparison.Ordinal);
        Assert.Contains((byte)1, (await SegmentAsync(new ByteArrayContent(ZipBytes.Zip64(slices))))[352..]);
        Assert.Contains((byte)1, (await SegmentAsync(new ByteArrayContent(ZipBytes.Streamed(slices))))[352..]);
    }

    [Fact]
    public async Task Several_series_are_listed_and_one_can_be_named()
    {
        byte[][] files = [.. Ball.Classic(), .. Enumerable.Range(0, 3).Select(slice => Ball.Slice(slice).Text(0x0020000E, "UI", "1.2.3").ToBytes())];

        var detail = await RefusedAsync(Form(files), 422, "series-geometry");
        Assert.Contains($"{DicomScan.SeriesUid} (MR, 16 files of 20x18)", detail, StringComparison.Ordinal);
        Assert.EndsWith("1.2.3 (MR, 3 files of 20x18); accepted: one, sent by itself or named with the parameter 'series'.", detail, StringComparison.Ordinal);
        await RefusedAsync(Form(files), 422, "unknown-series", "?series=1.2.4");
        Assert.Equal((await SegmentAsync(new ByteArrayContent(Nifti)))[352..], (await SegmentAsync(Form(files), $"?series={DicomScan.SeriesUid}"))[352..]);
    }

    [Fact]
    public async Task What_a_series_is_called_is_told_to_who_sent_it_and_never_logged()
    {
        byte[][] files = [.. Ball.Classic(), .. Enumerable.Range(0, 3).Select(slice => Ball.Slice(slice).Text(0x0020000E, "UI", "1.2.3").Text(0x0008103E, "LO", $"for {Secret}").ToBytes())];

        Assert.Contains($"\"for {Secret}\"", await RefusedAsync(Form(files), 422, "series-geometry"), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, string.Join('\n', Service.Logs.Lines), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_series_is_named_by_its_identifier_and_only_of_dicom_files()
    {
        await RefusedAsync(Form([.. Ball.Classic()]), 400, "invalid-parameter", "?series=MyBestScan");
        await RefusedAsync(new ByteArrayContent(Nifti), 400, "invalid-parameter", "?series=1.2.3");
    }

    [Fact]
    public async Task One_slice_a_mixture_and_an_unsafe_zip_are_refused()
    {
        var slices = Ball.Classic().ToArray();
        await RefusedAsync(new ByteArrayContent(slices[0]), 422, "not-3d");
        await RefusedAsync(Form(slices[0], Nifti), 400, "several-volumes");
        await RefusedAsync(Form(ZipBytes.Of(("a", slices[0])), ZipBytes.Of(("b", slices[1]))), 400, "several-volumes");
        await RefusedAsync(new ByteArrayContent(ZipBytes.Of(("../a", slices[0]))), 400, "unsafe-archive");
        await RefusedAsync(new ByteArrayContent(ZipBytes.Of(("a", slices[0]))[..^10]), 400, "corrupt-archive");
        await RefusedAsync(Form(slices[0], slices[1], slices[3]), 422, "series-geometry");
        await RefusedAsync(Form(slices[0][..400], slices[1]), 400, "truncated");
        await RefusedAsync(new ByteArrayContent(new DicomScan { Syntax = "1.2.840.10008.1.2.4.201" }.Slice(0).ToBytes()), 415, "transfer-syntax");
        await Service.AssertStillServesAsync();
    }

    [Fact]
    public async Task More_files_than_the_limit_are_refused()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Uploads:MaxFiles", "10"));
        foreach (var body in new HttpContent[] { Form([.. Ball.Classic()]), Form(ZipBytes.Of([.. Ball.Classic().Select((file, number) => ($"{number}", file))])) })
        {
            using var response = await service.Client.PostAsync("/segment", body, TestContext.Current.CancellationToken);
            await ProblemAssert.IsAsync(response, 413, "too-many-files");
        }

        await service.AssertNoFilesLeftAsync();
    }

    [Fact]
    public async Task All_files_together_count_against_the_limit_on_bytes()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Uploads:MaxCompressedBytes", "10000"));
        using var response = await service.Client.PostAsync("/segment", Form([.. Ball.Classic()]), TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(response, 413, "upload-too-large");
        await service.AssertNoFilesLeftAsync();
    }

    [Theory]
    [InlineData(null, 415, "decoder-missing")]
    [InlineData("exit 1", 422, "decode-failed")]
    [InlineData("while :; do sleep 1; done", 504, "time-limit")]
    public async Task A_missing_failing_or_hanging_decoder_costs_one_request(string? script, int status, string slug)
    {
        var decoders = Directory.CreateTempSubdirectory("sassnet-api-tests-").FullName;
        try
        {
            if (script is not null)
            {
                var path = Path.Combine(decoders, "dcmdjpeg");
                File.SetUnixFileMode(decoders, File.GetUnixFileMode(decoders) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
                await File.WriteAllTextAsync(path, $"#!/bin/sh\n{script}\n", TestContext.Current.CancellationToken);
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            }

            await using var service = await TestService.StartAsync(
                ("Sassnet:Dicom:DecoderPath", script is null ? decoders : $"{decoders}:/usr/bin:/bin"), ("Sassnet:Dicom:DecoderTimeLimit", "00:00:01"));
            byte[] header = [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 16, 0, Y, 0, X, 1, 1, 0x11, 0, 0];
            var scan = new DicomScan { Syntax = "1.2.840.10008.1.2.4.70", Columns = X, Rows = Y };
            using var response = await service.Client.PostAsync(
                "/segment", Form([.. Enumerable.Range(0, 4).Select(slice => scan.Slice(slice).Fragments([], header).ToBytes())]), TestContext.Current.CancellationToken);

            await ProblemAssert.IsAsync(response, status, slug);
            await service.AssertNoFilesLeftAsync();
            await service.AssertStillServesAsync();
        }
        finally
        {
            Directory.Delete(decoders, recursive: true);
        }
    }

    [Fact]
    public async Task No_patient_data_and_no_file_name_gets_into_answers_or_logs()
    {
        var files = Ball.Classic().ToArray();
        var seen = new StringBuilder();
        foreach (var body in new HttpContent[]
        {
            Form(files), Form(files[0], files[2], files[3]), Form(ZipBytes.Of(($"{Secret}/a", files[0]), ($"../{Secret}", files[1]))), Form([.. files.Select(file => file[..600])]),
        })
        {
            using var response = await PostAsync(body, "?output=report");
            seen.Append(response.Headers).Append(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        seen.AppendJoin('\n', Service.Logs.Lines);
        Assert.DoesNotContain(Secret, seen.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("series-geometry", seen.ToString(), StringComparison.Ordinal);
    }

    private static byte[] Zip(byte[][] files) => ZipBytes.Of([.. files.Select((file, number) => ($"{Secret}/{number}", file))]);

    private async Task<byte[]> SegmentAsync(HttpContent content, string query = "")
    {
        using var response = await PostAsync(content, query);
        content.Dispose();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var gzip = new GZipStream(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);
        var plain = new MemoryStream();
        await gzip.CopyToAsync(plain, TestContext.Current.CancellationToken);
        return plain.ToArray();
    }
}
