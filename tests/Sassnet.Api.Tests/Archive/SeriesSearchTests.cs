using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>What an archive is asked for before and after it sends a series, and what its answers are good for.</summary>
public sealed class SeriesSearchTests(BallService shared) : BallArchiveTests(shared)
{
    [Theory]
    [InlineData("", "archive-several-series")]
    [InlineData("Description=^T1.*3d", "succeeded")]
    [InlineData("MinInstances=20", "succeeded")]
    [InlineData("MaxInstances=5;Modality=CT", "archive-no-series")]
    [InlineData("BodyPart=HEART", "archive-no-series")]
    public async Task Of_a_study_the_one_series_that_fits_the_rule_is_taken(string rule, string expected)
    {
        string[] all =
        [
            StubArchive.Listed("1.2.5", "MR", 3, "T2 scout"), StubArchive.Listed(DicomScan.SeriesUid, "MR", BallArchive.Side, "t1 MPR 3D"), StubArchive.Listed("1.2.6", "SEG", 1),
            StubArchive.Listed("1.2.7", "MR", 30, "t1 3d map", "Sassnet"),
        ];
        Archive.Series = $"[{string.Join(',', all)}]";
        var rules = rule.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')).Select(pair => ($"Sassnet:Archive:Series:random:{pair[0]}", pair[1]));
        await using var service = await TestService.StartAsync([("Sassnet:Archive:Servers:pacs:Url", Archive.Url), .. rules]);
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, null));
        Assert.Equal(expected, job.State() == "failed" ? job.Problem().Slug : job.State());
    }

    [Theory]
    [InlineData(1, "succeeded")]
    [InlineData(2, "archive-several-series")]
    public async Task A_list_that_the_archive_gives_a_few_at_a_time_is_asked_for_to_its_end(int fitting, string expected)
    {
        string[] all = [.. Enumerable.Range(3, 5).Select(number => StubArchive.Listed($"1.2.{number}", number < 9 - fitting ? "SR" : "MR", 1)), StubArchive.Listed(DicomScan.SeriesUid, "MR", BallArchive.Side)];
        Archive.Instead = async context =>
        {
            if (!IsSearch(context))
                return false;
            var offset = int.Parse(context.Request.Query["offset"].FirstOrDefault("0")!, CultureInfo.InvariantCulture);
            await context.Response.WriteAsync($"[{string.Join(',', all.Skip(offset).Take(2))}]");
            return true;
        };
        var service = await SharedAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, null));
        Assert.Equal(expected, job.State() == "failed" ? job.Problem().Slug : job.State());
    }

    [Theory]
    [InlineData(206, null, 200)]
    [InlineData(206, null, 204)]
    [InlineData(206, null, 400)]
    [InlineData(206, null, 404)]
    [InlineData(200, "299 pacs \"There are 7 additional results that can be requested\"", 200)]
    [InlineData(200, "299 http://pacs: There are 7 additional results that can be requested", 204)]
    [InlineData(200, "299 http://pacs: There are 7 Additional Results", 404)]
    public Task Of_a_list_that_the_archive_says_is_not_whole_no_series_is_chosen(int status, string? warning, int further) =>
        FindAsync(status, warning, further, "archive-bad-answer");

    [Theory]
    [InlineData(null, 200)] // pays no heed to the offset
    [InlineData(null, 204)]
    [InlineData(null, 400)] // knows no offset
    [InlineData("299 pacs \"Deprecated\"", 200)]
    [InlineData("299 pacs \"Deprecated\"", 204)]
    [InlineData("199 pacs \"Slow today\"", 200)]
    [InlineData("199 pacs \"See 299 of the additional results\"", 200)]
    public Task Of_a_list_that_the_archive_does_not_say_to_be_a_part_a_series_is_chosen(string? warning, int further) =>
        FindAsync(200, warning, further, "succeeded");

    [Fact]
    public async Task A_list_without_an_end_is_given_up()
    {
        Archive.Instead = async context =>
        {
            if (IsSearch(context))
                await context.Response.WriteAsync($"[{StubArchive.Listed($"1.2.{Archive.Requests.Count}", "MR", 1)}]");
            return true;
        };
        var service = await SharedAsync();
        var (slug, detail) = (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, null))).Problem();
        Assert.Equal("archive-bad-answer", slug);
        Assert.Contains("listed 100 series of the study in 100 answers", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no JSON", "archive-bad-answer")]
    [InlineData("{}", "archive-bad-answer")]
    [InlineData("[{}]", "archive-bad-answer")]
    [InlineData("[]", "archive-not-found")]
    public async Task A_list_of_series_that_makes_no_sense_ends_the_job(string list, string slug)
    {
        Archive.Series = list;
        var service = await SharedAsync();
        Assert.Equal(slug, (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, null))).Problem().Slug);
    }

    [Fact]
    public async Task The_time_limit_holds_for_all_answers_of_a_list_together()
    {
        Archive.Instead = async context =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await context.Response.WriteAsync($"[{StubArchive.Listed($"1.2.{Archive.Requests.Count}", "MR", 1)}]");
            return true;
        };
        await using var service = await StartAsync(("TimeLimit", "00:00:00.500"));
        Assert.Equal("archive-too-slow", (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, null))).Problem().Slug);
    }

    [Theory]
    [InlineData(200, "no JSON")]
    [InlineData(200, """[{"0020000E": {"vr": "UI", "Value": ["1.2.826.0.1.3680043.10.2"]}}]""")]
    [InlineData(400, "")]
    [InlineData(403, "")]
    [InlineData(404, "")]
    [InlineData(500, "")]
    [InlineData(500, "[]")]
    [InlineData(501, "")]
    [InlineData(502, "<html>Bad Gateway</html>")]
    [InlineData(503, "")]
    public async Task An_archive_that_does_not_say_how_many_files_a_series_has_is_taken_at_its_word(int status, string list)
    {
        Archive.Instead = async context =>
        {
            if (!IsSearch(context))
                return false;
            Assert.Equal($"?SeriesInstanceUID={DicomScan.SeriesUid}&includefield=00201209", context.Request.QueryString.Value);
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(list);
            return true;
        };
        var service = await SharedAsync();
        (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid))).AssertSucceeded();
    }

    [Fact]
    public async Task An_archive_that_takes_too_long_to_say_how_many_files_a_series_has_is_taken_at_its_word()
    {
        Archive.Instead = async context =>
        {
            if (!IsSearch(context))
                return false;
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        await using var service = await StartAsync(("TimeLimit", "00:00:03"));
        (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid))).AssertSucceeded();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(DicomScan.SeriesUid)]
    public async Task A_series_of_which_some_files_are_missing_is_not_segmented(string? series)
    {
        Archive.Series = $"[{StubArchive.Listed("1.2.6", "SEG", 1)}, {StubArchive.Listed(DicomScan.SeriesUid, "MR", BallArchive.Side + 2)}]";
        var service = await SharedAsync();
        var (slug, detail) = (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, series))).Problem();
        Assert.Equal("archive-unavailable", slug);
        Assert.Contains("sent 20 files of a series that it says has 22", detail, StringComparison.Ordinal);
        Assert.Empty(Archive.Stored);
    }

    private async Task FindAsync(int status, string? warning, int further, string expected)
    {
        Archive.Instead = async context =>
        {
            if (!IsSearch(context))
                return false;
            context.Response.StatusCode = context.Request.Query.ContainsKey("offset") ? further : status;
            if (warning is not null)
                context.Response.Headers.Warning = warning;
            if (context.Response.StatusCode is 200 or 206)
                await context.Response.WriteAsync(Archive.Series);
            return true;
        };
        var service = await SharedAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, null));
        Assert.Equal(expected, job.State() == "failed" ? job.Problem().Slug : job.State());
    }

    private static bool IsSearch(HttpContext context) => context.Request.Path == $"/dicom-web/studies/{StubArchive.Study}/series";
}
