namespace Sassnet.Model.Dicom.DataSets;

/// <summary>An attribute of patient or study.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Vr">Its type, which a file need not say.</param>
/// <param name="IsRequired">Whether it has to be there, empty where it is not known (type 2).</param>
/// <param name="Identifies">Whether it tells who the patient is, or may, as any free text.</param>
internal sealed record PatientStudyAttribute(DicomTag Tag, string Vr, bool IsRequired = false, bool Identifies = false);

/// <summary>The attributes of patient and study (PS3.3 C.7.1.1, C.7.2.1) that are read to be repeated in results.</summary>
internal static class PatientStudyAttributes
{
    /// <summary>What all times are ahead of UTC (PS3.3 C.12.1): the study's mean nothing else without it.</summary>
    public static readonly DicomTag TimezoneOffset = new(0x0008, 0x0201);

    /// <summary>All of them; types of text only, which are the same in every encoding.</summary>
    public static readonly IReadOnlyList<PatientStudyAttribute> All =
    [
        new(new DicomTag(0x0008, 0x0005), "CS"), // SpecificCharacterSet
        new(new DicomTag(0x0008, 0x0020), "DA", IsRequired: true), // StudyDate
        new(new DicomTag(0x0008, 0x0030), "TM", IsRequired: true), // StudyTime
        new(new DicomTag(0x0008, 0x0050), "SH", IsRequired: true, Identifies: true), // AccessionNumber
        new(new DicomTag(0x0008, 0x0090), "PN", IsRequired: true, Identifies: true), // ReferringPhysicianName
        new(TimezoneOffset, "SH"), // TimezoneOffsetFromUTC
        new(new DicomTag(0x0008, 0x1030), "LO", Identifies: true), // StudyDescription
        new(new DicomTag(0x0010, 0x0010), "PN", IsRequired: true, Identifies: true), // PatientName
        new(new DicomTag(0x0010, 0x0020), "LO", IsRequired: true, Identifies: true), // PatientID
        new(new DicomTag(0x0010, 0x0021), "LO", Identifies: true), // IssuerOfPatientID
        new(new DicomTag(0x0010, 0x0030), "DA", IsRequired: true, Identifies: true), // PatientBirthDate
        new(new DicomTag(0x0010, 0x0040), "CS", IsRequired: true, Identifies: true), // PatientSex
        new(new DicomTag(0x0020, 0x0010), "SH", IsRequired: true, Identifies: true), // StudyID
        new(new DicomTag(0x0020, 0x1040), "LO", IsRequired: true, Identifies: true), // PositionReferenceIndicator
    ];
}
