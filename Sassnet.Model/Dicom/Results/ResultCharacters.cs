using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;

namespace Sassnet.Model.Dicom.Results;

/// <summary>
/// In which characters a result is written: the source's own where they hold what the model says, so that the patient's name stays byte by
/// byte what it was, else UTF-8 with everything that is copied brought to it.
/// </summary>
internal static class ResultCharacters
{
    /// <summary>The character set of a result.</summary>
    public static CharacterSet Of(DicomSource source, ResultDescription about)
    {
        // A set that this library does not know has ASCII too.
        var own = CharacterSet.Of(source.Owner) ?? CharacterSet.Ascii;
        return about.Labels.All(label => own.Encode(label.Name) is not null) ? own : CharacterSet.Utf8;
    }

    /// <summary>Why what is copied cannot be brought to the result's character set; null where it can, or need not.</summary>
    public static string? Obstacle(DicomSource source, ResultDescription about)
    {
        var dataSet = source.Owner;
        if (!MustTranscode(dataSet, Of(source, about)))
            return null;
        var own = CharacterSet.Of(dataSet) ?? CharacterSet.Ascii;
        return CopiedAttributes.Of(about.Deidentify).Any(attribute => own.Decode(dataSet.Value(attribute.Tag)) is null)
            ? $"the label \"{about.Subject}\" needs UTF-8, and the texts of patient and study cannot be brought to it: "
                + $"they are not in the characters that SpecificCharacterSet {DicomTags.SpecificCharacterSet} names."
            : null;
    }

    /// <summary>Whether the source's bytes have another meaning in the result.</summary>
    public static bool MustTranscode(DicomDataSet source, CharacterSet result) =>
        result == CharacterSet.Utf8 && CharacterSet.Of(source) != CharacterSet.Utf8;
}
