namespace Sassnet.Training.Preparation.Raw;

/// <summary>A file that has one structure of a case: 0 and one other value.</summary>
/// <param name="Name">The structure, as the file is called without extension.</param>
/// <param name="Path">The file.</param>
/// <param name="Value">What its voxels are in the case's label; 0 where nothing has said that it is in it.</param>
public sealed record StructureMask(string Name, string Path, int Value = 0);
