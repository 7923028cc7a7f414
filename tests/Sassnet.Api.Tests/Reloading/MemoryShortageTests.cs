using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Reloading;

/// <summary>Models for which there is no memory when they are to be loaded, and there is later: what others took of it is theirs for a while only.</summary>
public sealed class MemoryShortageTests
{
    private const string NoMemory = "the device has no memory left for it at the moment";

    // Its features are larger than what the process may take beyond what it has, and that is much for all else.
    private const int ManyFilters = 16;
    private const long SpareBytes = 256 << 20;
    private const long AmpleBytes = 6L << 30;
    private static readonly int[] LargePatch = [128, 128, 128];

    [Fact]
    public async Task A_model_that_is_published_while_memory_is_short_is_served_once_there_is_some()
    {
        await using var watched = await UnwatchedAsync();
        await using var squeezed = await ServiceProcess.StartAsync(null, Settings(watched));
        AddressSpace.Limit(squeezed, AddressSpace.Of(squeezed) + SpareBytes);
        watched.Publish("2.0.0", filters: ManyFilters, patch: LargePatch);
        await UntilAsync(squeezed, models => models.Contains(NoMemory, StringComparison.Ordinal));
        Assert.DoesNotContain("\"2.0.0\"", await ModelsAsync(squeezed), StringComparison.Ordinal);
        AddressSpace.Limit(squeezed, bytes: null);
        await UntilAsync(squeezed, models => models.Contains("\"2.0.0\"", StringComparison.Ordinal) && models.Contains("\"problems\":[]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_finds_no_memory_at_the_start_is_served_once_there_is_some()
    {
        await using var watched = await UnwatchedAsync();
        long bytes;

        // What the runtime reserves of addresses depends on how many there are: both processes are limited.
        await using (var small = await AddressSpace.StartAsync(AmpleBytes, Settings(watched)))
            bytes = AddressSpace.Of(small) + SpareBytes;
        watched.Publish("2.0.0", filters: ManyFilters, patch: LargePatch);
        await using var squeezed = await AddressSpace.StartAsync(bytes, Settings(watched));
        await UntilAsync(squeezed, models => models.Contains("\"failed\"", StringComparison.Ordinal));
        AddressSpace.Limit(squeezed, bytes: null);
        await UntilAsync(squeezed, models => !models.Contains("\"failed\"", StringComparison.Ordinal) && models.Contains("\"problems\":[]", StringComparison.Ordinal));
    }

    // Its own service does not load what is published.
    private static Task<WatchedService> UnwatchedAsync() => WatchedService.StartAsync(("Sassnet:Models:Watch", "false"));

    private static (string Key, string Value)[] Settings(WatchedService watched) =>
    [
        ("Sassnet__Models__Folder", watched.Folder), ("Sassnet__Models__Default", "random@1.0.0"), ("Sassnet__Models__PollPeriod", "00:00:00.500"),
        ("Sassnet__Models__SettlingTime", "00:00:00.050"), AddressSpace.SmallHeap,
    ];

    private static Task UntilAsync(ServiceProcess service, Func<string, bool> isSo) => WatchedService.UntilAsync(async () => isSo(await ModelsAsync(service)), () => ModelsAsync(service));

    private static Task<string> ModelsAsync(ServiceProcess service) => service.Client.GetStringAsync("/models", TestContext.Current.CancellationToken);
}
