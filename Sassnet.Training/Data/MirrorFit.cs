using System.Text.RegularExpressions;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>
/// Looks whether mirrored crops suit the structures: a crop is mirrored with its labels, which stay what they are, so that a left kidney becomes a left kidney on
/// the right. Where two structures differ in their side alone, a network that learns from mirrored crops cannot tell them apart; nor one of two organs of a kind from
/// the other, where that is background. Turns, zoom, bending and the pasted boxes of the methods leave a body its sides. What is odd is said
/// and trained all the same, since names may differ in the side and shapes in more.
/// </summary>
internal static partial class MirrorFit
{
    // What stands for a side where names are compared without; no word has such a sign in it.
    private const string AnySide = "|";

    private const string Left = "LEFT";
    private const string Right = "RIGHT";

    // Each is there twice, and one looks like the other in a mirror. The side in other names tells of no such thing: nothing is a mirrored left atrium.
    private static readonly HashSet<string> PairedOrgans =
    [
        "KIDNEY", "ADRENAL", "SUPRARENAL", "URETER", "LUNG", "BREAST", "OVARY", "TESTIS", "TESTICLE", "HIPPOCAMPUS", "AMYGDALA", "EYE", "EYEBALL", "COCHLEA", "PAROTID",
        "SUBMANDIBULAR", "CAROTID", "ILIAC", "CLAVICLE", "CLAVICULA", "SCAPULA", "HUMERUS", "RADIUS", "ULNA", "RIB", "HIP", "FEMUR", "PATELLA", "TIBIA", "FIBULA", "GLUTEUS", "PSOAS", "ILIOPSOAS",
    ];

    /// <summary>What is odd, in a sentence; empty where nothing is.</summary>
    public static IEnumerable<string> Warnings(TrainingOptions options)
    {
        if (!options.Augmentation.Flip)
            yield break;
        if (Pairs(options.StructureNames) is [_, ..] pairs)
            yield return $"'augmentation.flip' mirrors every crop, and the names of {string.Join("; of ", pairs.Select(pair => $"'{pair.One}' and '{pair.Other}'"))} differ in the side alone: mirroring exchanges the sides, and a network that learned so cannot tell them apart. Set it to false, unless they differ in more than the side.";
        if (Alone(options.StructureNames) is [_, ..] lone)
            yield return $"'augmentation.flip' mirrors every crop, and the organ of the other side, which is background, then looks like {string.Join(" or ", lone.Select(name => $"'{name}'"))}: a network that learned so cannot tell the sides apart. Set it to false.";
    }

    /// <summary>
    /// The structures that differ in their side alone by their names: equal word for word but that one has left, or l, where the other has right, or r, also as the
    /// first letter of a word, as in <c>lkid</c> and <c>rkid</c>.
    /// </summary>
    /// <param name="names">The structures' names. Case does not matter; a word ends at anything but a letter or a digit, and where a capital follows a small letter.</param>
    /// <returns>Two of each such kind, in the order of the names.</returns>
    public static IReadOnlyList<(string One, string Other)> Pairs(IEnumerable<string> names) =>
        [.. Alike(names).Where(alike => alike.Count > 1).Select(alike => (alike[0].Name, alike[1].Name))];

    /// <summary>The structures that are one of two organs of a kind by their names, a side and such an organ, where the other one is none of them.</summary>
    /// <param name="names">The structures' names, read as <see cref="Pairs"/> reads them.</param>
    public static IReadOnlyList<string> Alone(IEnumerable<string> names) =>
        [.. Alike(names).Where(alike => alike.Count == 1 && IsOneOfTwo(alike[0].Words)).Select(alike => alike[0].Name)];

    // Those that are equal but for the side, one of each side.
    private static IEnumerable<List<(string Name, List<string> Words)>> Alike(IEnumerable<string> names)
    {
        var all = names.Select(name => (Name: name, Words: Words(name))).ToList();
        var known = all.SelectMany(one => one.Words).ToHashSet();
        return all
            .Select(one => (one.Name, Words: one.Words.SelectMany(word => Parted(word, known)).ToList()))
            .GroupBy(one => Joined(one.Words.Select(word => word is Left or Right ? AnySide : word)))
            .Select(alike => alike.DistinctBy(one => Joined(one.Words)).ToList());
    }

    // Many words begin with an l or an r, and one tells a side only where the same word with the other letter is there too. Digits number what has no side: vertebrae, L1, and ribs.
    private static string[] Parted(string word, HashSet<string> known)
    {
        if (word.Length == 1 || !word[1..].All(char.IsLetter))
            return [word];
        return word[0] switch
        {
            'L' when known.Contains($"R{word[1..]}") => [Left, word[1..]],
            'R' when known.Contains($"L{word[1..]}") => [Right, word[1..]],
            _ => [word],
        };
    }

    // A name of both sides is of both organs.
    private static bool IsOneOfTwo(List<string> words) => words.Where(word => word is Left or Right).Distinct().Count() == 1 && PairedOrgans.Overlaps(words);

    private static string Joined(IEnumerable<string> words) => string.Join(' ', words);

    private static List<string> Words(string name) =>
    [
        .. WordEnd().Split(name).Where(word => word.Length > 0).Select(word => word.ToUpperInvariant() switch
        {
            "L" => Left,
            "R" => Right,
            var other => other,
        }),
    ];

    [GeneratedRegex(@"[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})")]
    private static partial Regex WordEnd();
}
