using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>The image of a case as it was read.</summary>
/// <param name="Volume">The scan.</param>
/// <param name="Warnings">What is odd about its file, as an answer about the scan says it too.</param>
public sealed record CaseImage(Volume Volume, IReadOnlyList<Warning> Warnings);
