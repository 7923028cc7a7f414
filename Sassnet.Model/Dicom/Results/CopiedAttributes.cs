using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Results;

/// <summary>Takes the attributes of patient and study over from the source: byte by byte where the result has the source's characters.</summary>
internal static class CopiedAttributes
{
    private const string LeftOut = "Name, numbers, birth date, sex, physician, free text left out";
    private const string Kept = "Dates and unique identifiers kept";

    // The Basic Application Level Confidentiality Profile (PS3.15 E.2) with the options that say what stays: what a result has to repeat to belong to its study, and
    // texts and content that are this library's own words.
    private static readonly Code[] Profile =
    [
        new("113100", "DCM", "Basic Application Confidentiality Profile"),
        new("113104", "DCM", "Clean Structured Content Option"),
        new("113105", "DCM", "Clean Descriptors Option"),
        new("113106", "DCM", "Retain Longitudinal Temporal Information Full Dates Option"),
        new("113110", "DCM", "Retain UIDs Option"),
    ];

    /// <summary>The attributes whose values are copied.</summary>
    /// <param name="deidentify">Whether those that identify the patient, or may, stay out.</param>
    public static IEnumerable<PatientStudyAttribute> Of(bool deidentify) =>
        PatientStudyAttributes.All.Where(attribute => !(deidentify && attribute.Identifies));

    /// <summary>Copies them.</summary>
    /// <param name="source">A data set of the source.</param>
    /// <param name="result">The result.</param>
    /// <param name="characters">The result's characters.</param>
    /// <param name="deidentify">Whether those that identify the patient, or may, stay out.</param>
    public static void Copy(DicomDataSet source, DataSetBuilder result, CharacterSet characters, bool deidentify)
    {
        var own = ResultCharacters.MustTranscode(source, characters) ? CharacterSet.Of(source) ?? CharacterSet.Ascii : null;
        foreach (var attribute in PatientStudyAttributes.All)
        {
            var value = deidentify && attribute.Identifies ? [] : source.Value(attribute.Tag);
            if (!attribute.IsRequired && value.IsEmpty)
                continue;

            // A zone that is none would be said of the result's own times.
            if (attribute.Tag == PatientStudyAttributes.TimezoneOffset && SourceZone.Of(source) is null)
                continue;
            if (own is null)
                result.Copy(attribute.Tag, attribute.Vr, value);
            else
                result.Text(attribute.Tag, attribute.Vr, own.Decode(value)!.Trim(' ', '\0'));
        }

        if (own is not null)
            result.Text(DicomTags.SpecificCharacterSet, "CS", characters.Terms);
        if (!deidentify)
            return;
        result.Text(new DicomTag(0x0012, 0x0062), "CS", "YES"); // PatientIdentityRemoved
        result.Text(new DicomTag(0x0012, 0x0063), "LO", $@"{LeftOut}\{Kept}"); // DeidentificationMethod
        Code.Write(result, new DicomTag(0x0012, 0x0064), Profile); // DeidentificationMethodCodeSequence
        result.Text(new DicomTag(0x0028, 0x0303), "CS", "UNMODIFIED"); // LongitudinalTemporalInformationModified
    }
}
