using System.Globalization;
using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Results;

/// <summary>
/// The zone that the times of a source are in. It holds for all times of a data set (PS3.3 C.12.1.1.1), so that a result that repeats the study's has its own in it too.
/// </summary>
internal static class SourceZone
{
    private static readonly TimeSpan Westernmost = TimeSpan.FromHours(-12);
    private static readonly TimeSpan Easternmost = TimeSpan.FromHours(14);

    /// <summary>What its times are ahead of UTC; null where it does not say, or says no such thing as <c>+0130</c>.</summary>
    public static TimeSpan? Of(DicomDataSet source)
    {
        if (source.Text(PatientStudyAttributes.TimezoneOffset) is not { Length: 5 } text || text[0] is not ('+' or '-'))
            return null;
        if (!TimeSpan.TryParseExact(text[1..], "hhmm", CultureInfo.InvariantCulture, out var size))
            return null;
        var offset = text[0] == '-' ? -size : size;
        return offset >= Westernmost && offset <= Easternmost ? offset : null;
    }
}
