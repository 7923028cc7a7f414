using Sassnet.Model.Packages;
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
        var frame = new Framing((-4, -9, 0), new GridSize(size.X + 8, size.Y + 9, size.Z + 7));

        var expected = TrainingScan.Prepare("scan", Scan.Image, Scan.Label, preprocessing);
        var padded = TrainingScan.Prepare("scan", frame.Apply(Scan.Image, padding: -300), frame.Apply(Scan.Label), preprocessing);

        Assert.Equal((expected.Size, expected.Affine), (padded.Size, padded.Affine));
        Assert.Equal(expected.Image, padded.Image);
        Assert.Equal(expected.Mask, padded.Mask);
    }
}
