using System.Net;
using System.Text.Json;
using Sassnet.Model.Tests.Nifti;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Soak;

/// <summary>Clients of every sort, one request at a time; each looks at what it gets.</summary>
internal sealed class SoakClients(HttpClient client, IReadOnlyList<GoodRequest> good, TimeSpan slowness, Tally tally)
{
    // The bombs take seconds to make, once.
    private static readonly IReadOnlyList<(int Status, string? Slug, byte[] Bytes)> Bad =
    [
        .. BadInputs.All.Select(input => (input.Status, input.Slug, input.MakeBytes())),
        (400, "unreadable-file", File.ReadAllBytes(Path.Combine(RepositoryFiles.Root, "tests", "cases", "last_zero_bytes.zip"))),
    ];

    /// <summary>One that sends a scan, reads the answer and compares it.</summary>
    public Task GoodAsync(Random random) =>
        CheckedAsync("good", () => SendAsync("good", Any(random), bytes => new ByteArrayContent(bytes), CancellationToken.None));

    /// <summary>One that sends what cannot be served, or is odd and served.</summary>
    public Task BadAsync(Random random) => CheckedAsync("bad", async () =>
    {
        var (status, slug, bytes) = Bad[random.Next(Bad.Count)];
        using var body = new ByteArrayContent(bytes);
        using var response = await client.PostAsync("/segment?model=phantom&output=report", body);
        if (await IsSentAwayAsync("bad", response))
            return;
        if ((int)response.StatusCode == status && (slug is null || await SlugAsync(response) == slug))
            tally.Add("bad", Ending.Right);
        else
            tally.Fault("bad", $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()} where {status} {slug} is right");
    });

    /// <summary>One with a slow line, in both directions.</summary>
    public Task SlowAsync(Random random) => CheckedAsync(
        "slow", () => SendAsync("slow", Any(random), bytes => new TrickledContent(bytes, slowness), CancellationToken.None, slowness));

    /// <summary>One that goes away: while it sends, while it waits, or while it reads.</summary>
    public Task AbortingAsync(Random random) => CheckedAsync("aborting", async () =>
    {
        using var leaving = new CancellationTokenSource(slowness * random.NextDouble());
        var share = random.NextDouble() < 0.5 ? 1 : random.NextDouble();
        try
        {
            await SendAsync("aborting", Any(random), bytes => new TrickledContent(bytes, slowness / 4, share), leaving.Token, slowness);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            tally.Add("aborting", Ending.GivenUp);
        }
    });

    /// <summary>One that has jobs done, one after the other, and cancels every fourth.</summary>
    public async Task JobsAsync(string name, CancellationToken ending)
    {
        for (var number = 0; !ending.IsCancellationRequested; number++)
            await CheckedAsync("jobs", () => JobAsync($"{name}-{number}", good[number % good.Count], cancels: number % 4 == 3));
    }

    private async Task JobAsync(string key, GoodRequest wanted, bool cancels)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/jobs{wanted.Query}") { Content = wanted.Body(bytes => new ByteArrayContent(bytes)) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var accepted = await client.SendAsync(request);
        if (await IsSentAwayAsync("jobs", accepted))
        {
            await Task.Delay(accepted.Headers.RetryAfter!.Delta!.Value);
            return;
        }

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var address = accepted.Headers.Location!;
        if (!cancels)
        {
            Assert.Equal("succeeded", await EndAsync(address));
            var output = wanted.Query.Split("output=")[1];
            var result = await client.GetByteArrayAsync($"{address.OriginalString}/results/{output}");
            Assert.True(result.AsSpan().SequenceEqual(wanted.Answer), $"a {output} of {result.Length} bytes that is not the right one");
        }

        using var removed = await client.DeleteAsync(address);
        Assert.True(removed.IsSuccessStatusCode, $"DELETE answered {(int)removed.StatusCode}");
        if (cancels && await EndAsync(address) is not null)
        {
            using var again = await client.DeleteAsync(address);
            Assert.True(again.StatusCode is HttpStatusCode.NotFound || again.IsSuccessStatusCode, $"the second DELETE answered {(int)again.StatusCode}");
        }

        tally.Add("jobs", cancels ? Ending.GivenUp : Ending.Right);
    }

    // Null where it is gone.
    private async Task<string?> EndAsync(Uri address)
    {
        while (true)
        {
            using var response = await client.GetAsync(address);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            using var job = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            if (job.RootElement.GetProperty("state").GetString() is ("succeeded" or "failed" or "cancelled") and { } state)
                return state;
            await Task.Delay(500);
        }
    }

    private async Task SendAsync(string kind, GoodRequest wanted, Func<byte[], HttpContent> make, CancellationToken leaving, TimeSpan reading = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/segment{wanted.Query}") { Content = wanted.Body(make) };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving);
        if (await IsSentAwayAsync(kind, response))
            return;
        var answer = await ReadAsync(response, reading, leaving);
        if (response.StatusCode == HttpStatusCode.OK && answer.AsSpan().SequenceEqual(wanted.Answer))
            tally.Add(kind, Ending.Right);
        else
            tally.Fault(kind, $"{(int)response.StatusCode} with {answer.Length} bytes where {wanted.Answer.Length} are right for {wanted.Query}");
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, TimeSpan reading, CancellationToken leaving)
    {
        const int Pieces = 10;
        var (answer, buffer) = (new MemoryStream(), new byte[Math.Max(1, (int)(response.Content.Headers.ContentLength ?? 0) / Pieces)]);
        await using var stream = await response.Content.ReadAsStreamAsync(leaving);
        int count;
        while ((count = await stream.ReadAsync(buffer, leaving)) > 0)
        {
            answer.Write(buffer, 0, count);
            await Task.Delay(reading * count / buffer.Length / Pieces, leaving);
        }

        return answer.ToArray();
    }

    private GoodRequest Any(Random random) => good[random.Next(good.Count)];

    private async Task<bool> IsSentAwayAsync(string kind, HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) || response.Headers.RetryAfter?.Delta is null)
            return false;
        if (await SlugAsync(response) is "queue-full" or "too-many-uploads")
            tally.Add(kind, Ending.SentAway);
        else
            tally.Fault(kind, await response.Content.ReadAsStringAsync());
        return true;
    }

    private static async Task<string> SlugAsync(HttpResponseMessage response)
    {
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("type").GetString()!.Split(':')[^1];
    }

    // Whatever goes wrong with one request is a fault of the service, and the others go on.
    private async Task CheckedAsync(string kind, Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception fault)
        {
            tally.Fault(kind, $"{fault.GetType().Name}: {fault.Message}{(fault.InnerException is { } inner ? $" ({inner.Message})" : string.Empty)}");
        }
    }
}
