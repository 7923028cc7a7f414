using Sassnet.Api.Configuration;
using Sassnet.Model.Packages;
using Semver;

namespace Sassnet.Api.Models;

/// <summary>Reads a folder of model packages.</summary>
internal static class PackageFolder
{
    /// <summary>
    /// Opens every package of a folder, ordered by name and, within a name, the newest version first. Folders whose names begin with a dot are passed over:
    /// in such a one a package is put together before it gets its name.
    /// </summary>
    /// <exception cref="StartException">The folder is missing, a package cannot be opened, or two are the same.</exception>
    public static IReadOnlyList<ModelPackage> Open(string folder)
    {
        if (!Directory.Exists(folder))
            throw new StartException($"The folder of models, {folder}, does not exist; set Sassnet:Models:Folder.");
        var packages = Directory.EnumerateDirectories(folder)
            .Where(package => !Path.GetFileName(package).StartsWith('.') && File.Exists(Path.Combine(package, ModelPackage.ManifestFile)))
            .Select(OpenOne)
            .OrderBy(package => package.Manifest.Name, StringComparer.Ordinal)
            .ThenByDescending(package => package.Version, SemVersion.SortOrderComparer)
            .ToList();
        var twice = packages.GroupBy(package => package.Identifier).FirstOrDefault(same => same.Count() > 1);
        return twice is null
            ? packages
            : throw new StartException($"Two packages are {twice.Key}: {string.Join(" and ", twice.Select(package => package.Folder))}. Remove one or change its version.");
    }

    private static ModelPackage OpenOne(string folder)
    {
        try
        {
            return ModelPackage.Open(folder);
        }
        catch (Exception failure) when (failure is InvalidPackageException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The model package {folder} cannot be opened: {failure.Message}", failure);
        }
    }
}
