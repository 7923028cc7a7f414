using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Runs;

/// <summary>The package whose weights a run begins with. The run keeps a copy: the original may have been replaced, by the run's own result for one, when it goes on or is exported.</summary>
public static class StartingPackage
{
    /// <summary>Copies the configured package into the run's folder, unless it is there already.</summary>
    /// <returns>The options, with the copy in the original's place.</returns>
    /// <exception cref="InvalidConfigurationException">The package's network is of another size.</exception>
    /// <exception cref="InvalidPackageException">There is no package there, or it is damaged.</exception>
    public static TrainingOptions Keep(RunFolder run, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        var folder = options.Network.StartFrom;
        if (folder.Length == 0)
            return options;
        if (Of(run) is null)
        {
            var package = ModelPackage.Open(folder);
            if (package.Manifest.Architecture.Filters is var filters && filters != options.Network.Filters)
                throw new InvalidConfigurationException($"'network.filters' is {options.Network.Filters}; accepted with network.startFrom {folder}: {filters}, as {package.Identifier} has.");
            package.CopyTo(run.StartFolder);
        }

        return options with { Network = options.Network with { StartFrom = run.StartFolder } };
    }

    /// <summary>The package that a run began with, or null where it began with random weights.</summary>
    public static ModelPackage? Of(RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return File.Exists(Path.Combine(run.StartFolder, ModelPackage.ManifestFile)) ? ModelPackage.Open(run.StartFolder) : null;
    }
}
