using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference.Passes;

public sealed class MirroredInferenceTests
{
    // Padded by as much before as after, so that a mirrored volume lies in its padding as the volume does.
    private static readonly GridSize Size = new(28, 22, 16);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void It_is_the_mean_of_the_volume_and_its_mirror_images_each_brought_back(int batch)
    {
        manual_seed(1);
        using var network = new VNet(2);
        using var folded = new FoldedVNet(network, ScalarType.Float32, CPU);
        var random = new Random(2);
        float[] voxels = [.. Enumerable.Range(0, (int)Size.Count).Select(_ => random.NextSingle() - 0.5f)];
        var (probability, sdm) = (new float[voxels.Length], new float[voxels.Length]);
        foreach (var (x, y) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
        {
            var maps = TiledInference.Run(folded, Mirrored(voxels, x, y), TileGrid.OnePass(Size), CancellationToken.None);
            Add(probability, Mirrored(maps[0].Probability, x, y));
            Add(sdm, Mirrored(maps[0].Sdm, x, y));
        }

        var told = new List<double>();
        var mean = MirroredInference.Mean(folded, voxels, Size, batch, CancellationToken.None, new Told(told));
        Assert.Equal(probability, mean[0].Probability, (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.Equal(sdm, mean[0].Sdm, (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.Equal(1, told[^1]);
        Assert.Equal((int)Math.Ceiling(4.0 / batch), told.Count);
        Assert.NotEqual(TiledInference.Run(folded, voxels, TileGrid.OnePass(Size), CancellationToken.None)[0].Probability, mean[0].Probability);
    }

    private static float[] Mirrored(float[] voxels, bool x, bool y)
    {
        var mirrored = new float[voxels.Length];
        for (var k = 0; k < Size.Z; k++)
        {
            for (var j = 0; j < Size.Y; j++)
            {
                for (var i = 0; i < Size.X; i++)
                    mirrored[Size.IndexOf(i, j, k)] = voxels[Size.IndexOf(x ? Size.X - 1 - i : i, y ? Size.Y - 1 - j : j, k)];
            }
        }

        return mirrored;
    }

    private static void Add(float[] sums, float[] map)
    {
        for (var i = 0; i < sums.Length; i++)
            sums[i] += map[i] / 4;
    }

    private sealed class Told(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }
}
