namespace Sassnet.GpuProof;

/// <summary>What a part came to: a row of the table.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Limit">What is accepted; empty where nothing is asked.</param>
/// <param name="IsMet">Whether it is.</param>
/// <param name="PeakBytes">The most memory that the part took.</param>
internal sealed record ProofRow(string Work, string Result, string Limit, bool IsMet, long PeakBytes = 0);

/// <summary>One thing to prove or to measure, in a process of its own: memory that one part took would count for the next, and one that fails spoils no other.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Run">Does it.</param>
internal sealed record ProofPart(string Name, Func<ProofSettings, ProofRow> Run);
