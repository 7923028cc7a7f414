using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Results;

/// <summary>The attributes of patient and study (PS3.3 C.7.1.1, C.7.2.1) that a result takes over from its source, byte by byte.</summary>
internal static class CopiedAttributes
{
    /// <summary>All of them; types of text only, which are the same in every encoding.</summary>
    public static readonly IReadOnlyList<CopiedAttribute> All =
    [
        new(new DicomTag(0x0008, 0x0005), "CS"), // SpecificCharacterSet
        new(new DicomTag(0x0008, 0x0020), "DA", IsRequired: true), // StudyDate
        new(new DicomTag(0x0008, 0x0030), "TM", IsRequired: true), // StudyTime
        new(new DicomTag(0x0008, 0x0050), "SH", IsRequired: true, Identifies: true), // AccessionNumber
        new(new DicomTag(0x0008, 0x0090), "PN", IsRequired: true, Identifies: true), // ReferringPhysicianName
        new(new DicomTag(0x0008, 0x1030), "LO"), // StudyDescription
        new(new DicomTag(0x0010, 0x0010), "PN", IsRequired: true, Identifies: true), // PatientName
        new(new DicomTag(0x0010, 0x0020), "LO", IsRequired: true, Identifies: true), // PatientID
        new(new DicomTag(0x0010, 0x0021), "LO", Identifies: true), // IssuerOfPatientID
        new(new DicomTag(0x0010, 0x0030), "DA", IsRequired: true, Identifies: true), // PatientBirthDate
        new(new DicomTag(0x0010, 0x0040), "CS", IsRequired: true, Identifies: true), // PatientSex
        new(new DicomTag(0x0020, 0x0010), "SH", IsRequired: true, Identifies: true), // StudyID
        new(new DicomTag(0x0020, 0x1040), "LO", IsRequired: true), // PositionReferenceIndicator
    ];

    /// <summary>Copies them.</summary>
    /// <param name="source">A data set of the source.</param>
    /// <param name="result">The result.</param>
    /// <param name="deidentify">Whether those that identify the patient stay out.</param>
    public static void Copy(DicomDataSet source, DataSetBuilder result, bool deidentify)
    {
        foreach (var (tag, vr, isRequired, identifies) in All)
        {
            var value = deidentify && identifies ? [] : source.Value(tag);
            if (isRequired || value.Length > 0)
                result.Bytes(tag, vr, value.Length % 2 == 0 ? value : [.. value, (byte)' ']);
        }

        if (!deidentify)
            return;
        result.Text(new DicomTag(0x0012, 0x0062), "CS", "YES"); // PatientIdentityRemoved
        result.Text(new DicomTag(0x0012, 0x0063), "LO", "Attributes of the patient left out"); // DeidentificationMethod
    }
}
