using Sassnet.Model.Inference;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public class LabelDrawingTests
{
    // Less than a vector, some more than whole ones, and more than a thread takes at once.
    public static TheoryData<int, int, int> Grids => new() { { 1, 1, 1 }, { 5, 3, 1 }, { 31, 17, 11 }, { 67, 65, 63 } };

    [Theory]
    [MemberData(nameof(Grids))]
    public void Every_voxel_gets_the_likeliest_label_above_the_threshold(int x, int y, int z)
    {
        var (size, random) = (new GridSize(x, y, z), new Random(x));
        byte[] labels = [3, 200, 1];

        // A few values, so that many are equal to one another and to the threshold.
        var maps = labels.Select(_ => Enumerable.Range(0, (int)size.Count).Select(_ => random.Next(9) / 8f).ToArray()).ToArray();
        for (var count = 1; count <= labels.Length; count++)
        {
            var drawn = LabelDrawing.Of([.. maps.Take(count).Select(map => Map(size, map))], 0.5f, labels[..count]).Labels;
            for (var i = 0; i < drawn.Length; i++)
            {
                var likeliest = Enumerable.Range(0, count).OrderByDescending(label => maps[label][i]).First();
                if (drawn[i] != (maps[likeliest][i] > 0.5f ? labels[likeliest] : 0))
                    Assert.Fail($"Of {count} labels voxel {i} has {drawn[i]}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void Agreement_counts_every_voxel_once(int x, int y, int z)
    {
        var (size, random) = (new GridSize(x, y, z), new Random(y));
        var probability = Enumerable.Range(0, (int)size.Count).Select(_ => random.Next(9) / 8f).ToArray();
        var sdm = Array.ConvertAll(probability, _ => random.Next(-4, 5) / 4f);
        (probability[0], sdm[0]) = (1, -1);
        var (probable, inside) = (probability.Select(value => value > 0.5f).ToArray(), sdm.Select(value => value < 0).ToArray());

        var (_, figures) = Measurement.Of([new RestoredMaps(Map(size, probability), Map(size, sdm))], new SegmentationRequest(), [new Label(1, "test")]);

        var both = probable.Zip(inside, (one, other) => one && other).Count(agrees => agrees);
        Assert.Equal(2.0 * both / (probable.Count(is1 => is1) + inside.Count(is1 => is1)), figures[0].HeadAgreement, 1e-12);
    }

    private static Volume Map(GridSize size, float[] voxels) => new(size, voxels, Affine.Scaling(VoxelSize.Unit));
}
