using Sassnet.Training.Configuration;

namespace Sassnet.Training.Preparation;

/// <summary>What sound cases are used for.</summary>
/// <param name="Options">What was asked for, with the patients that the files tell.</param>
/// <param name="Split">Which cases are trained on and validated with.</param>
/// <param name="Folds">The folds, where there are any.</param>
/// <param name="Statistics">Of the scans, with those that a training holds.</param>
internal sealed record CaseUse(PreparationOptions Options, PatientSplit Split, IReadOnlyList<PatientSplit> Folds, DataStatistics Statistics)
{
    /// <summary>Deals them.</summary>
    /// <param name="findings">The cases.</param>
    /// <param name="options">What was asked for, the structures settled.</param>
    /// <exception cref="InvalidConfigurationException">They cannot be dealt as is asked for, or a structure could not be learned.</exception>
    public static CaseUse Of(CaseFindings findings, PreparationOptions options)
    {
        options = options with { SamePatient = findings.Shared.FirstOf };
        var split = PatientSplit.Of(findings.Sound, options);
        var folds = PatientFolds.Of(findings.Sound, options);
        LearnableStructures.Require(options, findings.Sound, split, folds);

        // A case that was dealt is sound, so that there are statistics.
        var held = findings.Sound.Where(inspected => !split.LeftOut.Contains(inspected.Name))
            .Select(inspected => (inspected.Scan!.Imaged, inspected.Scan!.VoxelSize, !split.Unlabelled.Contains(inspected.Name)));
        var validation = findings.Sound.Where(inspected => split.Validation.Contains(inspected.Name)).Select(inspected => (inspected.Scan!.Imaged, inspected.Scan!.VoxelSize));
        return new CaseUse(options, split, folds, findings.Statistics! with { Held = [.. held], Validation = [.. validation] });
    }
}
