namespace Sassnet.Training.Data;

/// <summary>What reading every labelled case once has told.</summary>
/// <param name="Cases">The cases, each with the structures in its label.</param>
/// <param name="OtherValues">The values of labels that are of no structure, which makes them background, each with the number of cases that have it.</param>
/// <param name="Warnings">What is odd about the files, in sentences that begin with the case's name.</param>
public sealed record UsableCases(IReadOnlyList<LabelledCase> Cases, IReadOnlyDictionary<float, int> OtherValues, IReadOnlyList<string> Warnings);
