using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>What the label of a case says, as it was read.</summary>
/// <param name="Numbers">The structures by their numbers, counted from 1; 0 where there is none.</param>
/// <param name="OtherValues">The values of voxels that are of no structure, which makes them background, each once; without 0.</param>
/// <param name="Warnings">What is odd about the label's file.</param>
public sealed record CaseStructures(LabelMap Numbers, IReadOnlyCollection<float> OtherValues, IReadOnlyList<Warning> Warnings);
