using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Metrics;
using Sassnet.Model.Morphology;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

public sealed class OutputTests(SharedService shared)
{
    private static readonly string[] Names = ["segmentation.nii.gz", "sdm.nii.gz", "distance.nii.gz", "probability.nii.gz", "surface.stl", "report.json", "preview.png"];

    [Theory]
    [InlineData("segmentation", "application/gzip", "segmentation.nii.gz")]
    [InlineData("sdm", "application/gzip", "sdm.nii.gz")]
    [InlineData("distance", "application/gzip", "distance.nii.gz")]
    [InlineData("probability", "application/gzip", "probability.nii.gz")]
    [InlineData("surface", "model/stl", "surface.stl")]
    [InlineData("report", "application/json", "report.json")]
    [InlineData("preview", "image/png", "preview.png")]
    [InlineData("image", "application/gzip", "image.nii.gz")]
    [InlineData("all", "application/zip", "segmentation.zip")]
    public async Task Every_output_has_its_type_a_neutral_name_and_the_contracts_headers(string output, string type, string file)
    {
        using var response = await shared.Service.SegmentAsync(Scan.Small, $"?output={output}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(file, response.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("random@1.10.0", response.Headers.GetValues("Sassnet-Model").Single());
        Assert.Matches(@"^receive;dur=[\d.]+, queue;dur=[\d.]+, read;dur=[\d.]+, .*infer;dur=[\d.]+.*, write;dur=[\d.]+$", response.Headers.GetValues("Server-Timing").Single());
        Assert.Equal(response.Content.Headers.ContentLength, (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task The_eight_files_of_all_agree_with_each_other()
    {
        var threshold = await MedianProbabilityAsync();
        var files = await ZipAsync(threshold);
        Assert.Equal(Names, files.Keys);
        var segmentation = Read(files["segmentation.nii.gz"]);
        var probability = Read(files["probability.nii.gz"]);
        var sdm = Read(files["sdm.nii.gz"]);
        var distance = Read(files["distance.nii.gz"]);
        var labels = segmentation.Voxels.Select(value => (byte)value).ToArray();

        var above = probability.Voxels.Select(value => value > threshold ? (byte)1 : (byte)0).ToArray();
        var largest = above.ToArray();
        var (found, removed) = ConnectedComponents.KeepLargest(largest, segmentation.Size, Connectivity.Corner);
        Assert.Equal(largest, labels);
        Assert.Contains((byte)0, labels);
        Assert.Contains((byte)1, labels);
        Assert.All(distance.Voxels.Zip(labels), pair => Assert.Equal(pair.Second == 1, pair.First < 0));
        Assert.All(sdm.Voxels, value => Assert.InRange(value, -1f, 1f));
        Assert.All(probability.Voxels, value => Assert.InRange(value, 0f, 1f));

        var report = JsonDocument.Parse(files["report.json"]).RootElement;
        var label = report.GetProperty("labels")[0];
        var voxels = labels.Count(value => value == 1);
        Assert.Equal(voxels, label.GetProperty("voxels").GetInt64());
        Assert.Equal(voxels * segmentation.VoxelSize.Volume / 1000, label.GetProperty("volumeMl").GetDouble(), 1e-9);
        Assert.Equal(found, label.GetProperty("componentsFound").GetInt32());
        Assert.Equal(removed, label.GetProperty("componentsRemoved").GetInt32());
        Assert.Equal(-distance.Voxels.Min(), label.GetProperty("largestInscribedRadiusMm").GetDouble(), 1e-4);
        var inside = sdm.Voxels.Select(value => value < 0 ? (byte)1 : (byte)0).ToArray();
        Assert.Equal(Overlap.Between(above, inside).Dice, report.GetProperty("headAgreement").GetDouble(), 1e-9);
        Assert.Equal([20, 18, 16], report.GetProperty("input").GetProperty("shape").EnumerateArray().Select(side => side.GetInt32()));
        Assert.Equal("RAS", report.GetProperty("input").GetProperty("orientation").GetString());

        // No voxel is farther from another than the surface's ends.
        var box = label.GetProperty("boundingBox");
        Assert.InRange(label.GetProperty("longestDiameterMm").GetDouble(), LongestSide(box, segmentation), Math.Sqrt(3) * (LongestSide(box, segmentation) + 4));
        Assert.Equal(JsonValueKind.Null, report.GetProperty("segEncoding").ValueKind);

        var surface = StlFile.Parse(files["surface.stl"]);
        Assert.Equal(label.GetProperty("surfaceAreaMm2").GetDouble(), surface.AreaMm2, surface.AreaMm2 * 1e-3);
        AssertBox(label.GetProperty("boundingBox"), labels, segmentation, surface);
    }

    [Fact]
    public async Task Each_output_alone_is_the_file_in_the_zip()
    {
        var threshold = await MedianProbabilityAsync();
        var files = await ZipAsync(threshold);
        foreach (var name in Names.Except(["report.json"]))
        {
            var alone = await BytesAsync(FormattableString.Invariant($"?output={name.Split('.')[0]}&threshold={threshold}"));
            Assert.Equal(files[name], alone);
        }
    }

    [Fact]
    public async Task Every_component_stays_when_asked()
    {
        var threshold = await MedianProbabilityAsync();
        var probability = Read(await BytesAsync("?output=probability"));
        var segmentation = Read(await BytesAsync(FormattableString.Invariant($"?keepLargest=false&threshold={threshold}")));
        Assert.Equal(probability.Voxels.Select(value => value > threshold ? 1f : 0f), segmentation.Voxels);
    }

    [Fact]
    public async Task The_image_is_the_scan_on_its_own_grid()
    {
        var scan = Read(Scan.Small);
        var image = Read(await BytesAsync("?output=image"));
        Assert.Equal(scan.Voxels, image.Voxels);
        Assert.Equal((scan.Size, scan.Affine), (image.Size, image.Affine));
    }

    [Fact]
    public async Task The_image_is_displayed_without_its_few_brightest_voxels_as_in_the_preview_and_a_map_from_end_to_end()
    {
        var values = Scan.Voxels(20, 18, 16);
        values[77] = 30_000;
        var scan = (Scan.Ball(20, 18, 16) with { Stored = values }).ToBytes();
        var sorted = values.Order().Select(value => (float)value).ToArray();

        Assert.Equal((sorted[57], sorted[5730]), (await AnswerAsync("image")).Display);
        var probability = await AnswerAsync("probability");
        Assert.Equal((probability.Voxels.Min(), probability.Voxels.Max()), probability.Display);

        async Task<NiftiAnswer> AnswerAsync(string output)
        {
            using var answer = await shared.Service.SegmentAsync(scan, $"?output={output}");
            return NiftiAnswer.Parse(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
    }

    private static double LongestSide(JsonElement box, Volume grid) => box.GetProperty("min").EnumerateArray()
        .Zip(box.GetProperty("max").EnumerateArray(), (min, max) => max.GetInt32() - min.GetInt32())
        .Select((side, axis) => side * grid.VoxelSize[axis]).Max();

    private static void AssertBox(JsonElement box, byte[] labels, Volume grid, StlFile surface)
    {
        var found = GridBox.Bounding(labels, grid.Size)!.Value;
        int[] min = [found.Start.X, found.Start.Y, found.Start.Z];
        int[] max = [found.End.X - 1, found.End.Y - 1, found.End.Z - 1];
        Assert.Equal(min, box.GetProperty("min").EnumerateArray().Select(index => index.GetInt32()));
        Assert.Equal(max, box.GetProperty("max").EnumerateArray().Select(index => index.GetInt32()));

        // The surface lies between the outermost voxels inside and their neighbours outside.
        var (low, high) = (grid.Affine.Apply(min[0] - 1, min[1] - 1, min[2] - 1), grid.Affine.Apply(max[0] + 1, max[1] + 1, max[2] + 1));
        Assert.All(surface.Corners, corner => Assert.True(
            corner.X >= low.R && corner.X <= high.R && corner.Y >= low.A && corner.Y <= high.A && corner.Z >= low.S && corner.Z <= high.S));
    }

    private static Volume Read(byte[] file) => VolumeFile.Read(new MemoryStream(file)).Volume;

    private async Task<float> MedianProbabilityAsync()
    {
        var probability = Read(await BytesAsync("?output=probability")).Voxels.Order().ToArray();
        return probability[probability.Length / 2];
    }

    private async Task<Dictionary<string, byte[]>> ZipAsync(float threshold)
    {
        using var archive = new ZipArchive(new MemoryStream(await BytesAsync(FormattableString.Invariant($"?output=all&threshold={threshold}"))));
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
                stream.CopyTo(content);
            return content.ToArray();
        });
    }

    private async Task<byte[]> BytesAsync(string query)
    {
        using var response = await shared.Service.SegmentAsync(Scan.Small, query);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }
}
