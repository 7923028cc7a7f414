using System.Net;
using System.Text.Json.Nodes;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary><c>POST /segment/report</c>.</summary>
public sealed class ReportAddressTests(SharedService shared)
{
    [Theory]
    [InlineData("", "?output=report")]
    [InlineData("?output=report", "?output=report")]
    [InlineData("?threshold=0.25&keepLargest=false&deidentify=true", "?output=report&threshold=0.25&keepLargest=false&deidentify=true")]
    public async Task It_answers_with_the_report_as_the_output_of_that_name_does(string query, string elsewhere)
    {
        using var here = await SendAsync(query, string.Empty);
        using var there = await shared.Service.SegmentAsync(Scan.Small, elsewhere);
        Assert.Equal("application/json", here.Content.Headers.ContentType?.MediaType);
        Assert.Equal("report.json", here.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal(there.Headers.GetValues("Sassnet-Model"), here.Headers.GetValues("Sassnet-Model"));
        Assert.Equal(there.Headers.GetValues("Sassnet-Warnings"), here.Headers.GetValues("Sassnet-Warnings"));
        Assert.Equal(await TimelessAsync(there), await TimelessAsync(here));
    }

    [Theory]
    [InlineData("output=sdm", "'output' is 'sdm'; accepted: report, which is all that this address answers with; POST /segment has the other outputs.")]
    [InlineData("output=mask", "'output' is 'mask'; accepted: report, which is all that this address answers with; POST /segment has the other outputs.")]
    [InlineData("output=report&output=report", "'output' is 'report,report'; accepted: one value.")]
    [InlineData("threshold=2", "'threshold' is '2'; accepted: a number above 0 and below 1, such as 0.5.")]
    [InlineData("treshold=0.4", "There is no parameter 'treshold'; accepted: model, output, inference, threshold, keepLargest, series, deidentify, segEncoding, quality.")]
    public async Task A_wrong_value_or_name_is_refused_as_elsewhere_and_another_output_too(string query, string detail)
    {
        using var response = await SendAsync($"?{query}", string.Empty);
        Assert.Equal(detail, await ProblemAssert.IsAsync(response, 400, "invalid-parameter"));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", "application/json")]
    [InlineData("application/octet-stream", "application/octet-stream")]
    [InlineData("application/gzip, */*;q=0.1", "application/json")]
    public async Task The_answer_has_a_type_the_client_accepts(string accept, string expected)
    {
        using var response = await SendAsync(string.Empty, accept);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_client_that_accepts_no_JSON_is_told_so()
    {
        using var response = await SendAsync(string.Empty, "application/zip");
        await ProblemAssert.IsAsync(response, 406, "not-acceptable");
    }

    private static async Task<string> TimelessAsync(HttpResponseMessage response)
    {
        var report = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();
        Assert.True(report.Remove("seconds"));
        return report.ToJsonString();
    }

    private async Task<HttpResponseMessage> SendAsync(string query, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/segment/report{query}") { Content = new ByteArrayContent(Scan.Small) };
        if (accept.Length > 0)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await shared.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
