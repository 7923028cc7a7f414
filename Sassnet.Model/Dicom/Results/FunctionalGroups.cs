using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;

namespace Sassnet.Model.Dicom.Results;

/// <summary>Where a result's frames lie, what they were made from, and how they are ordered (PS3.3 C.7.6.16, C.7.6.17).</summary>
internal static class FunctionalGroups
{
    private static readonly DicomTag DimensionOrganizationUid = new(0x0020, 0x9164);

    /// <summary>All groups of a result that has a frame for each of its source's, in their order, and no other dimension.</summary>
    /// <param name="result">The result.</param>
    /// <param name="frames">The source's frames, in order.</param>
    public static void AddAll(DataSetBuilder result, IReadOnlyList<SliceFrame> frames)
    {
        result.Sequence(DicomTags.SharedFunctionalGroupsSequence, shared => AddShared(shared, frames));
        result.Sequence(DicomTags.PerFrameFunctionalGroupsSequence, frames.Select((frame, slice) =>
            (Action<DataSetBuilder>)(groups => AddFrame(groups, frame, slice + 1))));
    }

    /// <summary>What holds for all frames: orientation and spacing.</summary>
    /// <param name="shared">The shared groups.</param>
    /// <param name="frames">The source's frames, in order.</param>
    public static void AddShared(DataSetBuilder shared, IReadOnlyList<SliceFrame> frames)
    {
        var plane = frames[0].Plane;
        var step = SliceStep.Of(frames).Length;
        shared.Sequence(DicomTags.PlaneOrientationSequence, item => item.Decimals(
            DicomTags.ImageOrientationPatient, plane.AlongRow.X, plane.AlongRow.Y, plane.AlongRow.Z, plane.AlongColumn.X, plane.AlongColumn.Y, plane.AlongColumn.Z));
        shared.Sequence(DicomTags.PixelMeasuresSequence, item =>
        {
            item.Decimals(DicomTags.SliceThickness, step);
            item.Decimals(DicomTags.SpacingBetweenSlices, step);
            item.Decimals(DicomTags.PixelSpacing, plane.RowStep, plane.ColumnStep);
        });
    }

    /// <summary>What holds for one frame: its place in the order and in the patient, and the image it was made from.</summary>
    /// <param name="groups">The frame's groups.</param>
    /// <param name="frame">The source's frame.</param>
    /// <param name="index">The frame's indices along the dimensions, from 1.</param>
    public static void AddFrame(DataSetBuilder groups, SliceFrame frame, params ReadOnlySpan<int> index)
    {
        var indices = index.ToArray();
        groups.Sequence(new DicomTag(0x0020, 0x9111), content => content.Longs(new DicomTag(0x0020, 0x9157), indices)); // FrameContentSequence
        groups.Sequence(DicomTags.PlanePositionSequence, plane => plane.Decimals(
            DicomTags.ImagePositionPatient, frame.Plane.Position.X, frame.Plane.Position.Y, frame.Plane.Position.Z));
        groups.Sequence(new DicomTag(0x0008, 0x9124), derived => // DerivationImageSequence
        {
            derived.Sequence(new DicomTag(0x0008, 0x2112), image => // SourceImageSequence
            {
                ResultModules.Refer(image, frame);
                if (frame.IsOneOfMany)
                    image.Text(new DicomTag(0x0008, 0x1160), "IS", (frame.Index + 1).ToString(CultureInfo.InvariantCulture)); // ReferencedFrameNumber
                Code.SourceImage.Write(image, new DicomTag(0x0040, 0xA170)); // PurposeOfReferenceCodeSequence
            });
            Code.Segmentation.Write(derived, new DicomTag(0x0008, 0x9215)); // DerivationCodeSequence
        });
    }

    /// <summary>Names the dimensions that the frames' indices count along.</summary>
    /// <param name="result">The result.</param>
    /// <param name="organization">The identifier of this order.</param>
    /// <param name="dimensions">The attribute of each, and the functional group it is in.</param>
    public static void AddDimensions(DataSetBuilder result, string organization, params IEnumerable<(DicomTag Attribute, DicomTag Group)> dimensions)
    {
        result.Sequence(new DicomTag(0x0020, 0x9221), item => item.Text(DimensionOrganizationUid, "UI", organization));
        result.Sequence(new DicomTag(0x0020, 0x9222), dimensions.Select(dimension => (Action<DataSetBuilder>)(item =>
        {
            item.Text(DimensionOrganizationUid, "UI", organization);
            item.Tag(new DicomTag(0x0020, 0x9165), dimension.Attribute); // DimensionIndexPointer
            item.Tag(new DicomTag(0x0020, 0x9167), dimension.Group); // FunctionalGroupPointer
        })));
    }
}
