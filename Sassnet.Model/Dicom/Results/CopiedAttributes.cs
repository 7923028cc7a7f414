using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Results;

/// <summary>Takes the attributes of patient and study over from the source, byte by byte.</summary>
internal static class CopiedAttributes
{
    /// <summary>Copies them.</summary>
    /// <param name="source">A data set of the source.</param>
    /// <param name="result">The result.</param>
    /// <param name="deidentify">Whether those that identify the patient stay out.</param>
    public static void Copy(DicomDataSet source, DataSetBuilder result, bool deidentify)
    {
        foreach (var (tag, vr, isRequired, identifies) in PatientStudyAttributes.All)
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
