using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Endpoints;

/// <summary>DELETE, where only what has not ended is meant.</summary>
public sealed class JobRemovalTests(SharedService shared)
{
    private HttpClient Client => shared.Service.Client;

    [Fact]
    public async Task A_job_that_has_ended_stays_with_its_results_where_only_an_open_one_is_meant()
    {
        var id = await Client.SubmittedAsync(Scan.Small);
        (await Client.WaitAsync(id)).AssertSucceeded();
        using (var kept = await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}?only=open"))
            (await ProblemAssert.JsonAsync(kept)).AssertSucceeded();
        Assert.NotEmpty(await Client.ResultAsync(id, "segmentation"));
        using (var removed = await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}"))
            Assert.Equal(HttpStatusCode.OK, removed.StatusCode);
        using var gone = await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}?only=open");
        await ProblemAssert.IsAsync(gone, 404, "unknown-job");
    }

    [Fact]
    public async Task A_job_that_is_open_is_cancelled_and_stays_so_however_often_it_is_asked_for()
    {
        var id = await Client.SubmittedAsync(Scan.Endless, "?inference=window");
        for (var presses = 0; presses < 3; presses++)
        {
            using var cancelled = await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}?only=open");
            Assert.Equal("cancelled", (await ProblemAssert.JsonAsync(cancelled)).State());
        }

        Assert.Equal("cancelled", (await Client.JobAsync(id)).State());
        (await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}")).Dispose();
    }

    [Theory]
    [InlineData("?only=ended", "'only' is 'ended'; accepted: open.")]
    [InlineData("?only=open&only=open", "'only' is 'open,open'; accepted: open.")]
    [InlineData("?onyl=open", "There is no parameter 'onyl'; accepted: only.")]
    public async Task A_word_that_is_not_known_removes_nothing(string query, string said)
    {
        var id = await Client.SubmittedAsync(Scan.Small);
        await Client.WaitAsync(id);
        using (var refused = await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}{query}"))
            Assert.Equal(said, await ProblemAssert.IsAsync(refused, 400, "invalid-parameter"));
        (await Client.JobAsync(id)).AssertSucceeded();
        (await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}")).Dispose();
    }
}
