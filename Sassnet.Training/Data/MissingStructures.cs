using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>
/// Says which labelled cases lack some of several structures. They are used all the same, since an organ may have been removed or lie beyond the scan; but a label
/// that somebody forgot to draw looks alike, and teaches that there is nothing.
/// </summary>
internal static class MissingStructures
{
    /// <summary>A sentence for each structure that some of the cases lack, in the order of the structures; none where every case has all.</summary>
    /// <param name="structures">What they are called, in the order of their numbers.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="kind">What one of the cases is called, such as <c>labelled scan</c>.</param>
    public static IEnumerable<string> Sentences(IReadOnlyList<string> structures, IReadOnlyCollection<LabelledCase> cases, string kind) =>
        Lacking(structures, cases).Select(one => Sentence(one.Structure, one.Cases, cases.Count, kind));

    /// <summary>What is to be known of the scans of a training; empty where every label has all structures.</summary>
    public static IEnumerable<string> Warnings(TrainingOptions options, ScanDataset dataset)
    {
        var (labelled, validation) = (Cases(dataset.Labelled), Cases(dataset.Validation));
        return
        [
            .. Sentences(options.StructureNames, labelled, "labelled scan").Select(sentence => $"{sentence} There the network learns that there is none; see that it is so, and not only undrawn."),
            .. Lacking(options.StructureNames, validation).Select(one => Sentence(one.Structure, one.Cases, validation.Length, "validation scan")
                + (one.Cases.Count < validation.Length ? " Its Dice is the mean over the others." : " No Dice of it is measured.")),
        ];
    }

    /// <summary>Sees that each structure can be learned.</summary>
    /// <param name="options">The training's configuration.</param>
    /// <param name="labelled">The scans that are trained on with their labels.</param>
    /// <exception cref="InvalidConfigurationException">Not one of them has anything of a structure, which the message names.</exception>
    public static void RequireEach(TrainingOptions options, IReadOnlyList<TrainingScan> labelled)
    {
        if (Lacking(options.StructureNames, Cases(labelled)).FirstOrDefault(one => one.Cases.Count == labelled.Count) is not { Structure: { } missing })
            return;
        var values = options.Structures.Single(one => one.Name == missing).Foreground;
        throw new InvalidConfigurationException(
            $"None of {Counted.Of(labelled.Count, "labelled scan")} has a voxel of {missing} (value {string.Join(" or ", values)}), so that it cannot be learned; accepted: one scan of {options.Data.Labelled} or more with it. "
            + "Say which values of label files it is ('labels[].fileValues'), or leave it out of 'labels'.");
    }

    private static IEnumerable<(string Structure, IReadOnlyList<string> Cases)> Lacking(IReadOnlyList<string> structures, IReadOnlyCollection<LabelledCase> cases) => structures
        .Select((structure, index) => (structure, (IReadOnlyList<string>)[.. cases.Where(one => !one.Structures.Contains((byte)(index + 1))).Select(one => one.Name)]))
        .Where(one => one.Item2.Count > 0);

    private static string Sentence(string structure, IReadOnlyList<string> lacking, int cases, string kind) => FormattableString.Invariant(
        $"{lacking.Count} of {Counted.Of(cases, kind)} {(lacking.Count == 1 ? "has" : "have")} nothing of {structure}: {FirstFew.Of(lacking)}.");

    private static LabelledCase[] Cases(IReadOnlyList<TrainingScan> scans) => [.. scans.Select(scan => new LabelledCase(scan.Name, LabelMap.ValuesOf(scan.Mask.AsSpan())))];
}
