using System.Net;
using System.Text.Json;
using Sassnet.Api.Tests.Archive;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

public sealed class QualityTests(MeasuredModelService measured, SharedService shared) : IClassFixture<MeasuredModelService>
{
    private HttpClient Client => measured.Service.Client;

    [Theory]
    [InlineData("", "whole-flips")]
    [InlineData("&quality=balanced", "whole-flips")]
    [InlineData("&quality=fast", "whole")]
    [InlineData("&quality=best", "window")]
    [InlineData("&quality=best&inference=auto", "window")]
    [InlineData("&inference=whole", "whole")]
    public async Task It_steers_which_of_the_measured_modes_is_taken(string query, string expected)
    {
        using var response = await measured.Service.SegmentAsync(Scan.Medium, $"?output=report{query}");
        Assert.Equal(expected, (await ProblemAssert.JsonAsync(response)).GetProperty("inference").GetString());
    }

    [Fact]
    public async Task The_answer_is_that_of_the_mode()
    {
        using var fast = await measured.Service.SegmentAsync(Scan.Medium, "?output=sdm&quality=fast");
        using var whole = await measured.Service.SegmentAsync(Scan.Medium, "?output=sdm&inference=whole");
        using var usual = await measured.Service.SegmentAsync(Scan.Medium, "?output=sdm");
        var answer = await BytesAsync(fast);
        Assert.Equal(await BytesAsync(whole), answer);
        Assert.NotEqual(await BytesAsync(usual), answer);
    }

    [Fact]
    public async Task On_a_scan_of_two_windows_these_cost_less_than_four_passes_and_are_taken()
    {
        using var response = await measured.Service.SegmentAsync(Scan.Small, "?output=report");
        Assert.Equal("window", (await ProblemAssert.JsonAsync(response)).GetProperty("inference").GetString());
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("best")]
    public async Task A_model_that_was_not_measured_takes_windows(string quality)
    {
        using var response = await shared.Service.SegmentAsync(Scan.Small, $"?output=report&quality={quality}");
        Assert.Equal("window", (await ProblemAssert.JsonAsync(response)).GetProperty("inference").GetString());
    }

    [Theory]
    [InlineData("/segment", "quality=good", "'quality' is 'good'; accepted: balanced, fast, best.")]
    [InlineData("/segment", "quality=Fast", "'quality' is 'Fast'; accepted: balanced, fast, best.")]
    [InlineData("/segment", "quality=fast&quality=best", "'quality' is 'fast,best'; accepted: one value.")]
    [InlineData("/segment/report", "quality=0", "'quality' is '0'; accepted: balanced, fast, best.")]
    [InlineData("/jobs", "quality=good", "'quality' is 'good'; accepted: balanced, fast, best.")]
    [InlineData("/segment", "quality=best&inference=whole", "'quality' is 'best' and 'inference' is 'whole'; 'quality' says what inference=auto chooses by, and 'whole' leaves nothing to choose. Leave one out.")]
    [InlineData("/segment/report", "inference=window&quality=best", "'quality' is 'best' and 'inference' is 'window'; 'quality' says what inference=auto chooses by, and 'window' leaves nothing to choose. Leave one out.")]
    [InlineData("/jobs", "quality=balanced&inference=whole-flips", "'quality' is 'balanced' and 'inference' is 'whole-flips'; 'quality' says what inference=auto chooses by, and 'whole-flips' leaves nothing to choose. Leave one out.")]
    public async Task Another_word_or_a_mode_beside_it_is_refused(string path, string query, string detail)
    {
        using var response = await Client.PostAsync($"{path}?{query}", new ByteArrayContent(Scan.Small), TestContext.Current.CancellationToken);
        Assert.Equal(detail, await ProblemAssert.IsAsync(response, 400, "invalid-parameter"));
    }

    [Fact]
    public async Task A_job_takes_it_too_and_its_results_are_those_of_no_other_quality()
    {
        foreach (var (quality, mode) in new[] { ("fast", "whole"), ("best", "window") })
        {
            var (id, cache) = await SubmitAsync($"?output=report&quality={quality}");
            Assert.Equal("miss", cache);
            (await Client.WaitAsync(id)).AssertSucceeded();
            Assert.Equal(mode, await ModeOfAsync(id));
        }

        var (again, hit) = await SubmitAsync("?quality=fast&output=report");
        Assert.Equal(("hit", "whole"), (hit, await ModeOfAsync(again)));
    }

    [Fact]
    public async Task With_another_quality_a_key_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        await Client.SubmittedAsync(Scan.Small, "?quality=fast", key);
        using var other = await Client.SubmitAsync(Scan.Small, "?quality=best", key);
        Assert.Contains("another query", await ProblemAssert.IsAsync(other, 422, "idempotency-mismatch"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_of_a_scan_in_an_archive_takes_it_too()
    {
        foreach (var (query, mode) in new[] { ("?output=report", "window"), ("?output=report&quality=fast", "whole") })
        {
            var id = await Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, store: false, query);
            (await Client.WaitAsync(id)).AssertSucceeded();
            Assert.Equal(mode, await ModeOfAsync(id));
        }
    }

    private async Task<(string Id, string Cache)> SubmitAsync(string query)
    {
        using var response = await Client.SubmitAsync(Scan.Medium, query);
        var job = await ProblemAssert.JsonAsync(response);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, job.ToString());
        return (job.GetProperty("id").GetString()!, response.Headers.GetValues("Sassnet-Cache").Single());
    }

    private async Task<string?> ModeOfAsync(string id) =>
        JsonDocument.Parse(await Client.ResultAsync(id, "report")).RootElement.GetProperty("inference").GetString();

    private static async Task<byte[]> BytesAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }
}
