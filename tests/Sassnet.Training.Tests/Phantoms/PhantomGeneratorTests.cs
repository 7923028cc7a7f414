using System.Buffers.Binary;
using System.Security.Cryptography;
using Sassnet.Model.Volumes;
using Sassnet.Training.Phantoms;
using Xunit;

namespace Sassnet.Training.Tests.Phantoms;

public sealed class PhantomGeneratorTests
{
    private static readonly PhantomOptions Small = new() { Grid = new(48, 48, 32), VoxelSize = new(2.5, 2.5, 2.5) };

    private static readonly Phantom[] Sample = [.. Enumerable.Range(0, 16).Select(seed => PhantomGenerator.Generate((ulong)seed, Small))];

    [Fact]
    public void Recorded_seed_gives_the_recorded_voxels_on_any_machine()
    {
        Assert.Equal("948c0f1e6b6f339a47bc7a32d2bf815d0f86700a9ea5bdb32b2af02939b394b7", Digest(Sample[7]));
    }

    [Fact]
    public void Seeds_differ_and_a_seed_repeats()
    {
        Assert.Equal(Digest(Sample[1]), Digest(PhantomGenerator.Generate(1, Small)));
        Assert.Equal(Sample.Length, Sample.Select(Digest).Distinct().Count());
    }

    [Fact]
    public void Voxels_are_whole_numbers_that_fit_sixteen_bits()
    {
        var brightest = PhantomGenerator.Generate(0, Small with { MaxBrightness = 7000, MinBrightness = 7000, MaxNoise = 0.3, MinNoise = 0.3, MaxBias = 0.99 });
        foreach (var phantom in Sample.Append(brightest))
            Assert.DoesNotContain(phantom.Image.Voxels, voxel => voxel is not (>= 0 and <= short.MaxValue) || !float.IsInteger(voxel));
    }

    [Fact]
    public void Image_and_label_share_the_grid_and_its_centre_is_the_origin()
    {
        var options = Small with { Grid = new(40, 36, 20), VoxelSize = new(1.5, 1.5, 3) };
        var phantom = PhantomGenerator.Generate(3, options);
        Assert.Equal(options.Grid, phantom.Image.Size);
        Assert.Equal(options.Grid, phantom.Label.Size);
        Assert.Equal(options.VoxelSize, phantom.Image.VoxelSize);
        Assert.Equal(phantom.Image.Affine, phantom.Label.Affine);
        Assert.Equal((0, 0, 0), phantom.Image.Affine.Apply(19.5, 17.5, 9.5));
    }

    [Fact]
    public void Label_is_one_chamber_of_plausible_volume_inside_the_scan()
    {
        foreach (var phantom in Sample)
        {
            var millilitres = phantom.Label.Labels.Count(label => label == 1) * phantom.Label.VoxelSize.Volume / 1000;
            Assert.InRange(millilitres, 15, 90);
            Assert.DoesNotContain(phantom.Label.Labels, label => label > 1);
        }
    }

    [Fact]
    public void Atrium_lies_low_in_some_scans_and_high_in_others()
    {
        var heights = Sample.Select(phantom => MeanZ(phantom.Label)).ToList();
        Assert.True(heights.Min() < 13, $"The lowest atrium is centred at slice {heights.Min():F1} of 32.");
        Assert.True(heights.Max() > 19, $"The highest atrium is centred at slice {heights.Max():F1} of 32.");
    }

    [Fact]
    public void No_threshold_on_brightness_finds_the_atrium()
    {
        Assert.All(Sample, phantom => Assert.InRange(BestThresholdDice(phantom), 0, 0.7));
    }

    [Fact]
    public void Atrium_is_brighter_than_its_surroundings_on_average()
    {
        foreach (var phantom in Sample)
        {
            var pairs = phantom.Image.Voxels.Zip(phantom.Label.Labels).ToList();
            var inside = pairs.Where(pair => pair.Second == 1).Average(pair => pair.First);
            var outside = pairs.Where(pair => pair.Second == 0).Average(pair => pair.First);
            Assert.True(inside > 1.3 * outside, $"{inside:F0} inside, {outside:F0} outside.");
        }
    }

    [Fact]
    public void Grid_and_voxel_size_vary_within_the_fractions_asked_for()
    {
        var options = Small with { GridVariation = 0.25, VoxelSizeVariation = 0.2 };
        var phantoms = Enumerable.Range(0, 12).Select(seed => PhantomGenerator.Generate((ulong)seed, options).Image).ToList();
        Assert.All(phantoms, image => Assert.InRange(image.Size.X, 36, 60));
        Assert.All(phantoms, image => Assert.InRange(image.VoxelSize.Z, 2, 3));
        Assert.All(phantoms, image => Assert.Equal(image.VoxelSize.X, image.VoxelSize.Y));
        Assert.True(phantoms.Select(image => image.Size).Distinct().Count() > 6);
        Assert.True(phantoms.Select(image => image.VoxelSize).Distinct().Count() > 6);
    }

    private static string Digest(Phantom phantom)
    {
        var bytes = new byte[(phantom.Image.Voxels.Length * 2) + phantom.Label.Labels.Length];
        for (var voxel = 0; voxel < phantom.Image.Voxels.Length; voxel++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * voxel), (short)phantom.Image.Voxels[voxel]);
        phantom.Label.Labels.CopyTo(bytes.AsSpan(phantom.Image.Voxels.Length * 2));
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private static double MeanZ(LabelMap label)
    {
        var slice = label.Size.X * label.Size.Y;
        return Enumerable.Range(0, label.Labels.Length).Where(index => label.Labels[index] == 1).Average(index => index / slice);
    }

    private static double BestThresholdDice(Phantom phantom)
    {
        var byBrightness = phantom.Image.Voxels.Zip(phantom.Label.Labels).OrderByDescending(pair => pair.First).ToList();
        var labelled = phantom.Label.Labels.Count(label => label == 1);
        var (found, best) = (0, 0.0);
        for (var taken = 1; taken <= byBrightness.Count; taken++)
        {
            found += byBrightness[taken - 1].Second;
            best = Math.Max(best, 2.0 * found / (taken + labelled));
        }

        return best;
    }
}
