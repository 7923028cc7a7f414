using Sassnet.Model.Volumes;
using Sassnet.Training.Seeds;

namespace Sassnet.Training.Phantoms;

/// <summary>A synthetic scan and its truth, on one grid.</summary>
/// <param name="Image">The scan: whole numbers from 0 that fit 16 signed bits, as scanners store them.</param>
/// <param name="Label">1 in the atrium and the stumps of its veins, 2 in the left ventricle where it is asked for, 0 elsewhere.</param>
public sealed record Phantom(Volume Image, LabelMap Label);

/// <summary>
/// Makes synthetic contrast-enhanced cardiac scans with known truth. A seed and options give the same voxels on every machine, whatever its
/// number of cores: every slice draws its noise from its own stream, and only exactly rounded operations are used.
/// </summary>
public static class PhantomGenerator
{
    private const double TextureReach = 0.12;

    // Noise streams are numbered by slice from here; lower numbers are for what the whole scan shares.
    private const ulong FirstNoiseStream = 16;

    /// <summary>Makes the phantom of a seed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static Phantom Generate(ulong seed, PhantomOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();

        var random = new RandomNumbers(seed);
        var (size, spacing) = DrawGrid(random, options);
        var extent = new Point(size.X * spacing.X, size.Y * spacing.Y, size.Z * spacing.Z);
        var pose = Pose.Draw(random, options, extent);
        var anatomy = Anatomy.Draw(random);
        var bias = new BiasField(random, options.MaxBias);
        var texture = new Texture(random, TextureReach);
        var noise = random.Uniform(options.MinNoise, options.MaxNoise);

        // Uniform in 1/brightness: scanners' scales span an order of magnitude.
        var gain = 1 / random.Uniform(1 / options.MaxBrightness, 1 / options.MinBrightness);
        var edge = (spacing.X + spacing.Y + spacing.Z) / 3 / pose.Scale;

        var voxels = new float[size.Count];
        var labels = new byte[size.Count];
        Parallel.For(0, size.Z, z =>
        {
            var slice = new RandomNumbers(seed, FirstNoiseStream + (ulong)z);
            var index = size.IndexOf(0, 0, z);
            for (var y = 0; y < size.Y; y++)
            {
                for (var x = 0; x < size.X; x++, index++)
                {
                    // Positions from the grid's centre, first as a fraction of the field of view in (−1, 1).
                    var fraction = new Point(((2.0 * x) + 1) / size.X - 1, ((2.0 * y) + 1) / size.Y - 1, ((2.0 * z) + 1) / size.Z - 1);
                    var position = new Point(fraction.X * extent.X / 2, fraction.Y * extent.Y / 2, fraction.Z * extent.Z / 2);
                    var (brightness, chamber) = anatomy.At(pose.ToHeart(position), edge);
                    var signal = brightness * (1 + texture.At(position)) * bias.At(fraction);
                    voxels[index] = (float)Math.Round(gain * Rician(slice, signal, noise));
                    labels[index] = chamber == Chamber.LeftVentricle && !options.Ventricle ? (byte)0 : (byte)chamber;
                }
            }
        });

        var affine = new Affine([
            spacing.X, 0, 0, -spacing.X * (size.X - 1) / 2,
            0, spacing.Y, 0, -spacing.Y * (size.Y - 1) / 2,
            0, 0, spacing.Z, -spacing.Z * (size.Z - 1) / 2,
        ]);
        return new Phantom(new Volume(size, voxels, affine), new LabelMap(size, labels, affine));
    }

    private static (GridSize Size, VoxelSize Spacing) DrawGrid(RandomNumbers random, PhantomOptions options)
    {
        var reach = options.GridVariation;
        var size = new GridSize(Vary(options.Grid.X), Vary(options.Grid.Y), Vary(options.Grid.Z));
        var inPlane = 1 + random.Symmetric(options.VoxelSizeVariation);
        var across = 1 + random.Symmetric(options.VoxelSizeVariation);
        return (size, new VoxelSize(options.VoxelSize.X * inPlane, options.VoxelSize.Y * inPlane, options.VoxelSize.Z * across));

        int Vary(int voxels) => Math.Max(PhantomOptions.MinAxis, (int)Math.Round(voxels * (1 + random.Symmetric(reach))));
    }

    // The magnitude of a complex signal with independent normal noise in both channels (Gudbjartsson and Patz, MRM 1995).
    private static double Rician(RandomNumbers random, double signal, double deviation)
    {
        var real = signal + (deviation * random.NextNormal());
        var imaginary = deviation * random.NextNormal();
        return Math.Sqrt((real * real) + (imaginary * imaginary));
    }
}
