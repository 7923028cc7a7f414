using System.Net;
using Sassnet.Model.Metrics;
using Sassnet.Model.VolumeFiles;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Soak;

/// <summary>A scan that is served, and the bytes of the answer.</summary>
internal sealed record GoodRequest(string Query, byte[] Scan, bool IsForm, byte[] Answer)
{
    public HttpContent Body(Func<byte[], HttpContent> make) => IsForm ? new MultipartFormDataContent { { make(Scan), "volume", "scan" } } : make(Scan);
}

/// <summary>
/// The phantom in several forms, with the answers that a service gives that has nothing else to do; of the segmentation it is known that it is right.
/// </summary>
internal static class GoodRequests
{
    private const double LeastDice = 0.93;

    /// <summary>Asks for the answers.</summary>
    public static async Task<IReadOnlyList<GoodRequest>> KnownAsync(HttpClient client)
    {
        var phantom = await File.ReadAllBytesAsync(Path.Combine(RepositoryFiles.Root, "docs", "phantom.nii.gz"), TestContext.Current.CancellationToken);
        var series = await File.ReadAllBytesAsync(Path.Combine(RepositoryFiles.Root, "tests", "cases", "frames_0.zip"), TestContext.Current.CancellationToken);
        GoodRequest[] requests =
        [
            new("?model=phantom&output=segmentation", phantom, false, []),
            new("?model=phantom&output=segmentation", phantom, true, []),
            new("?model=phantom&output=segmentation", series, false, []),
            new("?model=phantom&output=sdm", phantom, false, []),
        ];
        for (var i = 0; i < requests.Length; i++)
        {
            using var body = requests[i].Body(bytes => new ByteArrayContent(bytes));
            using var response = await client.PostAsync($"/segment{requests[i].Query}", body, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            requests[i] = requests[i] with { Answer = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken) };
        }

        Assert.Equal(requests[0].Answer, requests[1].Answer);
        AssertIsTheAtrium(requests[0].Answer);
        return requests;
    }

    private static void AssertIsTheAtrium(byte[] segmentation)
    {
        var labels = VolumeFile.Read(new MemoryStream(segmentation)).Volume.Voxels;
        var truth = VolumeFile.Read(Path.Combine(RepositoryFiles.Root, "docs", "phantom-label.nii.gz")).Volume.Voxels;
        var dice = Overlap.Between([.. labels.Select(value => (byte)value)], [.. truth.Select(value => (byte)value)]).Dice;
        Assert.True(dice > LeastDice, $"Dice {dice:0.0000}");
    }
}
