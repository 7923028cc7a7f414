using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Series;

/// <summary>
/// The attributes of one frame: in an enhanced object in the functional groups of the frame, else in those of all frames
/// (PS3.3 C.7.6.16), and in a classic one in the data set itself.
/// </summary>
/// <param name="File">The number of the file in the input, from 1.</param>
/// <param name="Frame">The number of the frame in the file, from 1; null where the file is one frame.</param>
/// <param name="DataSet">The file's data set.</param>
/// <param name="Groups">The functional groups to look into, the frame's own first; none for a classic object.</param>
internal sealed record FrameAttributes(int File, int? Frame, DicomDataSet DataSet, IReadOnlyList<DicomDataSet> Groups)
{
    /// <summary>A value of the frame.</summary>
    /// <param name="group">The functional group that has it in an enhanced object.</param>
    /// <param name="tag">The attribute.</param>
    /// <param name="name">Its name, for faults.</param>
    /// <param name="count">How many numbers it has.</param>
    public double[]? Decimals(DicomTag group, DicomTag tag, string name, int count) => Home(group)?.Decimals(tag, name, count);

    /// <summary>How far rounding may have moved each number of a value that is there.</summary>
    public double[] Roundings(DicomTag group, DicomTag tag) => Home(group)!.Roundings(tag);

    /// <summary>A length in millimetres that only confirms others; null where it is missing, no number, or not above 0.</summary>
    public double? Length(DicomTag group, DicomTag tag) =>
        Home(group)?.Texts(tag) is [var text]
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var length)
        && double.IsFinite(length) && length > 0
            ? length
            : null;

    /// <summary>The linear map of stored values to the modality's (PS3.3 C.11.1), as far as it is given.</summary>
    /// <exception cref="InvalidVolumeException">It is a table, or its slope is 0.</exception>
    public ModalityRescale Rescale()
    {
        if (DataSet.Contains(DicomTags.ModalityLutSequence))
            throw DicomFault.NotServable("modality-lut", $"ModalityLUTSequence {DicomTags.ModalityLutSequence} is there in {this}; accepted: RescaleSlope and RescaleIntercept, or none.");
        var slope = Decimals(DicomTags.PixelValueTransformationSequence, DicomTags.RescaleSlope, "RescaleSlope", 1)?[0];
        var intercept = Decimals(DicomTags.PixelValueTransformationSequence, DicomTags.RescaleIntercept, "RescaleIntercept", 1)?[0];
        return slope != 0
            ? new ModalityRescale(slope, intercept)
            : throw DicomFault.BadHeader($"RescaleSlope {DicomTags.RescaleSlope} is 0 in {this}; accepted: any other finite number.");
    }

    /// <summary>How faults name it.</summary>
    public override string ToString() => Frame is { } frame
        ? string.Create(CultureInfo.InvariantCulture, $"frame {frame} of file {File}")
        : string.Create(CultureInfo.InvariantCulture, $"file {File}");

    private DicomDataSet? Home(DicomTag group) => Groups.Count == 0
        ? DataSet
        : Groups.SelectMany(groups => groups.Items(group)).FirstOrDefault();
}
