using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>What shows the scan shows it as viewers do: of MONOCHROME1 the lowest values are white.</summary>
public sealed class InvertedDisplayTests(SharedService shared)
{
    private const int X = 20;
    private const int Y = 18;
    private const int Z = 16;

    private static readonly double[] Voxels = Scan.Voxels(X, Y, Z);

    private static readonly DicomScan Ball = new()
    {
        Columns = X,
        Rows = Y,
        Slices = Z,
        Value = (column, row, slice) => (short)Voxels[(((slice * Y) + row) * X) + column],
    };

    [Fact]
    public async Task A_capture_is_the_negative_of_the_stored_values_under_the_same_contours()
    {
        var (black, white) = (await AnswerAsync("MONOCHROME2", "dicom-sc"), await AnswerAsync("MONOCHROME1", "dicom-sc"));

        // The pixels end the file; of the contours they are of one colour, which is no grey.
        const int Count = 3 * X * Y * Z;
        var pixels = black[^Count..].Chunk(3).Zip(white[^Count..].Chunk(3)).ToList();
        Assert.Contains(pixels, pixel => pixel.First[0] != pixel.First[1]);
        foreach (var (one, other) in pixels)
            Assert.Equal(one[0] == one[1] ? [.. one.Select(level => (byte)(255 - level))] : one, other);
    }

    [Fact]
    public async Task A_preview_is_not_that_of_the_stored_values()
    {
        Assert.Equal(await AnswerAsync("MONOCHROME2", "preview"), await AnswerAsync("MONOCHROME2", "preview"));
        Assert.NotEqual(await AnswerAsync("MONOCHROME2", "preview"), await AnswerAsync("MONOCHROME1", "preview"));
    }

    [Fact]
    public async Task The_network_gets_the_values_as_they_are_stored() =>
        Assert.Equal(await AnswerAsync("MONOCHROME2", "probability"), await AnswerAsync("MONOCHROME1", "probability"));

    private async Task<byte[]> AnswerAsync(string photometric, string output)
    {
        var series = ZipBytes.Of([.. Enumerable.Range(0, Z).Select(slice => ($"{slice}", Ball.Slice(slice).Text(0x00280004, "CS", photometric).ToBytes()))]);
        using var answer = await shared.Service.SegmentAsync(series, $"?output={output}");
        return await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }
}
