using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Runs;

/// <summary>The package whose weights a run begins with. The run keeps a copy: the original may have been replaced, by the run's own result for one, when it goes on or is exported.</summary>
public static class StartingPackage
{
    /// <summary>Opens the configured package and sees that its weights fit.</summary>
    /// <returns>Null where the run begins with random weights.</returns>
    /// <exception cref="InvalidConfigurationException">The package's network is of another size, or has the structures in another order.</exception>
    /// <exception cref="InvalidPackageException">There is no package there, or it is damaged.</exception>
    public static ModelPackage? Open(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = options.Network.StartFrom;
        if (folder.Length == 0)
            return null;
        var package = Open(folder, "network.startFrom");
        if (package.Manifest.Labels.Count != options.Structures.Count)
            throw new InvalidConfigurationException($"{(options.Labels.Length > 0 ? "'labels' has" : "'label' is")} {Counted.Of(options.Structures.Count, "structure")}; accepted with network.startFrom {folder}: {package.Manifest.Labels.Count}, as {package.Identifier} has.");
        StartingLabels.RequireOrder(package, options.StructureNames, $"network.startFrom {folder}", "Put 'labels' into that order.");
        return package.Manifest.Architecture.Filters is var filters && filters == options.Network.Filters
            ? package
            : throw new InvalidConfigurationException($"'network.filters' is {options.Network.Filters}; accepted with network.startFrom {folder}: {filters}, as {package.Identifier} has.");
    }

    /// <summary>Opens a package that a run can begin with, whatever network it is configured to have.</summary>
    /// <param name="folder">The package's folder.</param>
    /// <param name="name">What names it, for an error.</param>
    /// <exception cref="InvalidConfigurationException">The package has several members.</exception>
    /// <exception cref="InvalidPackageException">There is no package there, or it is damaged.</exception>
    internal static ModelPackage Open(string folder, string name)
    {
        var package = ModelPackage.Open(folder);
        return package.Members == 1
            ? package
            : throw new InvalidConfigurationException($"'{name}' is {folder}, a package of {package.Members} members; accepted: one of a single network.");
    }

    /// <summary>The package that a run began with, or null where it began with random weights, or an earlier version kept no copy.</summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Its configuration, which says whether it began with a package: what lies in the place of the copy may be another run's, or nobody's.</param>
    /// <exception cref="InvalidConfigurationException">The copy is gone, and there is no checkpoint to go on from without it.</exception>
    /// <exception cref="InvalidPackageException">The copy is damaged.</exception>
    public static ModelPackage? Of(RunFolder run, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Network.StartFrom.Length == 0)
            return null;
        if (File.Exists(Path.Combine(run.StartFolder, ModelPackage.ManifestFile)))
            return ModelPackage.Open(run.StartFolder);
        return run.LatestCheckpoint() is not null
            ? null
            : throw new InvalidConfigurationException($"The run '{run.Path}' begins with a copy of {options.Network.StartFrom}, and has neither a package in {run.StartFolder} nor a checkpoint; accepted: a run with either. Begin a new one, in another folder.");
    }
}
