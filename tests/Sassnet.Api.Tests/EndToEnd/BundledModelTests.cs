using System.Net;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Metrics;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Phantoms;
using Xunit;

namespace Sassnet.Api.Tests.EndToEnd;

/// <summary>The service as it is shipped: its bundled models, on scans whose truth is known.</summary>
public sealed class BundledModelTests(BundledService bundled) : IClassFixture<BundledService>
{
    // None of the seeds that the bundled package was trained on is as large.
    private const ulong UnseenSeed = 1_000_003;

    [Theory]
    [InlineData("RAS", 4)]
    [InlineData("LPS", 16)]
    [InlineData("ASL", 4)]
    public async Task The_phantom_model_finds_the_atrium_of_an_unseen_phantom(string orientation, short dataType)
    {
        var phantom = PhantomGenerator.Generate(UnseenSeed, new PhantomOptions());
        var dice = await DiceAsync(phantom.Image, phantom.Label, orientation, dataType, "?model=phantom");
        Assert.True(dice >= 0.9, $"Dice {dice:0.0000}");
    }

    [Theory]
    [InlineData("RAS", 4)]
    [InlineData("LPS", 16)]
    [InlineData("SAR", 16)]
    [InlineData("PIR", 4)]
    public async Task The_default_model_finds_the_atrium_of_a_validation_scan(string orientation, short dataType)
    {
        var list = RepositoryFiles.Shared("la", "validation.list");
        var name = (await File.ReadAllLinesAsync(list, TestContext.Current.CancellationToken)).First(line => line.Length > 0).Trim();
        var path = RepositoryFiles.Shared("la", $"{name}.h5");
        var spacing = new VoxelSize(0.625, 0.625, 0.625);
        var dice = await DiceAsync(LeftAtriumFile.ReadImage(path, spacing), LeftAtriumFile.ReadLabels(path, spacing), orientation, dataType, string.Empty);
        Assert.True(dice >= 0.8, $"Dice {dice:0.0000}");
    }

    private async Task<double> DiceAsync(Volume image, LabelMap truth, string orientation, short dataType, string query)
    {
        var scan = new OrientedScan(image.Size, orientation);
        using var response = await bundled.Service.SegmentAsync(scan.ToNifti(image, dataType), query);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = VolumeFile.Read(new MemoryStream(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken))).Volume;
        var labels = answer.Voxels.Select(value => (byte)value).ToArray();
        var dice = Overlap.Between(labels, scan.Move(truth.Labels)).Dice;
        TestContext.Current.SendDiagnosticMessage($"{response.Headers.GetValues("Sassnet-Model").Single()} {orientation}: Dice {dice:0.0000}");
        return dice;
    }
}
