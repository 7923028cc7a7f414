using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Runs;

/// <summary>
/// Compares a run's structures with the labels of the package that it begins with, by their names: each structure begins with the weights of the label in its
/// place. Case does not matter.
/// </summary>
internal static class StartingLabels
{
    /// <summary>Sees that the package's labels do not stand in another order, so that each structure would begin with the weights of another.</summary>
    /// <param name="package">The package.</param>
    /// <param name="names">The structures' names in their order, as many as the package has labels.</param>
    /// <param name="given">What names the package, for an error.</param>
    /// <param name="remedy">How the order is changed, in a sentence.</param>
    /// <exception cref="InvalidConfigurationException">The same names stand in another order.</exception>
    public static void RequireOrder(ModelPackage package, IReadOnlyList<string> names, string given, string remedy)
    {
        var labels = Names(package);
        if (!AreEqual(names, labels) && AreEqual([.. names.Order(StringComparer.OrdinalIgnoreCase)], [.. labels.Order(StringComparer.OrdinalIgnoreCase)]))
            throw new InvalidConfigurationException($"The structures are {string.Join(", ", names)}; accepted with {given}: the same in the order of {package.Identifier}, {string.Join(", ", labels)}, since each begins with the weights of the label in its place. {remedy}");
    }

    /// <summary>
    /// A sentence where the names are not the package's, which can be meant: another organ may be learned from what is known of one. None of a single structure that
    /// nobody has named.
    /// </summary>
    /// <param name="package">The package; null where a run begins with random weights.</param>
    /// <param name="names">The structures' names in their order.</param>
    public static IEnumerable<string> Warnings(ModelPackage? package, IReadOnlyList<string> names) => package is null || names is [StructureOptions.Unnamed] || AreEqual(names, Names(package))
        ? []
        : [$"{package.Identifier}, which training begins with, is of {string.Join(", ", Names(package))}, and what is to be learned is {string.Join(", ", names)}: each begins with the weights of the label in its place. See that it is meant."];

    private static List<string> Names(ModelPackage package) => [.. package.Manifest.Labels.Select(label => label.Name)];

    private static bool AreEqual(IReadOnlyList<string> one, IReadOnlyList<string> other) => one.SequenceEqual(other, StringComparer.OrdinalIgnoreCase);
}
