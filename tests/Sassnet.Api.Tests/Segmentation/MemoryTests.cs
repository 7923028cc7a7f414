using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>A service whose process has little memory.</summary>
public sealed class MemoryTests
{
    private const string Limit = "DOTNET_GCHeapHardLimit";

    [Fact]
    public async Task A_volume_that_the_memory_cannot_hold_is_refused_and_smaller_ones_are_served()
    {
        await using var service = await ServiceProcess.StartAsync(null, (Limit, "0x10000000"));
        using var refused = await service.Client.PostAsync("/segment", new ByteArrayContent(Scan.Gzipped(256, 256, 129)), TestContext.Current.CancellationToken);
        Assert.Contains("at most 5033164", await ProblemAssert.IsAsync(refused, 413, "volume-too-large"), StringComparison.Ordinal);
        using var served = await service.Client.PostAsync("/segment?output=all&inference=whole", new ByteArrayContent(Scan.Gzipped(128, 128, 64)), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task A_volume_as_large_as_is_accepted_fits_into_the_memory()
    {
        // 256 MiB, of which the service leaves three quarters to volumes, 40 bytes for each voxel: 5 033 164.
        await using var service = await ServiceProcess.StartAsync(null, (Limit, "0x10000000"));
        using var served = await service.Client.PostAsync("/segment?output=all&inference=whole", new ByteArrayContent(Scan.Gzipped(256, 256, 76)), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, served.StatusCode);
    }
}
