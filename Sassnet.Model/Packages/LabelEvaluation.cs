namespace Sassnet.Model.Packages;

/// <summary>How well one of a package's several labels did, in <c>evaluation.json</c>; the members mean what they mean there.</summary>
public sealed record LabelEvaluation
{
    /// <summary>The label's value in the package's answers.</summary>
    public required byte Value { get; init; }

    /// <summary>The label's name in the package; absent in files of earlier versions.</summary>
    public string? Name { get; init; }

    /// <summary>How many of the scans have it, which its figures are over; absent where all have.</summary>
    public int? Cases { get; init; }

    /// <inheritdoc cref="PackageEvaluation.Empty"/>
    public required int Empty { get; init; }

    /// <inheritdoc cref="PackageEvaluation.Dice"/>
    public required ScoreStatistics Dice { get; init; }

    /// <inheritdoc cref="PackageEvaluation.Jaccard"/>
    public required ScoreStatistics Jaccard { get; init; }

    /// <inheritdoc cref="PackageEvaluation.Hd95"/>
    public ScoreStatistics? Hd95 { get; init; }

    /// <inheritdoc cref="PackageEvaluation.Asd"/>
    public ScoreStatistics? Asd { get; init; }

    /// <inheritdoc cref="PackageEvaluation.Hd95Mm"/>
    public ScoreStatistics? Hd95Mm { get; init; }

    /// <inheritdoc cref="PackageEvaluation.AsdMm"/>
    public ScoreStatistics? AsdMm { get; init; }
}
