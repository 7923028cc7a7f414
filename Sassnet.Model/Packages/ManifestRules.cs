using System.Text.RegularExpressions;
using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;
using Semver;

namespace Sassnet.Model.Packages;

/// <summary>What a manifest must satisfy beyond its JSON form.</summary>
public static partial class ManifestRules
{
    /// <summary>What is accepted as a package's version, in words.</summary>
    public const string AcceptedVersion = "a semantic version, such as 1.2.0 or 1.2.0-rc.1 (semver.org)";

    /// <summary>What is accepted as the length of a package's name and version, in words.</summary>
    public const string AcceptedIdentifier = "at most 64 characters together, with a space between";

    /// <summary>What is accepted as a label's colour, in words.</summary>
    public const string AcceptedColour = "#rrggbb, such as #e6194b";

    /// <summary>What is accepted as a window of Hounsfield units, in words.</summary>
    public const string AcceptedWindow = "with ct-window two ends in Hounsfield units, the lower first, such as [-100, 300]; none with the other normalisations";

    /// <summary>What is accepted as a package's name, in words.</summary>
    public const string AcceptedName = "lower-case letters, digits and single hyphens between them";

    /// <summary>What is accepted as a text of a package's card, in words.</summary>
    public const string AcceptedCardText = "a text of 1 to 4000 characters that is not blank";

    /// <summary>The most labels of a package.</summary>
    public const int MostLabels = 16;

    /// <summary>What is accepted as the number of a label's components.</summary>
    public const string AcceptedComponents = "0 for all of them, or 1 to 255";

    /// <summary>What is accepted as a label's name, in words.</summary>
    public const string AcceptedLabelName = "a text of 1 to 64 characters without backslashes, control characters and spaces at its ends";

    /// <summary>What is accepted as a label's code, in words.</summary>
    public const string AcceptedCode = "1 to 16 letters, digits, '.' and '-'";

    internal const string ArchitectureType = "vnet-sdm";

    /// <summary>Semantic Versioning 2.0.0, and what it leaves no doubt about: <c>1.2</c> is 1.2.0, and a date such as <c>2026.01.05</c> is one too.</summary>
    internal const SemVersionStyles VersionForm = SemVersionStyles.OptionalMinorPatch | SemVersionStyles.AllowLeadingZeros;

    private const int MostMembers = 32;

    // DICOM results repeat these; its value representations LO and SH bound them (PS3.5 6.2).
    private const int LongestText = 64;
    private const int LongestCode = 16;
    private const int LongestCardText = 4000;

    /// <summary>Whether a text is accepted as a package's name.</summary>
    public static bool IsName(string text) => NamePattern().IsMatch(text);

    /// <summary>Whether a text is accepted as a package's version.</summary>
    public static bool IsVersion(string text) => SemVersion.TryParse(text, VersionForm, out _);

    /// <summary>Whether a name and a version are accepted together, whatever each is by itself.</summary>
    public static bool IsIdentifier(string name, string version) => $"{name} {version}".Length <= LongestText;

    /// <summary>
    /// Whether two identifiers, <c>name@version</c>, are of one name and one version, which may be spelled in two ways: <c>1.2</c> is 1.2.0, and <c>2026.01.05</c> is
    /// 2026.1.5. Versions of different build metadata are two, as they are in their order.
    /// </summary>
    public static bool AreOfOneVersion(string identifier, string other) =>
        identifier.Split('@') is [var name, var version] && other.Split('@') is [var otherName, var otherVersion] && name == otherName
        && SemVersion.TryParse(version, VersionForm, out var parsed) && SemVersion.TryParse(otherVersion, VersionForm, out var otherParsed) && parsed == otherParsed;

    /// <summary>Whether a text is accepted as a label's colour.</summary>
    public static bool IsColour(string text) => ColourPattern().IsMatch(text);

    /// <summary>Whether a window, empty for none, is accepted with a normalisation.</summary>
    public static bool IsWindow(IReadOnlyList<double> window, Normalisation normalisation) => normalisation == Normalisation.CtWindow
        ? window is [var lower, var upper] && double.IsFinite(lower) && double.IsFinite(upper) && lower < upper
        : window.Count == 0;

    /// <summary>Whether a label may keep so many components; 0 is all of them.</summary>
    public static bool IsComponents(int count) => count is >= 0 and <= 255;

    /// <summary>Whether a text is accepted as a label's name.</summary>
    public static bool IsLabelName(string text) => text.Length is > 0 and <= LongestText && text == text.Trim() && !text.Any(letter => char.IsControl(letter) || letter == '\\');

    /// <summary>Whether a text is accepted as a label's code.</summary>
    public static bool IsCode(string text) => text.Length <= LongestCode && CodePattern().IsMatch(text);

    /// <summary>Whether a text is accepted as one of a package's card.</summary>
    public static bool IsCardText(string text) => !string.IsNullOrWhiteSpace(text) && text.Length <= LongestCardText;

    /// <summary>Throws for the first rule that is broken.</summary>
    /// <exception cref="InvalidPackageException">Names the member, the value seen and what is accepted.</exception>
    internal static void Check(ModelManifest manifest)
    {
        Require(IsName(manifest.Name), "name", manifest.Name, AcceptedName);
        Require(IsVersion(manifest.Version), "version", manifest.Version, AcceptedVersion);
        var identifier = $"{manifest.Name} {manifest.Version}";
        Require(IsIdentifier(manifest.Name, manifest.Version), "name and version", $"\"{identifier}\" with {identifier.Length} characters", AcceptedIdentifier);
        Require(manifest.Architecture.Type == ArchitectureType, "architecture.type", manifest.Architecture.Type, ArchitectureType);
        Require(manifest.Architecture.Filters is >= VNet.MinFilters and <= VNet.MaxFilters, "architecture.filters", manifest.Architecture.Filters, $"{VNet.MinFilters} to {VNet.MaxFilters}");
        if (manifest.Members is { } members)
            Require(members is >= 1 and <= MostMembers, "members", members, $"1 to {MostMembers}");
        CheckLabels(manifest.Labels);
        var (classes, inputs) = (manifest.Architecture.Classes ?? 1, manifest.Architecture.InputChannels ?? 1);
        Require(classes == manifest.Labels.Count, "architecture.classes", classes, $"{manifest.Labels.Count}, as many as there are labels; absent for one");
        Require(inputs == 1, "architecture.inputChannels", inputs, "1, or absent: one image at a time");
        CheckPreprocessing(manifest.Preprocessing);
        CheckInference(manifest.Inference);
        if (manifest.Range is { } range)
            CheckRange(range, manifest.Labels.Count);
        if (manifest.Card is { } card)
            CheckCard(card);
        Require(DigestPattern().IsMatch(manifest.Sha256), "sha256", manifest.Sha256, "64 lower-case hexadecimal digits");
    }

    private static void CheckLabels(IReadOnlyList<Label> labels)
    {
        Require(labels.Count is >= 1 and <= MostLabels, "labels", $"{labels.Count} labels", $"1 to {MostLabels}");
        for (var index = 0; index < labels.Count; index++)
        {
            RequireThere(labels[index], $"labels[{index}]", "a label");
            CheckLabel(labels[index], $"labels[{index}]");
            var earlier = labels.Take(index);
            Require(earlier.All(other => other.Value != labels[index].Value), $"labels[{index}].value", labels[index].Value, "a value that no other label has");
            Require(earlier.All(other => other.Name != labels[index].Name), $"labels[{index}].name", $"\"{labels[index].Name}\"", "a name that no other label has");
        }

        // Contours and segments in one colour could not be told apart.
        var colours = labels.Select(label => label.Colour?.ToUpperInvariant()).ToList();
        Require(labels.Count == 1 || (!colours.Contains(null) && colours.Distinct().Count() == labels.Count), "labels", $"{labels.Count} labels with the colours {string.Join(", ", labels.Select(label => label.Colour ?? "none"))}", "with several labels a colour for each, all different");
    }

    private static void CheckLabel(Label label, string member)
    {
        Require(label.Value > 0, $"{member}.value", label.Value, "1 to 255");
        var name = label.Name;
        Require(name.Length is > 0 and <= LongestText, $"{member}.name", $"a text of {name.Length} characters", $"1 to {LongestText}");
        Require(IsLabelName(name), $"{member}.name", $"\"{name}\"", AcceptedLabelName);
        if (label.SnomedCode is { } code)
            Require(IsCode(code), $"{member}.snomedCode", $"\"{code}\"", AcceptedCode);
        if (label.Colour is { } colour)
            Require(IsColour(colour), $"{member}.colour", $"\"{colour}\"", AcceptedColour);
        if (label.Components is { } components)
            Require(IsComponents(components), $"{member}.components", components, AcceptedComponents);
    }

    private static void CheckPreprocessing(PreprocessingSpecification preprocessing)
    {
        var spacing = preprocessing.SpacingMm;
        Require(spacing.Count == 3 && spacing.All(mm => double.IsFinite(mm) && mm > 0), "preprocessing.spacingMm", Shown(spacing), "three lengths above 0");

        // JSON may have a number in the place of the word, which no list of words bounds.
        Require(Enum.IsDefined(preprocessing.Normalisation), "preprocessing.normalisation", preprocessing.Normalisation, "zscore, robust-zscore and ct-window");
        var window = preprocessing.WindowHu ?? [];
        Require(IsWindow(window, preprocessing.Normalisation), "preprocessing.windowHu", Shown(window), AcceptedWindow);
        var orientation = preprocessing.Orientation;
        Require(Orientation.TryParse(orientation)?.Code == orientation, "preprocessing.orientation", orientation, Orientation.Accepted);
    }

    private static void CheckInference(InferenceSpecification inference)
    {
        var patch = inference.Patch;
        Require(patch.Count == 3 && patch.All(side => side > 0 && side % VNet.SizeMultiple == 0), "inference.patch", Shown(patch), "three multiples of 16");
        var strides = inference.Stride.Count == 3 && inference.Stride.Zip(patch).All(pair => pair.First >= 1 && pair.First <= pair.Second);
        Require(strides, "inference.stride", Shown(inference.Stride), "three steps from 1 to the patch's side");
        foreach (var (mode, dice) in inference.ValidationDice)
            Require(mode is "window" or "whole" or "whole-flips" && dice is >= 0 and <= 1, "inference.validationDice", $"{mode}: {dice}", "window, whole and whole-flips, each from 0 to 1");
    }

    private static void CheckRange(TrainingRange range, int labels)
    {
        CheckExtremes("range.fieldOfViewMm", range.FieldOfViewMm.Min, range.FieldOfViewMm.Max, axes: 3);
        CheckExtremes("range.voxelSizeMm", range.VoxelSizeMm.Min, range.VoxelSizeMm.Max, axes: 3);
        CheckExtremes("range.volumeMl", [range.VolumeMl.Min], [range.VolumeMl.Max], axes: 1);
        var volumes = range.VolumesOfLabels();
        Require(volumes.Count == labels, "range.labelVolumesMl", range.LabelVolumesMl is null ? "absent" : Counted.Of(volumes.Count, "range"), $"{labels}, one for each label");
        for (var index = 0; index < volumes.Count; index++)
        {
            RequireThere(volumes[index], $"range.labelVolumesMl[{index}]", "a range");
            CheckExtremes($"range.labelVolumesMl[{index}]", [volumes[index].Min], [volumes[index].Max], axes: 1);
        }
    }

    private static void CheckExtremes(string member, IReadOnlyList<double> min, IReadOnlyList<double> max, int axes)
    {
        var sound = min.Count == axes && max.Count == axes && min.Zip(max).All(pair => pair.First > 0 && pair.Second >= pair.First && double.IsFinite(pair.Second));
        Require(sound, member, $"{Shown(min)} to {Shown(max)}", "finite values above 0, as many as there are axes, the least before the greatest");
    }

    private static void CheckCard(ModelCard card)
    {
        foreach (var (member, text) in new[] { ("intendedUse", card.IntendedUse), ("notFor", card.NotFor), ("data", card.Data), ("licence", card.Licence) })
            Require(IsCardText(text), $"card.{member}", $"a text of {text.Length} characters", AcceptedCardText);
    }

    private static string Shown<T>(IEnumerable<T> values) => $"[{string.Join(", ", values)}]";

    // JSON may have null in a list of what is never null here.
    private static void RequireThere(object? element, string member, string accepted) => Require(element is not null, member, "null", accepted);

    private static void Require(bool holds, string member, object seen, string accepted)
    {
        if (!holds)
            throw new InvalidPackageException(FormattableString.Invariant($"model.json: '{member}' is {seen}; accepted: {accepted}."));
    }

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[0-9A-Za-z.-]+\z")]
    private static partial Regex CodePattern();

    [GeneratedRegex(@"^#[0-9A-Fa-f]{6}\z")]
    private static partial Regex ColourPattern();

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex DigestPattern();
}
