namespace Sassnet.Training.Data;

/// <summary>A voxel of a structure in a scan.</summary>
/// <param name="Number">The structure's number, counted from 1.</param>
/// <param name="X">Its place along the scan's first axis.</param>
/// <param name="Y">Its place along the second.</param>
/// <param name="Z">Its place along the third.</param>
public readonly record struct StructureVoxel(byte Number, int X, int Y, int Z);
