using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>The way of one volume to the orientation and voxel size a model was trained on, and of the model's maps back to the volume's grid.</summary>
internal sealed class ModelSpace
{
    /// <summary>The most voxels a volume may have at the model's voxel size: 2^26, which is 400 per axis.</summary>
    public const long MaxVoxels = 1 << 26;

    private readonly Reorientation _reorientation;
    private readonly VoxelSize _spacing;
    private bool _isResampled;

    /// <summary>Prepares the way.</summary>
    /// <exception cref="InvalidVolumeException">At the model's voxel size the volume would have more than <see cref="MaxVoxels"/> voxels.</exception>
    public ModelSpace(PreprocessingSpecification model, Volume input)
    {
        _spacing = new VoxelSize(model.SpacingMm[0], model.SpacingMm[1], model.SpacingMm[2]);
        _reorientation = new Reorientation(input.Size, input.Affine, Orientation.Parse(model.Orientation));
        var from = _reorientation.TargetAffine.VoxelSize;
        Size = Resampler.SizeAt(_reorientation.TargetSize, from, _spacing);

        // In floating point: the product of three sides can exceed a long.
        var voxels = (double)Size.X * Size.Y * Size.Z;
        if (voxels > MaxVoxels)
            throw TooFine(input, voxels);
    }

    /// <summary>The volume's grid in the model's orientation and voxel size.</summary>
    public GridSize Size { get; }

    /// <summary>Brings the volume to the model's orientation.</summary>
    public Volume Reorient(Volume input) => _reorientation.Apply(input);

    /// <summary>Brings a reoriented volume to the model's voxel size; the volume itself where it has it.</summary>
    public Volume Resample(Volume reoriented)
    {
        var resampled = Resampler.Resample(reoriented, _spacing);
        _isResampled = !ReferenceEquals(resampled, reoriented);
        return resampled;
    }

    /// <summary>Brings a map on the model's grid back to the volume's own grid, by linear interpolation.</summary>
    public Volume Restore(float[] map)
    {
        var (size, affine) = (_reorientation.TargetSize, _reorientation.TargetAffine);
        var voxels = _isResampled ? Resampler.Resample(map, Size, _spacing, size, affine.VoxelSize) : map;
        return _reorientation.Undo(new Volume(size, voxels, affine));
    }

    private InvalidVolumeException TooFine(Volume input, double voxels)
    {
        var (size, edges) = (input.Size, input.VoxelSize);
        return new InvalidVolumeException(
            InvalidVolumeKind.NotServable,
            "geometry",
            FormattableString.Invariant($"The grid of {size} voxels of {edges.X:G4} x {edges.Y:G4} x {edges.Z:G4} mm would have {voxels:G4} voxels at the model's voxel size of ")
            + FormattableString.Invariant($"{_spacing.X:G4} x {_spacing.Y:G4} x {_spacing.Z:G4} mm; at most {MaxVoxels} are accepted. Check the voxel size, or crop the volume."));
    }
}
