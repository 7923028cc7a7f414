using System.Net;
using System.Net.Http.Headers;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Endpoints;

public sealed class JobResultTests(SharedService shared) : IAsyncLifetime
{
    private string _path = string.Empty;

    public async ValueTask InitializeAsync()
    {
        var id = await shared.Service.Client.SubmittedAsync(Scan.Small, "?output=surface");
        await shared.Service.Client.WaitAsync(id);
        _path = $"/jobs/{id}/results/surface";
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_result_has_its_type_its_model_and_its_hash_as_ETag()
    {
        using var response = await SendAsync(_ => { });
        Assert.Equal((HttpStatusCode.OK, "model/stl", "bytes"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.AcceptRanges.Single()));
        Assert.Matches("^\"[0-9a-f]{64}\"$", response.Headers.ETag!.Tag);
        Assert.Equal("random@1.10.0", response.Headers.GetValues("Sassnet-Model").Single());
        Assert.Equal("surface.stl", response.Content.Headers.ContentDisposition?.FileName);
    }

    [Fact]
    public async Task HEAD_says_of_a_result_what_GET_would()
    {
        using var get = await SendAsync(_ => { });
        using var head = await shared.Service.Client.CallAsync(HttpMethod.Head, _path);
        Assert.Equal((HttpStatusCode.OK, get.Headers.ETag), (head.StatusCode, head.Headers.ETag));
        Assert.Equal((get.Content.Headers.ContentLength, get.Content.Headers.ContentType), (head.Content.Headers.ContentLength, head.Content.Headers.ContentType));
        Assert.Empty(await BytesAsync(head));
    }

    [Fact]
    public async Task Parts_put_together_are_the_whole()
    {
        using var response = await SendAsync(_ => { });
        var (whole, tag) = (await BytesAsync(response), response.Headers.ETag!);
        var parts = new MemoryStream();
        for (var from = 0L; from < whole.Length; from += 700)
        {
            using var part = await SendAsync(request =>
            {
                request.Headers.Range = new RangeHeaderValue(from, Math.Min(from + 699, whole.Length - 1));
                request.Headers.IfRange = new RangeConditionHeaderValue(tag);
            });
            Assert.Equal((HttpStatusCode.PartialContent, whole.LongLength), (part.StatusCode, part.Content.Headers.ContentRange!.Length!.Value));
            await parts.WriteAsync(await BytesAsync(part), TestContext.Current.CancellationToken);
        }

        Assert.Equal(whole, parts.ToArray());
    }

    [Fact]
    public async Task Part_of_another_version_is_the_whole_and_beyond_the_end_is_none()
    {
        using var other = await SendAsync(request =>
        {
            request.Headers.Range = new RangeHeaderValue(0, 9);
            request.Headers.IfRange = new RangeConditionHeaderValue("\"other\"");
        });
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using var beyond = await SendAsync(request => request.Headers.Range = new RangeHeaderValue(1L << 40, null));
        var detail = await ProblemAssert.IsAsync(beyond, 416, "range-not-satisfiable");
        Assert.Contains("'Content-Range'", detail, StringComparison.Ordinal);
        Assert.NotNull(beyond.Content.Headers.ContentRange?.Length);
        Assert.Null(beyond.Content.Headers.ContentDisposition);
    }

    [Fact]
    public async Task One_that_is_asked_for_by_the_name_of_another_version_is_not_sent_and_the_problem_says_why()
    {
        using var response = await SendAsync(request => request.Headers.IfMatch.Add(new EntityTagHeaderValue("\"other\"")));
        Assert.Contains("'If-Match'", await ProblemAssert.IsAsync(response, 412, "precondition-failed"), StringComparison.Ordinal);
        Assert.NotNull(response.Headers.ETag);
        Assert.Null(response.Content.Headers.ContentDisposition);
    }

    [Fact]
    public async Task Who_has_it_already_is_told_so()
    {
        using var first = await SendAsync(_ => { });
        using var again = await SendAsync(request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("sdm", "Ask for it in a job of its own, or for 'all'.")]
    [InlineData("dicom-seg", "DICOM results need a DICOM scan: ask for it in a job of one, or for 'all'.")]
    [InlineData("all", "A job keeps each output by itself and has no zip of them. For all of them, ask for output=all in a job of its own.")]
    [InlineData("mask", "The names of outputs are: segmentation, sdm, distance, probability, surface, report, preview, image, dicom-seg, dicom-parametric-map, dicom-sr, dicom-sc, all.")]
    public async Task Another_output_is_not_there_and_the_problem_says_what_is_and_how_to_get_it(string output, string advice)
    {
        using var response = await shared.Service.Client.CallAsync(HttpMethod.Get, _path.Replace("surface", output, StringComparison.Ordinal));
        Assert.Equal($"The job has no result '{output}'; it has: surface. {advice}", await ProblemAssert.IsAsync(response, 404, "unknown-result"));
    }

    [Theory]
    [InlineData("all", "A job keeps each output by itself and has no zip of them. Fetch them one by one, or send the scan to POST /segment?output=all for a zip.")]
    [InlineData("dicom-seg", "DICOM results need a DICOM scan; where it was one, the job's warnings say why this one could not be made.")]
    public async Task Of_a_job_that_made_all_the_problem_does_not_ask_for_all_again(string output, string advice)
    {
        var client = shared.Service.Client;
        var id = await client.SubmittedAsync(Scan.Small, "?output=all");
        var job = await client.WaitAsync(id);
        job.AssertSucceeded();
        using var response = await client.CallAsync(HttpMethod.Get, $"/jobs/{id}/results/{output}");
        Assert.Equal(
            $"The job has no result '{output}'; it has: {string.Join(", ", job.Outputs())}. {advice}", await ProblemAssert.IsAsync(response, 404, "unknown-result"));
    }

    private static Task<byte[]> BytesAsync(HttpResponseMessage response) => response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

    private async Task<HttpResponseMessage> SendAsync(Action<HttpRequestMessage> with)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _path);
        with(request);
        return await shared.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
