using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

public sealed class TilesTests
{
    /// <summary>The bytes that hold half of a scan of 240×72×64 voxels in slabs, what halves share included, but not all of it.</summary>
    public const string TwoTiles = "137000000";

    [Fact]
    public async Task A_report_tells_in_how_many_tiles_a_scan_too_large_for_one_pass_was_taken_and_of_one_pass_nothing()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Inference:WholeMemoryBytes", TwoTiles), ("Sassnet:Inference:Precision", "Float32"));
        var (large, small) = (Scan.Gzipped(240, 72, 64), Scan.Small);
        var tiled = await ReportAsync(large, "whole");
        Assert.Equal("whole", tiled.GetProperty("inference").GetString());
        Assert.Equal(2, tiled.GetProperty("tiles").GetInt32());
        var whole = await ReportAsync(small, "whole");
        Assert.False(whole.TryGetProperty("tiles", out _));

        async Task<JsonElement> ReportAsync(byte[] scan, string inference)
        {
            using var answer = await service.SegmentAsync(scan, $"?output=report&inference={inference}");
            answer.EnsureSuccessStatusCode();
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        }
    }
}
