namespace Sassnet.Model.Volumes;

/// <summary>The edge lengths of a voxel in millimetres; finite and greater than zero.</summary>
public readonly record struct VoxelSize
{
    /// <summary>Makes a voxel size from three lengths in millimetres.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A length is not finite or not greater than zero.</exception>
    public VoxelSize(double x, double y, double z)
    {
        X = Checked(x, nameof(x));
        Y = Checked(y, nameof(y));
        Z = Checked(z, nameof(z));
    }

    /// <summary>One voxel as the unit of length: distances come out in voxels.</summary>
    public static VoxelSize Unit { get; } = new(1, 1, 1);

    /// <summary>Length along X in millimetres.</summary>
    public double X { get; }

    /// <summary>Length along Y in millimetres.</summary>
    public double Y { get; }

    /// <summary>Length along Z in millimetres.</summary>
    public double Z { get; }

    /// <summary>The volume of one voxel in mm³.</summary>
    public double Volume => X * Y * Z;

    /// <summary>The length along one axis: 0 is X, 1 is Y, 2 is Z.</summary>
    public double this[int axis] => axis switch
    {
        0 => X,
        1 => Y,
        2 => Z,
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "An axis is 0, 1 or 2."),
    };

    private static double Checked(double value, string name) => double.IsFinite(value) && value > 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A voxel size is a finite number of millimetres greater than 0.");
}
