namespace Sassnet.Model.Morphology;

/// <summary>Which voxels a distance is measured to.</summary>
internal enum DistanceTarget
{
    /// <summary>Voxels that are not 0.</summary>
    Foreground,

    /// <summary>Voxels that are 0.</summary>
    Background,
}
