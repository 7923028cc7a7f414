using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Runs;

/// <summary>The labels of a package, as its run's structures have them.</summary>
internal static class PackageLabels
{
    // As many as a package has labels at the most, far apart for the eye (S. Trubetskoy, List of 20 Simple, Distinct Colors, 2017).
    private static readonly string[] Colours =
    [
        "#e6194b", "#3cb44b", "#4363d8", "#ffe119", "#f58231", "#911eb4", "#42d4f4", "#f032e6",
        "#bfef45", "#fabed4", "#469990", "#dcbeff", "#9a6324", "#800000", "#aaffc3", "#000075",
    ];

    /// <summary>Makes them; of several those without a colour get one that no other has.</summary>
    public static IReadOnlyList<Label> Of(IReadOnlyList<StructureOptions> structures)
    {
        var free = new Queue<string>(Colours.Except(structures.Select(one => one.Colour), StringComparer.OrdinalIgnoreCase));
        return [.. structures.Select(one => new Label(one.Value, one.Name, one.SnomedCode.Length > 0 ? one.SnomedCode : null, ColourOf(one), one.Components == 1 ? null : one.Components))];

        string? ColourOf(StructureOptions one) => one.Colour.Length > 0 ? one.Colour : structures.Count > 1 ? free.Dequeue() : null;
    }
}
