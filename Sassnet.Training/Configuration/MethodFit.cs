namespace Sassnet.Training.Configuration;

/// <summary>Looks whether a method's own settings let it do what it is for. What is odd is said and trained all the same: a run may have begun with it.</summary>
internal static class MethodFit
{
    /// <summary>What is odd, a sentence each; empty where nothing is.</summary>
    public static IEnumerable<string> Warnings(TrainingOptions options)
    {
        if (options.Method == MethodKind.Bcp && options.Iterations <= options.CopyPaste.PretrainIterations)
            yield return $"'iterations' is {options.Iterations} and 'copyPaste.pretrainIterations' is {options.CopyPaste.PretrainIterations}: the second stage never begins, the only one that learns from unlabelled scans.";
        if (options.Method == MethodKind.W2s && options.Crops.Unlabelled == 1 && options.WeakToStrong.CutMixShare > 0)
            yield return FormattableString.Invariant($"'crops.unlabelled' is 1 and 'weakToStrong.cutMixShare' is {options.WeakToStrong.CutMixShare}: a crop is mixed with the others of its step, and there is none, so that nothing is mixed. 2 or more would be.");
    }
}
