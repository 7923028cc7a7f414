using System.Net;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Hdf5;
using Sassnet.Model.Metrics;
using Sassnet.Model.Packages;
using Sassnet.Model.VolumeFiles;
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

    private static readonly string[] Orientations = ["RAS", "LPS", "SAR", "PIR", "ASL"];

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

    [Fact]
    public async Task The_default_model_finds_the_atrium_of_every_validation_scan_whatever_its_orientation_and_type()
    {
        var list = RepositoryFiles.Shared("la", "validation.list");
        var names = (await File.ReadAllLinesAsync(list, TestContext.Current.CancellationToken)).Where(line => line.Length > 0).ToList();
        var spacing = new VoxelSize(0.625, 0.625, 0.625);
        var scores = new List<double>();
        foreach (var (index, name) in names.Index())
        {
            var path = RepositoryFiles.Shared("la", $"{name.Trim()}.h5");
            var orientation = Orientations[index % Orientations.Length];
            var dataType = (short)(index % 2 == 0 ? 4 : 16);
            var (image, label) = (Upright(LeftAtriumFile.ReadImage(path, spacing)), LeftAtriumFile.ReadLabels(path, spacing));
            scores.Add(await DiceAsync(image, new LabelMap(label.Size, Upright(label.Labels, label.Size), image.Affine), orientation, dataType, string.Empty));
        }

        Assert.All(scores, dice => Assert.True(dice >= 0.8, $"Dice {dice:0.0000}"));

        var recorded = ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "left-atrium")).Manifest.Metrics!.Dice;
        Assert.True(Math.Abs(scores.Average() - recorded) <= 0.01, $"recorded {recorded}, mean Dice {scores.Average():0.0000} over {string.Join(", ", scores.Select(dice => $"{dice:0.000}"))}");
    }

    [Fact]
    public async Task The_orientation_and_the_type_of_a_scan_hardly_change_what_is_found()
    {
        var path = RepositoryFiles.Shared("la", $"{(await File.ReadAllLinesAsync(RepositoryFiles.Shared("la", "validation.list"), TestContext.Current.CancellationToken))[0].Trim()}.h5");
        var image = Upright(LeftAtriumFile.ReadImage(path, new VoxelSize(0.625, 0.625, 0.625)));
        var reference = new LabelMap(image.Size, await LabelsAsync(new OrientedScan(image.Size, "RAS").ToNifti(image, 16), string.Empty), image.Affine);
        foreach (var (index, orientation) in Orientations.Index())
        {
            var dice = await DiceAsync(image, reference, orientation, (short)(index % 2 == 0 ? 4 : 16), string.Empty);
            Assert.True(dice >= 0.99, $"{orientation}: Dice {dice:0.0000}");
        }
    }

    // The arrays of the release run LPS; backwards, each slice runs R and A, as OrientedScan takes them.
    private static Volume Upright(Volume image) => new(image.Size, Upright(image.Voxels, image.Size), Affine.Scaling(image.VoxelSize));

    private static T[] Upright<T>(T[] voxels, GridSize size)
    {
        var upright = (T[])voxels.Clone();
        for (var z = 0; z < size.Z; z++)
            upright.AsSpan(size.IndexOf(0, 0, z), size.X * size.Y).Reverse();
        return upright;
    }

    private async Task<double> DiceAsync(Volume image, LabelMap truth, string orientation, short dataType, string query)
    {
        var scan = new OrientedScan(image.Size, orientation);
        var dice = Overlap.Between(await LabelsAsync(scan.ToNifti(image, dataType), query), scan.Move(truth.Labels)).Dice;
        TestContext.Current.SendDiagnosticMessage($"{orientation}: Dice {dice:0.0000}");
        return dice;
    }

    private async Task<byte[]> LabelsAsync(byte[] nifti, string query)
    {
        using var response = await bundled.Service.SegmentAsync(nifti, query);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = VolumeFile.Read(new MemoryStream(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken))).Volume;
        return [.. answer.Voxels.Select(value => (byte)value)];
    }
}
