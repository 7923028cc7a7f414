using Sassnet.Api.Tests.Reloading;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>A service whose process has little memory.</summary>
public sealed class MemoryTests
{
    // Of managed memory: LibTorch's is not what is short.
    private static readonly (string Key, string Value)[] Little = [("DOTNET_GCHeapHardLimit", "0x10000000"), ("Sassnet__Inference__WholeMemoryBytes", "4000000000")];

    [Fact]
    public async Task A_volume_that_the_memory_cannot_hold_is_refused_and_smaller_ones_are_served()
    {
        await using var service = await ServiceProcess.StartAsync(null, Little);
        using var refused = await service.Client.PostAsync("/segment", new ByteArrayContent(Scan.Gzipped(256, 256, 129)), TestContext.Current.CancellationToken);
        Assert.Contains("at most 4194304", await ProblemAssert.IsAsync(refused, 413, "volume-too-large"), StringComparison.Ordinal);
        using var served = await service.Client.PostAsync("/segment?output=all&inference=whole", new ByteArrayContent(Scan.Gzipped(128, 128, 64)), TestContext.Current.CancellationToken);
        await AssertServedAsync(served);
    }

    [Fact]
    public async Task A_volume_as_large_as_is_accepted_fits_into_the_memory()
    {
        // 256 MiB, of which the service leaves three quarters to volumes, 48 bytes for each voxel: 4 194 304.
        await using var service = await ServiceProcess.StartAsync(null, Little);
        using var served = await service.Client.PostAsync("/segment?output=all&inference=whole", new ByteArrayContent(Scan.Gzipped(256, 256, 64)), TestContext.Current.CancellationToken);
        await AssertServedAsync(served);
    }

    [Theory]
    [InlineData("window")]
    [InlineData("whole-flips")]
    public async Task Windows_or_mirrored_passes_that_do_not_fit_together_go_through_one_by_one(string mode)
    {
        // Sixteen windows of 64³, or eight passes, need more than what the process may take beyond what it has, one of them far less. On the model's grid the scan
        // has 72×80×80 voxels, and so 18 windows.
        const long SpareBytes = 200 << 20;
        const string Smaller = "at once ran out of memory on cpu; trying one";
        await using var watched = await WatchedService.StartAsync(("Sassnet:Models:Watch", "false"));
        watched.Publish("2.0.0", filters: 16, patch: [64, 64, 64]);
        await using var service = await ServiceProcess.StartAsync(
            null, ("Sassnet__Models__Folder", watched.Folder), ("Sassnet__Models__Default", "random@2.0.0"), ("Sassnet__Inference__WindowBatch", "16"), Little[1], AddressSpace.SmallHeap);
        var before = await MaskAsync(service, mode);
        Assert.DoesNotContain(service.Lines, line => line.Contains(Smaller, StringComparison.Ordinal));
        AddressSpace.Limit(service, AddressSpace.Of(service) + SpareBytes);
        Assert.Equal(before, await MaskAsync(service, mode));
        await service.LineAsync(Smaller);
    }

    private static async Task<float[]> MaskAsync(ServiceProcess service, string mode)
    {
        using var answer = await service.Client.PostAsync($"/segment?inference={mode}", new ByteArrayContent(Scan.Ball(72, 96, 60).ToGzip()), TestContext.Current.CancellationToken);
        await AssertServedAsync(answer);
        return NiftiAnswer.Parse(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Voxels;
    }

    private static async Task AssertServedAsync(HttpResponseMessage answer) =>
        Assert.True(answer.IsSuccessStatusCode, answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
}
