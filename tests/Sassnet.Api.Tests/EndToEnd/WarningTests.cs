using System.Net;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Nifti;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.EndToEnd;

public sealed class WarningTests(BundledService bundled) : IClassFixture<BundledService>
{
    private const string Header = "Sassnet-Warnings";

    [Theory]
    [InlineData("segmentation")]
    [InlineData("report")]
    public async Task A_scan_of_noise_is_answered_with_the_kinds_of_its_warnings_in_a_header_whatever_is_asked_for(string output)
    {
        using var answer = await bundled.Service.SegmentAsync(Noise(), $"?model=phantom&output={output}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var slugs = Assert.Single(answer.Headers.GetValues(Header)).Split(", ");
        Assert.Contains(slugs, slug => slug is "low-agreement" or "empty-result");
        Assert.Equal(slugs.Distinct(), slugs);
        if (output != "report")
            return;
        var told = (await ProblemAssert.JsonAsync(answer)).GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("slug").GetString());
        Assert.Equal(told.Distinct(), slugs);
    }

    [Fact]
    public async Task The_header_of_a_sound_scan_is_there_and_empty()
    {
        var scan = await File.ReadAllBytesAsync(Path.Combine(RepositoryFiles.Root, "docs", "phantom.nii.gz"), TestContext.Current.CancellationToken);
        using var answer = await bundled.Service.SegmentAsync(scan, "?model=phantom");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([""], answer.Headers.GetValues(Header));
    }

    [Theory]
    [InlineData("segmentation")]
    [InlineData("report")]
    public async Task A_scan_beyond_what_training_saw_is_answered_with_a_warning_that_has_both_figures(string output)
    {
        // Three centimetres across; the phantoms of training are eight and more.
        using var answer = await bundled.Service.SegmentAsync(Scan.Small, $"?model=phantom&output={output}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("field-of-view", Assert.Single(answer.Headers.GetValues(Header)).Split(", "));
        if (output != "report")
            return;
        var told = (await ProblemAssert.JsonAsync(answer)).GetProperty("warnings").EnumerateArray().Single(warning => warning.GetProperty("slug").GetString() == "field-of-view");
        Assert.Contains("measures 30 x 22.5 x 32 mm (along RAS); in training 120 x 120 x 80 to 120 x 120 x 80 mm", told.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    private static byte[] Noise()
    {
        var size = new GridSize(80, 72, 48);
        var random = new Random(7);
        var voxels = Enumerable.Range(0, (int)size.Count).Select(_ => (float)(random.NextDouble() * 1000)).ToArray();
        var affine = Affine.Scaling(new VoxelSize(1.25, 1.25, 1.25));
        using var file = new MemoryStream();
        NiftiWriter.Write(file, new Volume(size, voxels, affine), NiftiGeometry.FromAffine(size, affine), compress: true);
        return file.ToArray();
    }
}
