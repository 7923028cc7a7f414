using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sassnet.Api.Tests.Service;
using Sassnet.Api.Tests.Uploads;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

public sealed class DicomOutputTests(SharedService shared) : BallSeriesTests(shared)
{
    [Fact]
    public async Task Dicom_results_answer_dicom_input_by_name_or_by_what_is_accepted()
    {
        foreach (var (query, accept) in new[] { ("?output=dicom-seg", "*/*"), ("?output=dicom-parametric-map", "*/*"), ("?output=dicom-sr", "*/*"), ("?output=dicom-sc", "*/*"), (string.Empty, "application/dicom"), (string.Empty, "application/dicom; transfer-syntax=*") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/segment{query}") { Content = Form([.. Ball.Classic()]) };
            request.Headers.Accept.ParseAdd(accept);
            using var response = await Service.Client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("application/dicom", response.Content.Headers.ContentType?.MediaType);
            var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            Assert.Equal("DICM"u8.ToArray(), bytes[128..132]);
            Assert.Contains(Secret, Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Dicom_results_leave_the_patient_out_when_asked()
    {
        using var response = await PostAsync(Form([.. Ball.Classic()]), "?output=dicom-seg&deidentify=true");
        var text = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.Contains("Name, numbers, birth date, sex, physician, free text left out", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dicom_results_are_refused_over_another_input()
    {
        await RefusedAsync(new ByteArrayContent(Nifti), 400, "invalid-parameter", "?output=dicom-seg");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/segment") { Content = new ByteArrayContent(Nifti) };
        request.Headers.Accept.ParseAdd("application/dicom");
        using var response = await Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(response, 406, "not-acceptable");
    }

    [Fact]
    public async Task All_has_the_dicom_results_where_the_input_was_dicom()
    {
        using var response = await PostAsync(Form([.. Ball.Classic()]), "?output=all");
        await using var archive = new ZipArchive(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            ["segmentation.nii.gz", "sdm.nii.gz", "distance.nii.gz", "probability.nii.gz", "surface.stl", "report.json", "preview.png", "segmentation.dcm", "distance.dcm", "measurements.dcm", "contours.dcm"],
            archive.Entries.Select(entry => entry.FullName));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("&segEncoding=auto", null)]
    [InlineData("&segEncoding=binary", "binary")]
    [InlineData("&segEncoding=fractional", "fractional")]
    [InlineData("&segEncoding=labelmap", "labelmap")]
    public async Task The_encoding_taken_is_said_in_the_header_the_report_and_the_object(string query, string? encoding)
    {
        using var response = await PostAsync(Form([.. Ball.Classic()]), $"?output=all{query}");
        await using var archive = new ZipArchive(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var taken = response.Headers.GetValues("Sassnet-Seg-Encoding").Single();
        var report = JsonDocument.Parse(Bytes(archive, "report.json")).RootElement;

        Assert.Equal(encoding ?? taken, taken);
        Assert.Equal(taken, report.GetProperty("segEncoding").GetString());
        Assert.Contains(taken.ToUpperInvariant(), Encoding.Latin1.GetString(Bytes(archive, "segmentation.dcm")), StringComparison.Ordinal);
        Assert.Equal(encoding == "labelmap", report.GetProperty("warnings").EnumerateArray().Any(one => one.GetProperty("slug").GetString() == "label-map-unknown"));
        using var seg = await PostAsync(Form([.. Ball.Classic()]), $"?output=dicom-seg{query}");
        Assert.Equal(taken, seg.Headers.GetValues("Sassnet-Seg-Encoding").Single());
        var instance = Instance(Bytes(archive, "segmentation.dcm"));
        Assert.StartsWith("2.25.", instance, StringComparison.Ordinal);
        Assert.Equal(instance, Instance(await seg.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
        Assert.Contains(instance, Encoding.Latin1.GetString(Bytes(archive, "measurements.dcm")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encodings_that_there_are_not_are_refused_and_other_answers_name_none()
    {
        await RefusedAsync(new ByteArrayContent(Nifti), 400, "invalid-parameter", "?segEncoding=Binary");
        using var response = await PostAsync(Form([.. Ball.Classic()]), "?output=dicom-sr");
        Assert.False(response.Headers.Contains("Sassnet-Seg-Encoding"));
    }

    private static byte[] Bytes(ZipArchive archive, string name)
    {
        using var stream = archive.GetEntry(name)!.Open();
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>The SOPInstanceUID, from the meta information.</summary>
    private static string Instance(byte[] file) => Regex.Match(Encoding.Latin1.GetString(file), @"\x02\x00\x03\x00UI..([\d.]+)", RegexOptions.Singleline).Groups[1].Value;
}
