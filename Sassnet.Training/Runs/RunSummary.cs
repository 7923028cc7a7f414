using System.Globalization;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Runs;

/// <summary>What a finished run has to show, and the commands that make something of it.</summary>
internal static class RunSummary
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Of(RunFolder run, TrainingOptions options)
    {
        var best = run.Best();
        var last = run.LatestCheckpoint()!;
        yield return best is null
            ? $"done: {Counted.Of(options.Iterations, "iteration")}. There was no validation; the last checkpoint is {last}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"done: {Counted.Of(options.Iterations, "iteration")}. Best on the validation scans: {run.BestCheckpoint}, Dice {best.ValidationDice:F4} after {Counted.Of(best.Iterations, "iteration")}");

        // The last and not the best: those scans chose the best one, and would flatter it.
        yield return $"Make a package of the last one: export --checkpoint {ShellWord.Quoted(last)} --output {ShellWord.Quoted(run.ModelFolder)}";

        if (Measurement(run, options) is { } command)
            yield return $"Then measure it: {command}";
    }

    /// <summary>The command that measures the run's package; null where the voxels have unequal edges, which <c>evaluate</c> cannot be told.</summary>
    public static string? Measurement(RunFolder run, TrainingOptions options) => options.Data.VoxelSizeMm.Distinct().Count() > 1
        ? null
        : $"evaluate --model {ShellWord.Quoted(run.ModelFolder)} {Data(options)} --output {ShellWord.Quoted(run.EvaluationFolder)} --device {options.Device} --record";

    private static string Data(TrainingOptions options)
    {
        var data = options.Data;
        var arguments = $"--data {ShellWord.Quoted(data.Folder)} --list {(data.Validation.Length > 0 ? ShellWord.Quoted(data.Validation) : "LIST")}";
        var values = options.Structures.Where(one => one.FileValues.Length > 0).Select(one => $" {one.Value}={string.Join(',', one.FileValues)}").ToList();
        if (values.Count > 0)
            arguments += $" --label-values{string.Concat(values)}";
        return data.AssumesVoxelSize() ? arguments : arguments + string.Create(CultureInfo.InvariantCulture, $" --voxel-size-mm {data.VoxelSizeMm[0]}");
    }
}
