using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Runs;

namespace Sassnet.Training.Evaluation;

/// <summary>
/// What a finished run ends with where it is asked for: the package of its last checkpoint, in <c>model/</c>, measured on the validation scans in all
/// modes, in <c>evaluation/</c>. The last and not the best: the best was chosen on the scans that it would be measured with, which flatters it.
/// </summary>
internal static class RunEvaluation
{
    /// <summary>Throws where a configuration has nothing to measure with.</summary>
    /// <exception cref="InvalidConfigurationException">It names no validation list.</exception>
    public static void RequireValidation(TrainingOptions options)
    {
        if (options.Data.Validation.Length == 0)
            throw new InvalidConfigurationException("'data.validation' is empty; accepted with --evaluate: the list of labelled scans to measure on.");
    }

    /// <summary>Makes and measures the package; one that is measured already stays as it is, and one of another checkpoint is made anew.</summary>
    /// <param name="run">A run whose iterations are all done.</param>
    /// <param name="options">Its options.</param>
    /// <param name="console">Gets a line per case, and one with the figures.</param>
    /// <param name="cancellationToken">Stops between windows.</param>
    public static void Write(RunFolder run, TrainingOptions options, TextWriter console, CancellationToken cancellationToken)
    {
        var outcome = RunOutcome.Of(RunState.Trained, run, options);
        var folder = run.EvaluationFolder;
        var isSaid = RunOutcome.Read(run.Path) is { State: RunState.Evaluated } measured && measured.Iterations == outcome.Iterations;
        if (isSaid && File.Exists(Path.Combine(folder, CaseTable.FileName)) && IsMeasured(run))
        {
            console.WriteLine($"measured already: {folder}");
            return;
        }

        outcome.Write(run);
        var package = RunPackage.Write(run, new FileInfo(run.LatestCheckpoint()!), run.ModelFolder);
        var size = options.Data.VoxelSizeMm;
        var files = new CaseFiles(options.Data.Folder, new VoxelSize(size[0], size[1], size[2]), voxelSizeIsKnown: !options.Data.AssumesVoxelSize());
        var cases = files.List(options.Data.Validation);
        PackageEvaluation evaluation;
        using (var segmenter = Segmenter.Load(package, new SegmenterOptions { Device = options.Device, Threads = options.Threads }, NullLogger.Instance))
        {
            evaluation = new PackageMeasurement(package, new Evaluator(segmenter, files, [.. options.Structures.Select(one => new EvaluatedLabel(one.Value, one.Foreground))]), cases, options.Data.Validation)
                .Write(folder, InferenceMode.Auto, record: true, console, cancellationToken);
        }

        (outcome with { State = RunState.Evaluated, Package = Path.GetRelativePath(run.Path, run.ModelFolder), Evaluation = evaluation }).Write(run);
        console.WriteLine($"package {package.Identifier} in {run.ModelFolder}, measured in {folder}");
    }

    // 'export' may have laid the package of another checkpoint there since, or the same without what was measured; an earlier version's figures may not be of each label; and a package that cannot be opened is none.
    private static bool IsMeasured(RunFolder run) => RunPackage.IsMeasured(run, (package, evaluation) =>
        (evaluation.Labels is not null || package.Manifest.Labels.Count == 1) && package.Manifest.Inference.ValidationDice.ContainsKey(evaluation.Inference));
}
