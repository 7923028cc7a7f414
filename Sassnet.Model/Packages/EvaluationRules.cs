namespace Sassnet.Model.Packages;

/// <summary>What the figures of an <c>evaluation.json</c> can be.</summary>
internal static class EvaluationRules
{
    /// <summary>Throws where a figure cannot be.</summary>
    /// <exception cref="InvalidPackageException">Names the member, the value seen and what is accepted.</exception>
    public static void Check(PackageEvaluation evaluation)
    {
        Require(evaluation.Cases >= 1, "cases", evaluation.Cases, "1 or more");
        CheckEmpty("", evaluation.Empty, evaluation.Cases);
        Require(evaluation.Inference is "window" or "whole" or "whole-flips", "inference", evaluation.Inference, "window, whole or whole-flips");
        if (evaluation.LedOtherwise is { } others)
            Require(others >= 1 && others < evaluation.Cases, "ledOtherwise", others, $"1 or more, and less than {evaluation.Cases}, the cases");
        CheckOverlap("dice", evaluation.Dice);
        CheckOverlap("jaccard", evaluation.Jaccard);
        CheckDistance("hd95", evaluation.Hd95);
        CheckDistance("asd", evaluation.Asd);
        CheckDistance("hd95Mm", evaluation.Hd95Mm);
        CheckDistance("asdMm", evaluation.AsdMm);
        if (evaluation.Label is { } only)
        {
            Require(only.Value > 0, "label.value", only.Value, "1 to 255");
            Require(ManifestRules.IsLabelName(only.Name), "label.name", $"\"{only.Name}\"", ManifestRules.AcceptedLabelName);
        }

        foreach (var (index, label) in (evaluation.Labels ?? []).Index())
            CheckLabel(FormattableString.Invariant($"labels[{index}]."), label, evaluation.Cases);
    }

    private static void CheckLabel(string member, LabelEvaluation label, int cases)
    {
        Require(label.Value > 0, $"{member}value", label.Value, "1 to 255");
        var own = label.Cases ?? cases;
        Require(own >= 1 && own <= cases, $"{member}cases", own, $"1 to {cases}, the cases of all");
        CheckEmpty(member, label.Empty, own);
        CheckOverlap($"{member}dice", label.Dice);
        CheckOverlap($"{member}jaccard", label.Jaccard);
        CheckDistance($"{member}hd95", label.Hd95);
        CheckDistance($"{member}asd", label.Asd);
        CheckDistance($"{member}hd95Mm", label.Hd95Mm);
        CheckDistance($"{member}asdMm", label.AsdMm);
    }

    private static void CheckEmpty(string member, int empty, int cases) => Require(empty >= 0 && empty <= cases, $"{member}empty", empty, $"0 to {cases}, the cases");

    private static void CheckOverlap(string member, ScoreStatistics score)
    {
        Require(score.Mean is >= 0 and <= 1, $"{member}.mean", score.Mean, "0 to 1");
        Require(score.Worst >= 0 && score.Worst <= score.Mean, $"{member}.worst", score.Worst, $"0 to the mean, {score.Mean}");
        CheckInterval(member, score);
    }

    private static void CheckDistance(string member, ScoreStatistics? score)
    {
        if (score is null)
            return;
        Require(score.Mean >= 0, $"{member}.mean", score.Mean, "0 or more");
        Require(score.Worst >= score.Mean, $"{member}.worst", score.Worst, $"the mean, {score.Mean}, or more");
        CheckInterval(member, score);
    }

    private static void CheckInterval(string member, ScoreStatistics score)
    {
        var sound = score is { Low: null, High: null } || (score.Low >= 0 && score.Low <= score.High);
        Require(sound, $"{member}.low and {member}.high", $"{score.Low} and {score.High}", "both or neither, from 0, the lower end first");
    }

    private static void Require(bool holds, string member, object seen, string accepted)
    {
        if (!holds)
            throw new InvalidPackageException(FormattableString.Invariant($"{PackageEvaluation.FileName}: '{member}' is {seen}; accepted: {accepted}."));
    }
}
