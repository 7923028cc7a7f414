using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Pixels;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Finds the frames of a file of a series: one in a classic object, many in an enhanced one.</summary>
internal static class SliceFrames
{
    /// <summary>The frames, in the file's order.</summary>
    /// <param name="file">A file with pixels.</param>
    /// <param name="number">Its number in the input, from 1.</param>
    /// <exception cref="Volumes.InvalidVolumeException">It is no MR or CT scan, or its attributes are missing or impossible.</exception>
    public static IEnumerable<SliceFrame> Of(DicomFile file, int number)
    {
        ImageKind.RequireScan(file.DataSet, number);
        var layout = PixelLayout.Of(file.DataSet);
        var index = 0;
        foreach (var frame in Frames(file.DataSet, number, layout))
        {
            yield return new SliceFrame(file, index, frame.Frame is not null, frame.ToString(), layout, FramePlane.Of(frame), frame.Rescale());
            index++;
        }
    }

    private static IEnumerable<FrameAttributes> Frames(DicomDataSet dataSet, int number, PixelLayout layout)
    {
        var count = dataSet.Decimals(DicomTags.NumberOfFrames, "NumberOfFrames", 1)?[0] ?? 1;

        // Some software writes 0 frames, or functional groups with nothing in them, into single images.
        if (count is 0 or 1 && dataSet.Contains(DicomTags.ImagePositionPatient))
            return [new FrameAttributes(number, null, dataSet, [])];
        if (count < 1 || count > HeaderBudget.ElementsInFile || count != Math.Floor(count))
            throw DicomFault.BadHeader($"NumberOfFrames {DicomTags.NumberOfFrames} is {count} in file {number}; accepted: 1 to {HeaderBudget.ElementsInFile}.");

        var own = dataSet.Items(DicomTags.PerFrameFunctionalGroupsSequence);
        var shared = dataSet.Items(DicomTags.SharedFunctionalGroupsSequence);
        if (own.Count == 0 && shared.Count == 0)
        {
            return count == 1
                ? [new FrameAttributes(number, null, dataSet, [])]
                : throw DicomFault.NotServable("orientation-missing", $"File {number} has {count} frames of {layout.Columns}x{layout.Rows} and no functional groups that place them in the patient; accepted: single frames, or enhanced MR or CT.");
        }

        return own.Count == (int)count
            ? own.Select((groups, index) => new FrameAttributes(number, index + 1, dataSet, [groups, .. shared.Take(1)]))
            : throw DicomFault.BadHeader($"PerFrameFunctionalGroupsSequence {DicomTags.PerFrameFunctionalGroupsSequence} has {own.Count.ToString(CultureInfo.InvariantCulture)} items in file {number}; accepted: {count}, one for each frame.");
    }
}
