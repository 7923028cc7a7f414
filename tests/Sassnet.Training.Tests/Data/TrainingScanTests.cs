using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Sassnet.Training.Phantoms;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public class TrainingScanTests
{
    private static readonly Phantom Scan = PhantomGenerator.Generate(5, new PhantomOptions());

    [Theory]
    [InlineData(Normalisation.ZScore)]
    [InlineData(Normalisation.RobustZScore)]
    public void Padding_around_a_scan_is_not_trained_on(Normalisation normalisation)
    {
        var preprocessing = new PreprocessingSpecification([2, 2, 3], "LPS", normalisation);
        var size = Scan.Image.Size;
        var frame = new GridBox((-4, -9, 0), new GridSize(size.X + 8, size.Y + 9, size.Z + 7));

        var expected = TrainingScan.Of("scan", PreparedScan.Of(Scan.Image, preprocessing), Scan.Label);
        var padded = TrainingScan.Of("scan", PreparedScan.Of(frame.Apply(Scan.Image, padding: -300), preprocessing), frame.Apply(Scan.Label));

        Assert.Equal((expected.Size, expected.Affine), (padded.Size, padded.Affine));
        Assert.Equal(expected.Image, padded.Image);
        Assert.Equal(expected.Mask, padded.Mask);
    }

    [Theory]
    [InlineData(Normalisation.ZScore)]
    [InlineData(Normalisation.RobustZScore)]
    public void Training_and_serving_see_the_same_voxels(Normalisation normalisation)
    {
        var preprocessing = new PreprocessingSpecification([2.2, 1.9, 3], "PIR", normalisation);
        var (c, s) = (Math.Cos(0.2), Math.Sin(0.2));
        var oblique = new Volume(Scan.Image.Size, Scan.Image.Voxels, new Affine([-c, s, 0, 40, -s, -c, 0, 30, 0, 0, 1.3, -20]));
        var framed = GridBox.WithMargin(oblique.Size, 5).Apply(oblique, padding: -7);
        float[] before = [.. framed.Voxels];

        var trained = TrainingScan.Of("scan", PreparedScan.Of(framed, preprocessing), null);
        var served = PreparedScan.Of(framed, preprocessing).Image;

        Assert.Equal((served.Size, served.Affine), (trained.Size, trained.Affine));
        Assert.Equal(served.Voxels, trained.Image);
        Assert.Equal(before, framed.Voxels);
    }

    [Fact]
    public void A_mask_goes_the_way_of_its_image()
    {
        // The image of which each voxel is its label: wherever more than half of a voxel is foreground, the image is brighter than half.
        var preprocessing = new PreprocessingSpecification([2.2, 1.9, 3], "ASL", Normalisation.ZScore);
        var image = new Volume(Scan.Label.Size, Array.ConvertAll(Scan.Label.Labels, label => (float)label), Scan.Label.Affine);
        var grid = new ModelGrid(preprocessing, image);

        var mask = TrainingScan.Of("scan", PreparedScan.Of(image, preprocessing), Scan.Label).Mask!;

        Assert.Equal(grid.Bring(image).Voxels.Select(share => share > 0.5f ? (byte)1 : (byte)0), mask);
        Assert.Contains((byte)1, mask);
    }
}
