using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Preprocessing;

/// <summary>
/// The grid a network sees of one volume: its field of view in the orientation and voxel size the network was trained on. Brings volumes and labels of
/// the volume's grid there, and the network's maps back.
/// </summary>
public sealed class ModelGrid
{
    /// <summary>The most voxels a volume may have at the model's voxel size: 2^26, which is 400 per axis.</summary>
    public const long MaxVoxels = 1 << 26;

    private readonly GridSize _inputSize;
    private readonly Affine _inputAffine;
    private readonly Reorientation _reorientation;
    private readonly VoxelSize _spacing;
    private readonly bool _isResampled;
    private readonly Affine _affine;

    /// <summary>Lays the grid over a volume, which is not kept.</summary>
    /// <exception cref="InvalidVolumeException">At the model's voxel size the volume would have more than <see cref="MaxVoxels"/> voxels.</exception>
    public ModelGrid(PreprocessingSpecification model, Volume input)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(input);
        _spacing = new VoxelSize(model.SpacingMm[0], model.SpacingMm[1], model.SpacingMm[2]);
        (_inputSize, _inputAffine) = (input.Size, input.Affine);
        FieldOfView = Preprocessing.FieldOfView.Of(input);
        _reorientation = new Reorientation(FieldOfView.Size, FieldOfView.Moved(input.Affine), Orientation.Parse(model.Orientation));
        var (size, edges) = (_reorientation.TargetSize, _reorientation.TargetAffine.VoxelSize);
        _isResampled = !Resampler.Keeps(size, edges, _spacing);
        Size = Resampler.SizeAt(size, edges, _spacing);

        // In floating point: the product of three sides can exceed a long.
        var voxels = (double)Size.X * Size.Y * Size.Z;
        if (voxels > MaxVoxels)
            throw TooFine(input, voxels);
        _affine = _isResampled ? Resampler.Moved(_reorientation.TargetAffine, size, edges, Size, _spacing) : _reorientation.TargetAffine;
    }

    /// <summary>What of the volume's grid was imaged (<see cref="Preprocessing.FieldOfView"/>).</summary>
    public GridBox FieldOfView { get; }

    /// <summary>The edges of the volume's voxels in millimetres, along X, Y, Z of the model's orientation.</summary>
    public VoxelSize InputVoxelSize => _reorientation.TargetAffine.VoxelSize;

    /// <summary>The extent in millimetres of what was imaged, along X, Y, Z of the model's orientation.</summary>
    public IReadOnlyList<double> ExtentMm => [.. Enumerable.Range(0, 3).Select(axis => _reorientation.TargetSize[axis] * InputVoxelSize[axis])];

    /// <summary>How many voxels the network sees.</summary>
    public GridSize Size { get; }

    /// <summary>Brings the volume that the grid was laid over to it: its field of view turned and resampled, in a new array.</summary>
    /// <exception cref="ArgumentException">The volume is of another size.</exception>
    public Volume Bring(Volume input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Size != _inputSize)
            throw new ArgumentException($"This grid was laid over a volume of {_inputSize}; got {input.Size}.", nameof(input));
        var (along, voxels) = (_reorientation.Undo(Size), GC.AllocateUninitializedArray<float>((int)Size.Count));
        var axes = new GridResampling(Along(0), Along(1), Along(2));
        axes.Run(input.Voxels, _inputSize, FieldOfView, voxels, along, GridBox.Whole(along));
        return new Volume(Size, _reorientation.Reorder(voxels, along), _affine);

        AxisWeights Along(int axis) => AxisWeights.Between(FieldOfView.Size[axis], along[axis], Step(axis), _reorientation.IsMirrored(axis));
    }

    /// <summary>Brings labels on the volume's grid there: where more than half of a voxel is labelled, the label that has the most of it, else 0.</summary>
    public byte[] Bring(LabelMap labels)
    {
        var reoriented = _reorientation.Apply(FieldOfView.Apply(labels));
        return Resampler.Resample(reoriented.Labels, reoriented.Size, reoriented.VoxelSize, Size, _isResampled ? _spacing : reoriented.VoxelSize);
    }

    /// <summary>Brings a map back to the volume's own grid, by linear interpolation.</summary>
    /// <param name="map">One value per voxel of this grid, X fastest.</param>
    /// <param name="outside">The value outside the field of view.</param>
    public Volume Restore(float[] map, float outside)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Length != Size.Count)
            throw new ArgumentException($"The grid of {Size} has {Size.Count} voxels; got {map.Length}.", nameof(map));
        var (along, voxels) = (_reorientation.Undo(Size), GC.AllocateUninitializedArray<float>((int)_inputSize.Count));
        if (FieldOfView.Size != _inputSize)
            voxels.AsSpan().Fill(outside);
        var axes = new GridResampling(Along(0), Along(1), Along(2));
        axes.Run(_reorientation.UndoOrder(map, Size), along, GridBox.Whole(along), voxels, _inputSize, FieldOfView);
        return new Volume(_inputSize, voxels, _inputAffine);

        AxisWeights Along(int axis) => AxisWeights.Between(along[axis], FieldOfView.Size[axis], 1 / Step(axis), _reorientation.IsMirrored(axis));
    }

    // A voxel of this grid along an axis of the volume, in the volume's voxels.
    private double Step(int axis) => _isResampled ? _reorientation.Undo(_spacing)[axis] / _reorientation.SourceAffine.VoxelSize[axis] : 1;

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
