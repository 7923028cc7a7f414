using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Preparation;

/// <summary>What was found in a case; its voxels are not kept.</summary>
/// <param name="Raw">Where it lies.</param>
/// <param name="Faults">One sentence each, with the value seen and what is accepted; empty for a sound case.</param>
/// <param name="Scan">What is known of the scan; null where it cannot be read.</param>
/// <param name="LabelMillilitres">The volume of each structure; null where there is no readable label.</param>
/// <param name="Slices">Three slices with each structure's contour, as PNG files; empty where the scan cannot be read.</param>
public sealed record InspectedCase(RawCase Raw, IReadOnlyList<string> Faults, ScanFacts? Scan, IReadOnlyList<double>? LabelMillilitres, IReadOnlyList<byte[]> Slices)
{
    /// <summary>What is odd but used: one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Of a CT, how many voxels of the structures have each number of Hounsfield units; empty for other scans, and without a label on the scan's grid.</summary>
    public IReadOnlyDictionary<int, long> LabelledHu { get; init; } = new Dictionary<int, long>();

    /// <summary>Equal for scans whose DICOM files have one PatientID; null where there is none. It is compared, and neither shown nor written.</summary>
    internal string? PatientHash { get; init; }

    /// <summary>
    /// The box of each structure in what of the scan was imaged, along right, front, head (<see cref="ScanFacts.Imaged"/>); null for one that is not there; empty where
    /// there is no readable label on the scan's grid.
    /// </summary>
    public IReadOnlyList<GridBox?> LabelBoxes { get; init; } = [];

    /// <summary>
    /// Of each structure, how few of its largest connected components hold all of it but slips; 0 for one that is not there; empty where there is no readable label.
    /// </summary>
    public IReadOnlyList<int> Components { get; init; } = [];

    /// <summary>The case's name.</summary>
    public string Name => Raw.Name;

    /// <summary>Whether it has a label.</summary>
    public bool IsLabelled => Raw.Label is not null;

    /// <summary>The numbers of the structures in its label, counted from 1.</summary>
    public IReadOnlyList<byte> Structures => [.. (LabelMillilitres ?? []).Index().Where(one => one.Item > 0).Select(one => (byte)(one.Index + 1))];

    /// <summary>Whether nothing is wrong with it.</summary>
    public bool IsSound => Faults.Count == 0;
}

/// <summary>Facts of a scan, along the axes right, front, head, whatever the file's own axes are.</summary>
/// <param name="Size">Voxels along each axis.</param>
/// <param name="VoxelSize">Millimetres along each axis.</param>
/// <param name="Orientation">The file's own axes, such as LPS.</param>
/// <param name="Mean">The mean intensity, in the scanner's unit.</param>
/// <param name="Deviation">The intensities' standard deviation.</param>
/// <param name="Minimum">The lowest intensity.</param>
/// <param name="Maximum">The highest intensity.</param>
/// <param name="VoxelHash">Equal for scans of the same voxels in the same order, as the files have them.</param>
public sealed record ScanFacts(
    GridSize Size, VoxelSize VoxelSize, string Orientation, double Mean, double Deviation, double Minimum, double Maximum, UInt128 VoxelHash)
{
    /// <summary>Voxels along each axis of what of it was imaged, which is all that a network is given (<see cref="FieldOfView"/>).</summary>
    public GridSize Imaged { get; init; } = Size;

    /// <summary>Equal for scans of the same voxels on the same grid along the axes right, front, head, in whatever order their files have them.</summary>
    public UInt128 UprightHash { get; init; } = VoxelHash;

    /// <summary>Whether it is a CT, whose intensities are Hounsfield units.</summary>
    public bool IsCt { get; init; }
}
