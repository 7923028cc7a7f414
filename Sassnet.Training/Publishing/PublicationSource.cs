using System.Globalization;
using System.Security.Cryptography;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;

namespace Sassnet.Training.Publishing;

/// <summary>What is to be published: a package, and what was measured of it.</summary>
internal sealed class PublicationSource : IDisposable
{
    private const string TemporaryPrefix = "sassnet-publish-";

    // As evaluate --record writes it.
    private const int DiceDecimals = 4;

    private string? _temporary;

    private PublicationSource(ModelPackage package, PackageEvaluation? evaluation, string? temporary)
    {
        Package = package;
        Evaluation = evaluation;
        _temporary = temporary;
    }

    /// <summary>The package.</summary>
    public ModelPackage Package { get; private set; }

    /// <summary>Its evaluation; null where it was not measured.</summary>
    public PackageEvaluation? Evaluation { get; private set; }

    /// <summary>Why the mode that the evaluation tells of does not count as measured; null where it does.</summary>
    public string? Warning { get; private set; }

    /// <summary>A package as it lies in a folder.</summary>
    /// <param name="folder">The package's folder.</param>
    /// <param name="evaluation">The folder of its evaluation; null for the package's own, where one lies if it was published there.</param>
    /// <exception cref="InvalidConfigurationException">There is no evaluation in the folder that is named for it.</exception>
    /// <exception cref="InvalidPackageException">The package or the evaluation cannot be used, or the one is not of the other.</exception>
    public static PublicationSource OfPackage(string folder, string? evaluation)
    {
        var package = ModelPackage.Open(folder);
        return Of(package, evaluation is null ? Beside(package) : Measured(package, evaluation, run: null));
    }

    /// <summary>The package of a run.</summary>
    /// <exception cref="InvalidConfigurationException">There is no run in the folder, or no package in the run.</exception>
    /// <exception cref="InvalidPackageException">As <see cref="OfPackage"/>; or the run was gone on with after its package was made.</exception>
    public static PublicationSource OfRun(string folder, string? evaluation)
    {
        var run = RunFolder.Open(folder);
        if (!Directory.Exists(run.ModelFolder))
            throw new InvalidConfigurationException($"The run '{folder}' has no package; 'train --evaluate' or 'export' makes {run.ModelFolder}.");
        var package = ModelPackage.Open(run.ModelFolder);
        RequireOfNow(run, package);
        return Of(package, Measured(package, evaluation, run));
    }

    /// <summary>A package made of a checkpoint, somewhere else than in the run.</summary>
    /// <exception cref="InvalidConfigurationException">The file is not in a run's checkpoints folder.</exception>
    /// <exception cref="InvalidPackageException">As <see cref="OfPackage"/>.</exception>
    public static PublicationSource OfCheckpoint(FileInfo checkpoint, string? evaluation)
    {
        var run = RunPackage.RunOf(checkpoint);
        var temporary = Directory.CreateTempSubdirectory(TemporaryPrefix).FullName;
        try
        {
            var package = WithMeasured(RunPackage.Write(run, checkpoint, temporary), run);

            // What lies in the run may be of another checkpoint.
            var isMeasured = evaluation is not null || PackageEvaluation.Read(run.EvaluationFolder)?.IsOf(package) == true;
            return Of(package, isMeasured ? Measured(package, evaluation, run) : null, temporary);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    /// <summary>Gives what is published another name or version, or both; its weights and what was measured of them stay, and so does what it was taken from.</summary>
    /// <param name="name">Null for the one that it has.</param>
    /// <param name="version">Likewise.</param>
    public void Rename(string? name, string? version)
    {
        var (was, now) = (Package.Manifest, Package.Manifest with { Name = name ?? Package.Manifest.Name, Version = version ?? Package.Manifest.Version });
        if ((was.Name, was.Version) == (now.Name, now.Version))
            return;
        Change(now);
        Evaluation = Evaluation is { } measured ? measured with { Package = Package.Identifier } : null;
    }

    /// <summary>Throws where the package does not reach a mean Dice.</summary>
    /// <param name="floor">The least; null for none.</param>
    /// <exception cref="InvalidPackageException">It was not measured, or is below; the message has the figures.</exception>
    public void RequireDice(double? floor)
    {
        if (floor is not { } least)
            return;
        if (Evaluation is not { } measured)
            throw new InvalidPackageException($"{Package.Identifier} was not measured, and --min-dice is given; nothing was published. Measure it: 'evaluate', or 'train --evaluate'.");

        if (!measured.IsOfEachLabel(Package))
            throw new InvalidPackageException($"{Package.Identifier} has {Package.Manifest.Labels.Count} labels, and its {PackageEvaluation.FileName} has not the figures of each, which --min-dice asks for: an earlier version wrote it, or no scan that was measured on has one of them; nothing was published. Measure it anew, on scans that have them: 'evaluate', or 'train --resume --evaluate'.");

        // A mean over structures would let the good ones pay for one that nobody should be served.
        var worst = measured.Labels?.MinBy(label => label.Dice.Mean);
        var (dice, empty) = worst is null ? (measured.Dice, measured.Empty) : (worst.Dice, worst.Empty);
        if (dice.Mean >= least)
            return;
        var interval = dice.Low is { } low ? string.Create(CultureInfo.InvariantCulture, $", 95 % interval {low:F4} to {dice.High:F4}") : "";
        throw new InvalidPackageException(string.Create(
            CultureInfo.InvariantCulture,
            $"{Package.Identifier} has a mean Dice of {dice.Mean:F4}{(worst is null ? "" : $" of its label {worst.Value}")} over {Counted.Of(worst?.Cases ?? measured.Cases, "case")} of {measured.Set}{interval}, worst {dice.Worst:F4}, {empty} empty; "
            + $"--min-dice is {least}{(worst is null ? "" : ", which each label has to reach")}. Nothing was published."));
    }

    /// <summary>Deletes what was made on the way.</summary>
    public void Dispose()
    {
        if (_temporary is not null)
            Directory.Delete(_temporary, recursive: true);
    }

    private static PublicationSource Of(ModelPackage package, PackageEvaluation? evaluation, string? temporary = null)
    {
        var source = new PublicationSource(package, evaluation, temporary);
        try
        {
            source.TakeMeasuredMode();
            return source;
        }
        catch
        {
            if (temporary is null)
                source.Dispose();
            throw;
        }
    }

    // The service takes a mode by what the package says was measured, which a package exported anew says nothing of: it would be served in another than its
    // evaluation tells of. The figures of several modes are none of the mode's own, and as in evaluate --record they do not count for it.
    private void TakeMeasuredMode()
    {
        var inference = Package.Manifest.Inference;
        if (Evaluation is not { } measured || measured.Inference == InferenceMode.Window.Word() || inference.ValidationDice.ContainsKey(measured.Inference))
            return;
        if (measured.LedOtherwise is { } others)
        {
            Warning = FormattableString.Invariant(
                $"{measured.Inference} is not recorded as measured: {others} of {Counted.Of(measured.Cases, "case")} of {measured.Set} {(others == 1 ? "was" : "were")} led in another mode, and the Dice of {PackageEvaluation.FileName}, {measured.Dice.Mean:F4}, is over all of them. 'evaluate --record' measures each mode, and records those that every case could be led in.");
            return;
        }

        var dice = new Dictionary<string, double>(inference.ValidationDice) { [measured.Inference] = Math.Round(measured.Dice.Mean, DiceDecimals) };
        Change(Package.Manifest with { Inference = inference with { ValidationDice = dice } });
    }

    private void Change(ModelManifest manifest)
    {
        if (_temporary is null)
        {
            _temporary = Directory.CreateTempSubdirectory(TemporaryPrefix).FullName;
            Package = Package.CopyTo(_temporary);
        }

        Package = Package.With(manifest);
    }

    // What the run's own package says was measured is true of this one too, where the weights are the same; the mode that it is served in hangs on it.
    private static ModelPackage WithMeasured(ModelPackage package, RunFolder run)
    {
        if (!File.Exists(Path.Combine(run.ModelFolder, ModelPackage.ManifestFile)))
            return package;
        ModelManifest made;
        try
        {
            made = ModelPackage.Open(run.ModelFolder).Manifest;
        }
        catch (InvalidPackageException)
        {
            // What is damaged there says nothing of what was made here.
            return package;
        }

        return made.Sha256 != package.Manifest.Sha256 ? package : package.With(package.Manifest with
        {
            Inference = package.Manifest.Inference with { ValidationDice = made.Inference.ValidationDice },
            Metrics = made.Metrics,
        });
    }

    // A version never changes once it is published, so that of a run that was gone on with it must not be taken by what it was before.
    private static void RequireOfNow(RunFolder run, ModelPackage package)
    {
        if (!RunPackage.IsOfNow(run, package))
        {
            throw new InvalidPackageException(
                $"{run.ModelFolder} was made after {Counted.Of(package.Manifest.Training.Iterations, "iteration")}, and the run has done {run.IterationsDone()}; nothing was published. Make it anew: 'train --resume --evaluate', or 'export'; as it is, --package publishes it.");
        }
    }

    private static PackageEvaluation? Beside(ModelPackage package)
    {
        var measured = PackageEvaluation.Read(package.Folder);
        return measured is null || measured.IsOf(package) ? measured : throw new InvalidPackageException(
            $"{PackageEvaluation.FileName} in '{package.Folder}' is of {measured.Package} with the weights {measured.Sha256}, and the package there is {package.Identifier} with {package.Manifest.Sha256}; nothing was published. "
            + "Accepted: one of this package or none there, or --evaluation with the folder that 'evaluate' wrote for it.");
    }

    private static PackageEvaluation? Measured(ModelPackage package, string? folder, RunFolder? run)
    {
        var measured = PackageEvaluation.Read(folder ?? run!.EvaluationFolder);
        if (measured is null)
        {
            return folder is null ? null : throw new InvalidConfigurationException(
                $"There is no {PackageEvaluation.FileName} in '{folder}'; 'evaluate' writes one.");
        }

        measured.RequireOf(package);
        return run is null ? measured : measured with { Configuration = Digest(run.ConfigFile) };
    }

    private static string Digest(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
