using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>
/// The way of one volume's field of view to the orientation and voxel size a model was trained on, and of the model's maps back to the volume's grid.
/// </summary>
internal sealed class ModelSpace
{
    /// <summary>The most voxels a volume may have at the model's voxel size: 2^26, which is 400 per axis.</summary>
    public const long MaxVoxels = 1 << 26;

    private readonly GridSize _inputSize;
    private readonly Affine _inputAffine;
    private readonly Framing _fieldOfView;
    private readonly Reorientation _reorientation;
    private readonly VoxelSize _spacing;
    private bool _isResampled;

    /// <summary>Prepares the way.</summary>
    /// <exception cref="InvalidVolumeException">At the model's voxel size the volume would have more than <see cref="MaxVoxels"/> voxels.</exception>
    public ModelSpace(PreprocessingSpecification model, Volume input)
    {
        _spacing = new VoxelSize(model.SpacingMm[0], model.SpacingMm[1], model.SpacingMm[2]);
        (_inputSize, _inputAffine) = (input.Size, input.Affine);
        _fieldOfView = FieldOfView.Of(input);
        _reorientation = new Reorientation(_fieldOfView.Size, _fieldOfView.Moved(input.Affine), Orientation.Parse(model.Orientation));
        var from = _reorientation.TargetAffine.VoxelSize;
        Size = Resampler.SizeAt(_reorientation.TargetSize, from, _spacing);

        // In floating point: the product of three sides can exceed a long.
        var voxels = (double)Size.X * Size.Y * Size.Z;
        if (voxels > MaxVoxels)
            throw TooFine(input, voxels);
    }

    /// <summary>The grid of the volume's field of view in the model's orientation and voxel size.</summary>
    public GridSize Size { get; }

    /// <summary>Brings the volume's field of view to the model's orientation; the volume itself where nothing moves.</summary>
    public Volume Reorient(Volume input) => _reorientation.Apply(_fieldOfView.Apply(input, padding: 0));

    /// <summary>Brings a reoriented volume to the model's voxel size; the volume itself where it has it.</summary>
    public Volume Resample(Volume reoriented)
    {
        var resampled = Resampler.Resample(reoriented, _spacing);
        _isResampled = !ReferenceEquals(resampled, reoriented);
        return resampled;
    }

    /// <summary>Brings the probability, 0 outside the field of view, back to the volume's own grid, by linear interpolation.</summary>
    public Volume RestoreProbability(float[] map) => Restore(map, outside: 0);

    /// <summary>Brings the signed distance map, 1 (as far outside as it goes) outside the field of view, back likewise.</summary>
    public Volume RestoreSdm(float[] map) => Restore(map, outside: 1);

    private Volume Restore(float[] map, float outside)
    {
        var (size, affine) = (_reorientation.TargetSize, _reorientation.TargetAffine);
        var voxels = _isResampled ? Resampler.Resample(map, Size, _spacing, size, affine.VoxelSize) : map;
        var seen = _reorientation.Undo(new Volume(size, voxels, affine));
        return new Volume(_inputSize, _fieldOfView.Back(_inputSize).Apply(seen, outside).Voxels, _inputAffine);
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
