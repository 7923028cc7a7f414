using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Metrics;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

public sealed class SeveralLabelsTests(TwoLabelService two, SharedService shared) : IClassFixture<TwoLabelService>
{
    private static readonly string[] Files = ["segmentation.nii.gz", "sdm.nii.gz", "distance.nii.gz", "probability.nii.gz", "surface.stl", "report.json", "preview.png"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_files_of_all_have_each_label_and_agree_with_each_other()
    {
        var threshold = NiftiAnswer.Parse(await BytesAsync(two, "?output=probability")).Voxels.Order().ElementAt(20 * 18 * 16);
        var files = await ZipAsync(FormattableString.Invariant($"?output=all&keepLargest=false&threshold={threshold}"));
        Assert.Equal(Files, files.Keys);
        var (segmentation, probability, sdm, distance) = (
            NiftiAnswer.Parse(files["segmentation.nii.gz"]), NiftiAnswer.Parse(files["probability.nii.gz"]), NiftiAnswer.Parse(files["sdm.nii.gz"]), NiftiAnswer.Parse(files["distance.nii.gz"]));
        Assert.Equal([3, 20, 18, 16, 1, 1, 1, 1], segmentation.Dim.Select(side => (int)side));
        Assert.All([probability, sdm, distance], maps => Assert.Equal([4, 20, 18, 16, 2, 1, 1, 1], maps.Dim.Select(side => (int)side)));
        Assert.All([probability, sdm, distance], maps => Assert.Equal(1, maps.PixDim[4]));

        // The likeliest label above the threshold, the first of equals.
        var drawn = probability.Volume(0).Zip(probability.Volume(1), (first, second) => Math.Max(first, second) <= threshold ? 0f : first >= second ? 4 : 2);
        Assert.Equal(drawn, segmentation.Voxels);
        Assert.Contains(2, segmentation.Voxels);
        Assert.Contains(4, segmentation.Voxels);

        var report = JsonDocument.Parse(files["report.json"]).RootElement;
        var labels = report.GetProperty("labels").EnumerateArray().ToList();
        Assert.Equal(["left ventricle", "left atrium"], labels.Select(label => label.GetProperty("name").GetString()));
        for (var index = 0; index < 2; index++)
        {
            var value = TwoLabelService.Labels[index].Value;
            var isLabel = Array.ConvertAll(segmentation.Voxels, voxel => voxel == value);
            Assert.Equal(isLabel, distance.Volume(index).Select(millimetres => millimetres < 0));
            Assert.Equal(value, labels[index].GetProperty("value").GetInt32());
            Assert.Equal(isLabel.Count(voxel => voxel), labels[index].GetProperty("voxels").GetInt64());
            Assert.Equal(-distance.Volume(index).Min(), labels[index].GetProperty("largestInscribedRadiusMm").GetDouble(), 1e-4);
            var agreement = Overlap.Between(Mask(probability.Volume(index), voxel => voxel > threshold), Mask(sdm.Volume(index), voxel => voxel < 0)).Dice;
            Assert.Equal(agreement, labels[index].GetProperty("headAgreement").GetDouble(), 1e-9);
            var area = labels[index].GetProperty("surfaceAreaMm2").GetDouble();
            Assert.Equal(area, StlFile.Parse(TrianglesOf(files["surface.stl"], value)).AreaMm2, area * 1e-3);
        }

        Assert.Equal(labels.Min(label => label.GetProperty("headAgreement").GetDouble()), report.GetProperty("headAgreement").GetDouble());
        Assert.All(report.GetProperty("warnings").EnumerateArray(), warning =>
            Assert.Contains(TwoLabelService.Labels, label => warning.GetProperty("sentence").GetString()!.StartsWith(label.Name + ": ", StringComparison.Ordinal)));
        Assert.Equal("PNG"u8, files["preview.png"].AsSpan(1, 3));
    }

    [Fact]
    public async Task A_DICOM_series_gets_a_segment_frames_and_measurements_of_each_label()
    {
        using var folder = new DicomFolder([]);
        var threshold = NiftiAnswer.Parse(await SeriesAsync("probability", 0.5f)).Voxels.Order().ElementAt(12 * 10 * 8);
        var segmentation = Saved(folder, await SeriesAsync("dicom-seg", threshold));
        Assert.Equal(["left ventricle", "left atrium"], ResultFiles.Values(segmentation, "0062,0005"));
        ResultFiles.RequireValid(segmentation);

        var map = Saved(folder, await SeriesAsync("dicom-parametric-map", threshold));
        Assert.Equal([.. Enumerable.Repeat("DISTANCE 4", 8), .. Enumerable.Repeat("DISTANCE 2", 8)], ResultFiles.Values(map, "0040,9210"));
        ResultFiles.RequireValid(map);

        var report = ResultFiles.Dump(Saved(folder, await SeriesAsync("dicom-sr", threshold)));
        Assert.Contains("87878005", report, StringComparison.Ordinal);
        Assert.Contains("82471001", report, StringComparison.Ordinal);
        Assert.Equal("DICM", Encoding.ASCII.GetString(await SeriesAsync("dicom-sc", threshold), 128, 4));
    }

    [Fact]
    public async Task A_job_keeps_every_output_of_all_labels()
    {
        var client = two.Service.Client;
        var job = await client.WaitAsync(await client.SubmittedAsync(Scan.Small, "?output=all"));
        Assert.Equal("succeeded", job.State());
        Assert.Equal(4, NiftiAnswer.Parse(await client.ResultAsync(job.GetProperty("id").GetString()!, "distance")).Dim[0]);
    }

    [Fact]
    public async Task A_model_says_which_labels_it_has_and_how_many_classes()
    {
        using var response = await two.Service.Client.GetAsync("/models/left-heart", Cancellation);
        var model = await ProblemAssert.JsonAsync(response);
        Assert.Equal(2, model.GetProperty("architecture").GetProperty("classes").GetInt32());
        Assert.Equal(["#3cb44b", "#e6194b"], model.GetProperty("labels").EnumerateArray().Select(label => label.GetProperty("colour").GetString()));
    }

    [Fact]
    public async Task A_model_of_one_label_answers_as_it_did_before_there_were_several()
    {
        using var description = await shared.Service.Client.GetAsync($"/models/{RandomModel.Name}", Cancellation);
        Assert.Equal(["type", "filters"], Members((await ProblemAssert.JsonAsync(description)).GetProperty("architecture")));

        var report = JsonDocument.Parse(await BytesAsync(shared.Service, "?output=report")).RootElement;
        Assert.Equal(["model", "input", "labels", "headAgreement", "threshold", "inference", "device", "precision", "seconds", "segEncoding", "warnings"], Members(report));
        Assert.Equal(
            ["value", "name", "snomedCode", "voxels", "volumeMl", "surfaceAreaMm2", "boundingBox", "componentsFound", "componentsRemoved", "largestInscribedRadiusMm", "longestDiameterMm"],
            Members(Assert.Single(report.GetProperty("labels").EnumerateArray())));
        Assert.All(report.GetProperty("warnings").EnumerateArray(), warning => Assert.DoesNotContain("left atrium", warning.GetProperty("sentence").GetString(), StringComparison.Ordinal));

        foreach (var output in (string[])["probability", "sdm", "distance"])
            Assert.Equal([3, 20, 18, 16, 1, 1, 1, 1], NiftiAnswer.Parse(await BytesAsync(shared.Service, $"?output={output}")).Dim.Select(side => (int)side));
        var surface = await BytesAsync(shared.Service, "?output=surface");
        Assert.Equal(surface, TrianglesOf(surface, 0));
    }

    private static IEnumerable<string> Members(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private static byte[] Mask(float[] voxels, Func<float, bool> isInside) => Array.ConvertAll(voxels, voxel => isInside(voxel) ? (byte)1 : (byte)0);

    // An STL file of the triangles whose attribute bytes have a value.
    private static byte[] TrianglesOf(byte[] stl, ushort value)
    {
        var triangles = stl.Skip(84).Chunk(50).Where(triangle => BinaryPrimitives.ReadUInt16LittleEndian(triangle.AsSpan(48)) == value).ToList();
        var count = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(count, triangles.Count);
        return [.. stl.Take(80), .. count, .. triangles.SelectMany(triangle => triangle)];
    }

    private static string Saved(DicomFolder folder, byte[] file) => ResultFiles.Write(folder, stream => stream.Write(file));

    private async Task<byte[]> SeriesAsync(string output, float threshold)
    {
        using var form = new MultipartFormDataContent();
        foreach (var slice in new DicomScan { Columns = 12, Rows = 10, Slices = 8 }.Classic())
            form.Add(new ByteArrayContent(slice), "volume", "slice.dcm");
        using var response = await two.Service.Client.PostAsync(FormattableString.Invariant($"/segment?output={output}&threshold={threshold}&keepLargest=false"), form, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync(Cancellation);
    }

    private async Task<Dictionary<string, byte[]>> ZipAsync(string query)
    {
        await using var zip = new ZipArchive(new MemoryStream(await BytesAsync(two, query)));
        var files = new Dictionary<string, byte[]>();
        foreach (var entry in zip.Entries)
        {
            using var content = new MemoryStream();
            await using var stream = await entry.OpenAsync(Cancellation);
            await stream.CopyToAsync(content, Cancellation);
            files[entry.FullName] = content.ToArray();
        }

        return files;
    }

    private static Task<byte[]> BytesAsync(TwoLabelService two, string query) => BytesAsync(two.Service, query);

    private static async Task<byte[]> BytesAsync(TestService service, string query)
    {
        using var response = await service.SegmentAsync(Scan.Small, query);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync(Cancellation);
    }
}
