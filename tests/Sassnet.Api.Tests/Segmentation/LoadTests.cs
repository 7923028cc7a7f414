using System.Diagnostics;
using System.Net;
using System.Runtime;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

public sealed class LoadTests
{
    private const int Clients = 20;
    private const long Mebibyte = 1 << 20;

    [Fact]
    public async Task Twenty_clients_at_once_all_get_200_or_503_and_the_memory_comes_back()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Queue:Length", "4"));
        await RoundAsync(service);
        await RoundAsync(service);
        var (managed, resident) = Memory();
        for (var round = 0; round < 4; round++)
            await RoundAsync(service);
        var (managedAfter, residentAfter) = Memory();

        // A volume of a request is 2 MiB as float32 here; 80 requests that each left one behind would be 160 MiB.
        Assert.InRange(managedAfter, 0, managed + (8 * Mebibyte));
        Assert.InRange(residentAfter, 0, resident + (64 * Mebibyte));
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

    private static async Task RoundAsync(TestService service)
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => service.SegmentAsync(Scan.Large, "?inference=whole&output=all")));
        Assert.All(responses, response => Assert.Contains(response.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable]));
        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.OK);
        foreach (var response in responses)
            response.Dispose();
    }

    private static (long Managed, long Resident) Memory()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        return (GC.GetTotalMemory(forceFullCollection: true), Process.GetCurrentProcess().WorkingSet64);
    }
}
