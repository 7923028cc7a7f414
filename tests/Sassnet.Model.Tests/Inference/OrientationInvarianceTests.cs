using Sassnet.Model.Inference;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public class OrientationInvarianceTests
{
    private static readonly string[] Pairs = ["RL", "AP", "SI"];

    [Fact]
    public void However_a_scan_is_stored_the_same_place_in_the_patient_gets_the_same_answer()
    {
        using var package = TemporaryPackage.Random(preprocessing: new PreprocessingSpecification([1.2, 1, 1.4], "RAS", Normalisation.ZScore));
        using var segmenter = package.Load();
        var scan = Scans.Ellipsoid(new GridSize(26, 22, 15), new VoxelSize(1, 1.1, 1.9));
        var expected = segmenter.Segment(scan, new SegmentationRequest(), TestContext.Current.CancellationToken);
        var threshold = expected.Maps[0].Probability.Voxels.Order().ElementAt(expected.Maps[0].Probability.Voxels.Length / 2);

        foreach (var code in Codes())
        {
            var stored = new Reorientation(scan.Size, scan.Affine, Orientation.Parse(code)).Apply(scan);
            var result = segmenter.Segment(stored, new SegmentationRequest(Threshold: threshold), TestContext.Current.CancellationToken);

            Assert.Equal(stored.Affine, result.Segmentation.Affine);
            var back = new Reorientation(stored.Size, stored.Affine, Orientation.Of(scan.Affine));
            var probability = back.Apply(result.Maps[0].Probability).Voxels;
            Assert.InRange(probability.Zip(expected.Maps[0].Probability.Voxels, (seen, value) => Math.Abs(seen - value)).Max(), 0, 1e-6f);
            Assert.InRange(back.Apply(result.Maps[0].Sdm).Voxels.Zip(expected.Maps[0].Sdm.Voxels, (seen, value) => Math.Abs(seen - value)).Max(), 0, 1e-6f);
        }
    }

    /// <summary>The 48 orientations: six orders of the axes, eight combinations of directions.</summary>
    private static List<string> Codes()
    {
        var codes = (from x in Enumerable.Range(0, 3)
                     from y in Enumerable.Range(0, 3)
                     from z in Enumerable.Range(0, 3)
                     where x != y && y != z && x != z
                     from flips in Enumerable.Range(0, 8)
                     select string.Concat(Pairs[x].AsSpan(flips & 1, 1), Pairs[y].AsSpan((flips >> 1) & 1, 1), Pairs[z].AsSpan(flips >> 2, 1))).ToList();
        Assert.Equal(48, codes.Distinct().Count());
        return codes;
    }
}
