using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

public sealed class LoadTests
{
    private const int Clients = 20;
    private const int Rounds = 4;
    private const long Mebibyte = 1 << 20;

    [Fact]
    public async Task Twenty_clients_at_once_all_get_200_or_503_and_the_memory_comes_back()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Queue:Length", "4"));

        // The runtime and the allocators settle in the first rounds; what grows after that would go on growing.
        for (var round = 0; round < Rounds; round++)
            await RoundAsync(service);
        var before = await LowestMemoryAsync(service);
        var after = await LowestMemoryAsync(service);

        // What the runtime keeps for the next request comes and goes by some mebibytes on a busy machine; what requests leave behind grows with every round.
        for (var tries = 0; tries < 3 && !HasComeBack(before, after); tries++)
            (before, after) = (after, await LowestMemoryAsync(service));
        Assert.True(HasComeBack(before, after), $"It holds {after}, and held {before}.");

        // Freed memory stays with the process up to what the most crowded moment took, and moments differ.
        Assert.InRange(after.Resident, 0, before.Resident + (128 * Mebibyte));
        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task A_full_queue_is_503_with_a_time_to_try_again()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Queue:Length", "1"));
        var responses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => service.SegmentAsync(Scan.Large, "?inference=window&output=report")));
        var refused = responses.Where(response => response.StatusCode == HttpStatusCode.ServiceUnavailable).ToList();
        Assert.NotEmpty(refused);
        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.OK);
        foreach (var response in refused)
        {
            await ProblemAssert.IsAsync(response, 503, "queue-full");
            Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        }

        foreach (var response in responses)
            response.Dispose();
        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task The_time_to_try_again_follows_from_what_runs()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Queue:Length", "1"), ("Sassnet:Queue:MaxWait", "01:00:00"));
        service.Spans.Ended.Clear();
        using var leaving = new CancellationTokenSource();
        var running = service.Client.PostAsync("/segment?inference=window", new ByteArrayContent(Scan.Endless), leaving.Token);
        for (var tries = 0; tries < 3000 && !service.Spans.Ended.Any(span => span.OperationName == "wait"); tries++)
            await Task.Delay(20, TestContext.Current.CancellationToken);

        // Of two that come together one waits, whichever it is, and the other is refused, long before the one that runs has ended.
        Task<HttpResponseMessage>[] both = [.. Enumerable.Range(0, 2).Select(_ => service.Client.PostAsync("/segment", new ByteArrayContent(Scan.Small), leaving.Token))];
        var first = await Task.WhenAny(both);
        await ProblemAssert.IsAsync(await first, 503, "queue-full");
        var waiting = both.Single(task => task != first);

        // Once its windows are counted it is known to take more than ten seconds on any machine; no request has shown that yet.
        var wait = TimeSpan.Zero;
        for (var tries = 0; tries < 3000 && wait < TimeSpan.FromSeconds(5); tries++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            using var refused = await service.SegmentAsync(Scan.Small);
            await ProblemAssert.IsAsync(refused, 503, "queue-full");
            wait = refused.Headers.RetryAfter!.Delta!.Value;
        }

        Assert.InRange(wait, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        // The server sees a moment after the client that it has left; the one that ran gives its place free between two windows.
        for (var tries = 0; tries < 3000 && Left() < 2; tries++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(2, Left());
        await service.AssertStillServesAsync();

        int Left() => service.Logs.Lines.Count(line => line.Contains("POST /segment answered 499", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_volume_that_would_hold_the_device_too_long_is_refused_with_the_estimate_and_the_limit()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Inference:MaxEstimatedTime", "00:00:02"));
        using var refused = await service.SegmentAsync(Scan.Endless, "?inference=window");
        var detail = await ProblemAssert.IsAsync(refused, 413, "estimated-time");
        Assert.Matches(@"^The volume has 256x214x171 voxels at the model's voxel size; .* window by window would take about [0-9.]+ s, and this service allows 2 s\. Crop", detail);
        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    // A request has half a dozen float32 volumes of 512 KiB; 20 served requests that left them behind would be 60 MiB. The C allocator's count moves by 5 MiB with the
    // runtime's and LibTorch's own tables, over forty rounds up as often as down.
    private static bool HasComeBack(HeldMemory before, HeldMemory after) =>
        after.Managed <= before.Managed + (4 * Mebibyte) && after.Native <= before.Native + (16 * Mebibyte);

    private static async Task<HeldMemory> LowestMemoryAsync(TestService service)
    {
        var rounds = new List<HeldMemory>();
        for (var round = 0; round < Rounds; round++)
        {
            await RoundAsync(service);
            rounds.Add(HeldMemory.Now());
        }

        return new(rounds.Min(round => round.Managed), rounds.Min(round => round.Native), rounds.Min(round => round.Resident));
    }

    private static async Task RoundAsync(TestService service)
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => service.SegmentAsync(Scan.Medium, "?inference=whole&output=sdm")));
        Assert.All(responses, response => Assert.Contains(response.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable]));
        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.OK);
        foreach (var response in responses)
            response.Dispose();
    }
}
