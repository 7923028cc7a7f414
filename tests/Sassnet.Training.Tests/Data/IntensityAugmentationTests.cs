using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public class IntensityAugmentationTests
{
    private static readonly GridSize Size = new(24, 20, 16);
    private static readonly float[] Grey = [.. Enumerable.Repeat(2f, (int)Size.Count)];

    [Fact]
    public void Noise_has_no_mean_and_at_the_most_the_configured_deviation()
    {
        var largest = 0.0;
        for (var seed = 0; seed < 30; seed++)
        {
            var changes = Array.ConvertAll(Apply(new() { Noise = 0.3, NoiseProbability = 1 }, Grey, seed), voxel => voxel - 2.0);
            Assert.InRange(changes.Average(), -0.02, 0.02);
            largest = Math.Max(largest, Math.Sqrt(changes.Average(change => change * change)));
        }

        Assert.InRange(largest, 0.25, 0.31);
    }

    [Fact]
    public void A_point_is_blurred_to_a_gaussian_of_the_deviation_along_every_axis()
    {
        var point = new float[Size.Count];
        point[Size.IndexOf(12, 10, 8)] = 1;
        var blurred = GaussianBlur.Apply(point, Size, 1.2);
        Assert.Equal(1, blurred.Sum(), 1e-4);
        double[] variances = [Variance(i => (i % Size.X) - 12), Variance(i => (i / Size.X % Size.Y) - 10), Variance(i => (i / (Size.X * Size.Y)) - 8)];
        Assert.All(variances, variance => Assert.InRange(variance, 1.38, 1.46));

        double Variance(Func<int, double> distance) => blurred.Select((value, i) => value * distance(i) * distance(i)).Sum();
    }

    [Fact]
    public void Blurring_changes_nothing_where_there_is_nothing_to_blur() =>
        Assert.All(Apply(new() { Blur = 1.5, BlurProbability = 1 }, Grey, 1), voxel => Assert.Equal(2, voxel, 1e-4));

    [Fact]
    public void Contrast_spreads_about_the_mean_and_stays_in_the_range()
    {
        float[] ramp = [.. Enumerable.Range(0, (int)Size.Count).Select(i => (float)i)];
        var slopes = new List<float>();
        for (var seed = 0; seed < 30; seed++)
        {
            var changed = Apply(new() { Contrast = 1, ContrastProbability = 1 }, ramp, seed);
            Assert.InRange(changed.Min(), 0, ramp[^1] / 2);
            Assert.InRange(changed.Max(), ramp[^1] / 2, ramp[^1]);
            Assert.Equal(ramp[^1] / 2, (changed[ramp.Length / 2] + changed[(ramp.Length / 2) - 1]) / 2, 1f);
            slopes.Add(changed[ramp.Length / 2] - changed[(ramp.Length / 2) - 1]);
        }

        Assert.All(slopes, slope => Assert.InRange(slope, 0.49f, 2.01f));
        Assert.Contains(slopes, slope => slope < 0.8f);
        Assert.Contains(slopes, slope => slope > 1.25f);
    }

    private static float[] Apply(AugmentationOptions options, float[] image, int seed) => new IntensityAugmentation(options).Apply([.. image], Size, new Random(seed));
}
