using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Seeds;

namespace Sassnet.Training.Data;

/// <summary>Changes the intensities of a crop: noise, blur and contrast, in nnU-Net's order, then gamma, gain and shift.</summary>
/// <param name="options">The ranges.</param>
internal sealed class IntensityAugmentation(AugmentationOptions options)
{
    private const double NarrowestBlur = 1.0 / 3;

    /// <summary>Changes a crop.</summary>
    /// <param name="image">Its intensities, which may be changed.</param>
    /// <param name="size">Its grid.</param>
    /// <param name="random">Where every choice comes from.</param>
    public float[] Apply(float[] image, GridSize size, Random random)
    {
        if (Chance.Of(options.Noise, options.NoiseProbability, random))
            AddNoise(image, options.Noise * Math.Sqrt(random.NextDouble()), random);
        if (Chance.Of(options.Blur, options.BlurProbability, random))
            image = GaussianBlur.Apply(image, size, options.Blur * (NarrowestBlur + ((1 - NarrowestBlur) * random.NextDouble())));
        if (Chance.Of(options.Contrast, options.ContrastProbability, random))
            ChangeContrast(image, (float)Chance.Factor(options.Contrast, random));
        if (Chance.Of(options.Gamma, options.GammaProbability, random))
            RaiseToPower(image, (float)Chance.Factor(options.Gamma, random));
        if (Chance.Of(Math.Max(options.Gain, options.Shift), options.BrightnessProbability, random))
            ChangeBrightness(image, (float)Chance.Factor(options.Gain, random), (float)(Chance.Symmetric(random) * options.Shift));
        return image;
    }

    private static void AddNoise(float[] image, double deviation, Random random)
    {
        var numbers = new RandomNumbers((ulong)random.NextInt64());
        foreach (ref var voxel in image.AsSpan())
            voxel += (float)(deviation * numbers.NextNormal());
    }

    private static void ChangeContrast(float[] image, float factor)
    {
        var (low, high, mean) = (image.Min(), image.Max(), (float)image.Average(voxel => (double)voxel));
        foreach (ref var voxel in image.AsSpan())
            voxel = Math.Clamp(mean + ((voxel - mean) * factor), low, high);
    }

    private static void RaiseToPower(float[] image, float exponent)
    {
        var (low, high) = (image.Min(), image.Max());
        var range = high - low;
        if (range == 0)
            return;
        foreach (ref var voxel in image.AsSpan())
            voxel = low + (range * MathF.Pow((voxel - low) / range, exponent));
    }

    private static void ChangeBrightness(float[] image, float gain, float shift)
    {
        foreach (ref var voxel in image.AsSpan())
            voxel = (voxel * gain) + shift;
    }
}
