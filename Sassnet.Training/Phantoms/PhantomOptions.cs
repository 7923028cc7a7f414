using Sassnet.Model.Volumes;

namespace Sassnet.Training.Phantoms;

/// <summary>What a phantom scan looks like and how much phantoms of different seeds differ. The defaults make a scan of 120 × 120 × 80 mm.</summary>
public sealed record PhantomOptions
{
    /// <summary>The fewest voxels along any axis.</summary>
    public const int MinAxis = 16;

    /// <summary>The most voxels along any axis.</summary>
    public const int MaxAxis = 640;

    /// <summary>Voxels along each axis, from <see cref="MinAxis"/> to <see cref="MaxAxis"/>.</summary>
    public GridSize Grid { get; init; } = new(96, 96, 64);

    /// <summary>The voxel's edges in millimetres.</summary>
    public VoxelSize VoxelSize { get; init; } = new(1.25, 1.25, 1.25);

    /// <summary>Each axis' number of voxels is drawn within ± this fraction of <see cref="Grid"/>; 0 ≤ value ≤ 0.5.</summary>
    public double GridVariation { get; init; }

    /// <summary>The voxel size is drawn within ± this fraction, in plane and across slices separately; 0 ≤ value ≤ 0.5.</summary>
    public double VoxelSizeVariation { get; init; }

    /// <summary>The smallest size of the heart against its mean, above 0.</summary>
    public double MinScale { get; init; } = 0.85;

    /// <summary>The largest size of the heart against its mean, at least <see cref="MinScale"/>.</summary>
    public double MaxScale { get; init; } = 1.15;

    /// <summary>How far the atrium's centre may lie from the grid's, as a fraction of the field of view along each axis; 0 ≤ value ≤ 0.5.</summary>
    public double MaxShift { get; init; } = 0.2;

    /// <summary>How far the heart may be turned about each axis, in degrees; 0 ≤ value ≤ 45.</summary>
    public double MaxRotationDegrees { get; init; } = 20;

    /// <summary>The strongest departure of the coil's sensitivity from 1 over the field of view; 0 ≤ value &lt; 1.</summary>
    public double MaxBias { get; init; } = 0.35;

    /// <summary>The smallest standard deviation of the noise in each channel, as a fraction of blood's brightness; 0 ≤ value ≤ 0.3.</summary>
    public double MinNoise { get; init; } = 0.03;

    /// <summary>The largest standard deviation of the noise, from <see cref="MinNoise"/> to 0.3.</summary>
    public double MaxNoise { get; init; } = 0.10;

    /// <summary>The smallest brightness of blood in the stored integers, above 0.</summary>
    public double MinBrightness { get; init; } = 150;

    /// <summary>The largest brightness of blood in the stored integers; at most 7000, so that every voxel fits 16 signed bits under the most noise and bias.</summary>
    public double MaxBrightness { get; init; } = 1500;

    /// <summary>Whether the left ventricle has a label too; the scan is the same with and without.</summary>
    public bool Ventricle { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message says which.</exception>
    public void Validate()
    {
        for (var axis = 0; axis < 3; axis++)
            Require(Grid[axis] is >= MinAxis and <= MaxAxis, nameof(Grid), Grid, $"from {MinAxis} to {MaxAxis} voxels along each axis");
        Require(GridVariation is >= 0 and <= 0.5, nameof(GridVariation), GridVariation, "from 0 to 0.5");
        Require(VoxelSizeVariation is >= 0 and <= 0.5, nameof(VoxelSizeVariation), VoxelSizeVariation, "from 0 to 0.5");
        Require(MinScale is > 0 and <= 10, nameof(MinScale), MinScale, "above 0 and at most 10");
        Require(MaxScale >= MinScale && MaxScale <= 10, nameof(MaxScale), MaxScale, $"from MinScale ({MinScale}) to 10");
        Require(MaxShift is >= 0 and <= 0.5, nameof(MaxShift), MaxShift, "from 0 to 0.5");
        Require(MaxRotationDegrees is >= 0 and <= 45, nameof(MaxRotationDegrees), MaxRotationDegrees, "from 0 to 45");
        Require(MaxBias is >= 0 and < 1, nameof(MaxBias), MaxBias, "from 0 to below 1");
        Require(MinNoise is >= 0 and <= 0.3, nameof(MinNoise), MinNoise, "from 0 to 0.3");
        Require(MaxNoise >= MinNoise && MaxNoise <= 0.3, nameof(MaxNoise), MaxNoise, $"from MinNoise ({MinNoise}) to 0.3");
        Require(MinBrightness > 0, nameof(MinBrightness), MinBrightness, "above 0");
        Require(MaxBrightness >= MinBrightness && MaxBrightness <= 7000, nameof(MaxBrightness), MaxBrightness, $"from MinBrightness ({MinBrightness}) to 7000");
    }

    private static void Require(bool holds, string name, object value, string accepted)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {accepted}.");
    }
}
