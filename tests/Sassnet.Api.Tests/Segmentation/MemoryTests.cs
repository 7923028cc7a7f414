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

    private static async Task AssertServedAsync(HttpResponseMessage answer) =>
        Assert.True(answer.IsSuccessStatusCode, answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
}
