using System.IO.Compression;
using System.Text.Json;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>What of all that is asked for cannot be made, and that it is said.</summary>
public sealed class LeftOutTests(SharedService shared)
{
    private const string Slug = "output-left-out";

    /// <summary>A series whose pixels name the patient.</summary>
    private static byte[] Series { get; } = ZipBytes.Of(
        [.. Enumerable.Range(0, 16).Select(slice => ($"{slice}", Ball.Slice(slice).Text(0x00280301, "CS", "YES").ToBytes()))]);

    private static DicomScan Ball => new()
    {
        Columns = 20,
        Rows = 18,
        Slices = 16,
        Value = (column, row, slice) => (short)Scan.Voxels(20, 18, 16)[(((slice * 18) + row) * 20) + column],
    };

    [Theory]
    [InlineData("deidentify=true", "contours.dcm", "output=dicom-sc is not among all: the source says that its pixels name the patient (BurnedInAnnotation (0028,0301) is YES)")]
    [InlineData("threshold=0.999999", "distance.dcm", "output=dicom-parametric-map is not among all: the segmentation is empty")]
    public async Task A_DICOM_object_that_all_has_not_is_told_of_in_the_header_and_the_report(string query, string file, string told)
    {
        using var answer = await shared.Service.SegmentAsync(Series, $"?output=all&{query}");
        await using var archive = new ZipArchive(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        Assert.Null(archive.GetEntry(file));
        Assert.Contains(Slug, Assert.Single(answer.Headers.GetValues("Sassnet-Warnings")).Split(", "));
        await using var report = await archive.GetEntry("report.json")!.OpenAsync(TestContext.Current.CancellationToken);
        var warnings = (await JsonDocument.ParseAsync(report, cancellationToken: TestContext.Current.CancellationToken)).RootElement.GetProperty("warnings");
        AssertTold(warnings, told);
    }

    [Fact]
    public async Task A_job_tells_of_it_too()
    {
        var client = shared.Service.Client;
        var job = await client.WaitAsync(await client.SubmittedAsync(Series, "?output=all&deidentify=true"));

        job.AssertSucceeded();
        Assert.DoesNotContain("dicom-sc", job.Outputs());
        AssertTold(job.GetProperty("warnings"), "output=dicom-sc is not among all");
    }

    [Theory]
    [InlineData("output=all")]
    [InlineData("output=dicom-seg&deidentify=true")]
    public async Task Where_nothing_is_left_out_nothing_is_said_of_it(string query)
    {
        using var answer = await shared.Service.SegmentAsync(Series, $"?{query}");
        Assert.DoesNotContain(Slug, Assert.Single(answer.Headers.GetValues("Sassnet-Warnings")).Split(", "));
    }

    private static void AssertTold(JsonElement warnings, string told) => Assert.StartsWith(
        told,
        warnings.EnumerateArray().Single(warning => warning.GetProperty("slug").GetString() == Slug).GetProperty("sentence").GetString(),
        StringComparison.Ordinal);
}
