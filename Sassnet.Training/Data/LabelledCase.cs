namespace Sassnet.Training.Data;

/// <summary>A case with a label, and which of the structures that label has.</summary>
/// <param name="Name">The case's name.</param>
/// <param name="Structures">Their numbers, counted from 1.</param>
public sealed record LabelledCase(string Name, IReadOnlyList<byte> Structures);
