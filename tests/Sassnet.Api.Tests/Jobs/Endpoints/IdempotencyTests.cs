using System.Globalization;
using Sassnet.Api.Tests.Reloading;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Endpoints;

public sealed class IdempotencyTests(SharedService shared)
{
    private HttpClient Client => shared.Service.Client;

    [Fact]
    public async Task The_same_request_again_is_the_same_job_also_after_its_end()
    {
        var key = Guid.NewGuid().ToString();
        var id = await Client.SubmittedAsync(Scan.Small, "?threshold=0.5&keepLargest=false", key);
        Assert.Equal(id, await Client.SubmittedAsync(Scan.Small, "?keepLargest=false&threshold=0.5", $"\"{key}\""));
        await Client.WaitAsync(id);
        using var again = await Client.SubmitAsync(Scan.Small, "?threshold=0.5&keepLargest=false", key);
        var job = await ProblemAssert.JsonAsync(again);
        Assert.Equal((202, id, "succeeded"), ((int)again.StatusCode, job.GetProperty("id").GetString(), job.State()));
        Assert.Single(Directory.GetDirectories(shared.Service.JobFolder, id));
    }

    [Fact]
    public async Task The_same_request_again_is_the_same_job_also_where_its_model_is_no_longer_served()
    {
        await using var watched = await WatchedService.StartAsync(before => before.Publish("1.1.0"));
        var (client, key) = (watched.Service.Client, Guid.NewGuid().ToString());
        var id = await client.SubmittedAsync(Scan.Small, "?model=random@1.0.0", key);
        await client.WaitAsync(id);
        Directory.Delete(Path.Combine(watched.Folder, "random@1.0.0"), recursive: true);
        await watched.UntilModelsAsync("random@1.1.0*");
        Assert.Equal(id, await client.SubmittedAsync(Scan.Small, "?model=random@1.0.0", key));
        using var other = await client.SubmitAsync(Scan.Medium, "?model=random@1.0.0", key);
        Assert.Contains("another body", await ProblemAssert.IsAsync(other, 422, "idempotency-mismatch"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_body_or_query_with_the_same_key_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        var id = await Client.SubmittedAsync(Scan.Small, key: key);
        using (var body = await Client.SubmitAsync(Scan.Medium, key: key))
            Assert.Contains("another body", await ProblemAssert.IsAsync(body, 422, "idempotency-mismatch"), StringComparison.Ordinal);
        using (var query = await Client.SubmitAsync(Scan.Small, "?output=sdm", key))
            Assert.Contains("another query", await ProblemAssert.IsAsync(query, 422, "idempotency-mismatch"), StringComparison.Ordinal);

        // Whoever removes the job has the key back.
        await Client.WaitAsync(id);
        using (await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}"))
            Assert.NotEqual(id, await Client.SubmittedAsync(Scan.Medium, key: key));
    }

    [Fact]
    public async Task While_the_first_request_is_being_received_the_second_one_waits()
    {
        var key = Guid.NewGuid().ToString();
        using var first = await RawConnection.OpenAsync(shared.Service);
        await first.SendHeadAsync("/jobs", $"Content-Length: {Scan.Small.Length.ToString(CultureInfo.InvariantCulture)}", $"Idempotency-Key: {key}", "Expect: 100-continue");
        await first.WaitToContinueAsync();
        using (var second = await Client.SubmitAsync(Scan.Small, key: key))
        {
            await ProblemAssert.IsAsync(second, 409, "idempotency-in-progress");
            Assert.NotNull(second.Headers.RetryAfter);
        }

        await first.SendAsync(Scan.Small.AsMemory());
        var answer = await first.ReadAnswerAsync();
        Assert.StartsWith("HTTP/1.1 202 ", answer, StringComparison.Ordinal);
        Assert.Contains(await Client.SubmittedAsync(Scan.Small, key: key), answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_was_refused_or_broken_off_leaves_its_key_free()
    {
        var key = Guid.NewGuid().ToString();
        using (var refused = await Client.SubmitAsync([], key: key))
            await ProblemAssert.IsAsync(refused, 400, "empty-upload");
        using (var broken = await RawConnection.OpenAsync(shared.Service))
        {
            await broken.SendHeadAsync("/jobs", "Content-Length: 1000000", $"Idempotency-Key: {key}", "Expect: 100-continue");
            await broken.WaitToContinueAsync();
        }

        for (var tries = 0; tries < 600; tries++)
        {
            using var response = await Client.SubmitAsync(Scan.Small, key: key);
            if ((int)response.StatusCode == 202)
                return;
            await ProblemAssert.IsAsync(response, 409, "idempotency-in-progress");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail("The key is still in use.");
    }

    [Fact]
    public async Task Ten_at_once_make_one_job()
    {
        var key = Guid.NewGuid().ToString();
        var ids = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            while (true)
            {
                using var response = await Client.SubmitAsync(Scan.Small, key: key);
                if ((int)response.StatusCode == 202)
                    return (await ProblemAssert.JsonAsync(response)).GetProperty("id").GetString();
                await ProblemAssert.IsAsync(response, 409, "idempotency-in-progress");
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }));
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task The_files_count_and_not_how_they_are_wrapped()
    {
        var key = Guid.NewGuid().ToString();
        byte[][] slices = [.. new DicomScan { Columns = 12, Rows = 10, Slices = 8 }.Classic()];
        var ids = new List<string?>();
        for (var time = 0; time < 2; time++)
        {
            // A new boundary each time, and other names.
            using var form = new MultipartFormDataContent();
            foreach (var slice in slices)
                form.Add(new ByteArrayContent(slice), "volume", $"{time}.dcm");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = form, Headers = { { "Idempotency-Key", key } } };
            using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
            ids.Add((await ProblemAssert.JsonAsync(response)).GetProperty("id").GetString());
        }

        Assert.Single(ids.Distinct());
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("two words")]
    [InlineData("a\"b")]
    public async Task A_malformed_key_is_refused(string key)
    {
        using var refused = await Client.SubmitAsync(Scan.Small, key: key);
        await ProblemAssert.IsAsync(refused, 400, "idempotency-key-malformed");
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_refused_with_its_length()
    {
        using var refused = await Client.SubmitAsync(Scan.Small, key: new string('k', 256));
        Assert.Contains("has 256 characters", await ProblemAssert.IsAsync(refused, 400, "idempotency-key-malformed"), StringComparison.Ordinal);
    }
}
