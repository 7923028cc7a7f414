using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Results;

/// <summary>
/// Writes a segmentation as a DICOM Segmentation object (PS3.3 A.51) over its source: the source's planes, rows and columns, a segment for each label,
/// frames without a segmented pixel left out. An empty segmentation has one frame, of zeros.
/// </summary>
public static class DicomSegmentation
{
    // Clear in grey images, for labels without a colour of their own.
    internal const string UsualColour = "#e6194b";

    private const string Background = "Background";
    private const string Black = "#000000";

    private static readonly DicomTag SegmentNumber = new(0x0062, 0x0004);
    private static readonly DicomTag SegmentIdentificationSequence = new(0x0062, 0x000A);
    private static readonly DicomTag ReferencedSegmentNumber = new(0x0062, 0x000B);

    /// <summary>How a segmentation's pixels are stored; never <see cref="SegmentationEncoding.Auto"/>.</summary>
    /// <param name="labels">The segmentation.</param>
    /// <param name="about">What made it, and how its pixels are to be stored.</param>
    public static SegmentationEncoding EncodingOf(LabelMap labels, ResultDescription about)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(about);
        return SegmentFrames.Of(labels, about.Labels, about.Encoding).Encoding;
    }

    /// <summary>What is to be known of how a segmentation's pixels are stored: nothing where every known reader reads them right.</summary>
    /// <param name="labels">The segmentation.</param>
    /// <param name="about">What made it, and how its pixels are to be stored.</param>
    public static Warning? WarningOf(LabelMap labels, ResultDescription about)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(about);
        var frames = SegmentFrames.Of(labels, about.Labels, about.Encoding);
        return frames.Encoding switch
        {
            SegmentationEncoding.Binary when !EncodingChoice.IsReadByAll(labels.Size, frames.All.Count) => new Warning(
                "binary-misread",
                $"The segmentation object is BINARY, as asked, with {Counted.Of(frames.All.Count, "frame")} of {labels.Size.X}x{labels.Size.Y} pixels, whose bits end within a byte. That is valid, and yet many viewers show it scrambled or not at all; segEncoding=auto is read by all known."),
            SegmentationEncoding.LabelMap => new Warning(
                "label-map-unknown", "The segmentation object is a label map, as asked: a kind of 2024 that most viewers and archives do not know yet."),
            _ => null,
        };
    }

    /// <summary>Writes a segmentation.</summary>
    /// <param name="stream">The file, which stays open.</param>
    /// <param name="labels">The segmentation, on the grid of the volume that was read; each value but 0 is a label's.</param>
    /// <param name="source">The series the volume was read from.</param>
    /// <param name="about">What made the segmentation.</param>
    /// <exception cref="ArgumentException">A value has no label.</exception>
    /// <exception cref="InvalidVolumeException">The source lacks what a result has to repeat, or the pixels are more than an object holds.</exception>
    public static void Write(Stream stream, LabelMap labels, DicomSource source, ResultDescription about)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(about);
        about.RequirePossibleOver(source);
        var frames = SegmentFrames.Of(labels, about.Labels, about.Encoding);
        var head = PixelHead.Of(DicomTags.PixelData, "OB", frames.PaddedBytes, "segmentation object");
        var identifiers = ResultIdentifiers.Of<byte>(source, about, labels.Labels);
        var identity = IdentityOf(frames.Encoding, identifiers);
        var description = $"Segmentation of {about.Subject}";
        var result = new DataSetBuilder(ResultCharacters.Of(source, about));
        ResultModules.Add(result, source, about, identity, description);
        ResultModules.AddImage(result, source);
        ResultModules.AddContent(result, about, "SEGMENTATION", description);
        AddPixels(result, frames);
        AddSegments(result, about, frames.Encoding, identifiers);
        AddFrames(result, source, frames, identity);

        FileMeta.Write(stream, identity.Kind.SopClass, identity.Instance, TransferSyntax.ExplicitLittleEndian.Uid);
        result.WriteTo(stream);
        stream.Write(head);
        frames.Write(stream);
    }

    /// <summary>Which object a segmentation is written as, for those that refer to it.</summary>
    internal static ResultObject IdentityOf(SegmentationEncoding encoding, ResultIdentifiers identifiers) =>
        ResultObject.Of(encoding == SegmentationEncoding.LabelMap ? ResultKind.LabelMap : ResultKind.Segmentation, identifiers, encoding.ToString());

    /// <summary>How what a segment shows is named wherever it is tracked.</summary>
    internal static (string Text, string Uid) TrackingOf(Label label, ResultIdentifiers identifiers) =>
        (label.Name, identifiers[$"tracking {label.Value.ToString(CultureInfo.InvariantCulture)}"]);

    private static void AddPixels(DataSetBuilder result, SegmentFrames frames)
    {
        result.Text(DicomTags.ImageType, "CS", @"DERIVED\PRIMARY");
        result.Text(new DicomTag(0x0062, 0x0001), "CS", frames.Encoding.ToString().ToUpperInvariant()); // SegmentationType
        result.Text(new DicomTag(0x0062, 0x0013), "CS", "NO"); // SegmentsOverlap
        result.Text(DicomTags.NumberOfFrames, "IS", frames.All.Count.ToString(CultureInfo.InvariantCulture));
        result.Short(DicomTags.BitsAllocated, frames.BitsAllocated);
        result.Short(DicomTags.BitsStored, frames.BitsAllocated);
        result.Short(DicomTags.HighBit, frames.BitsAllocated - 1);
        result.Short(DicomTags.PixelRepresentation, 0);
        if (frames.Encoding == SegmentationEncoding.Fractional)
        {
            result.Text(new DicomTag(0x0062, 0x0010), "CS", "OCCUPANCY"); // SegmentationFractionalType
            result.Short(new DicomTag(0x0062, 0x000E), byte.MaxValue); // MaximumFractionalValue
        }
        else if (frames.Encoding == SegmentationEncoding.LabelMap)
        {
            result.Short(new DicomTag(0x0028, 0x0120), 0); // PixelPaddingValue: the background
        }
    }

    private static void AddSegments(DataSetBuilder result, ResultDescription about, SegmentationEncoding encoding, ResultIdentifiers identifiers)
    {
        var segments = about.Labels.Select((label, index) => (Action<DataSetBuilder>)(segment => AddSegment(segment, index + 1, label, about, identifiers)));

        // In a label map what is no segment has a number too, and is described like one.
        if (encoding == SegmentationEncoding.LabelMap)
            segments = segments.Prepend(AddBackground);
        result.Sequence(new DicomTag(0x0062, 0x0002), segments);
    }

    private static void AddSegment(DataSetBuilder segment, int number, Label label, ResultDescription about, ResultIdentifiers identifiers)
    {
        var tracking = TrackingOf(label, identifiers);
        segment.Short(SegmentNumber, number);
        segment.Text(new DicomTag(0x0062, 0x0005), "LO", label.Name); // SegmentLabel
        segment.Text(new DicomTag(0x0062, 0x0008), "CS", "AUTOMATIC"); // SegmentAlgorithmType
        segment.Shorts(new DicomTag(0x0062, 0x000D), DisplayColour.CieLab(label.Colour ?? UsualColour)); // RecommendedDisplayCIELabValue
        segment.Text(new DicomTag(0x0062, 0x0009), "LO", $"{about.ModelName} {about.ModelVersion}"); // SegmentAlgorithmName
        segment.Text(new DicomTag(0x0062, 0x0020), "UT", tracking.Text); // TrackingID
        segment.Text(new DicomTag(0x0062, 0x0021), "UI", tracking.Uid); // TrackingUID
        segment.Sequence(new DicomTag(0x0062, 0x0007), algorithm => // SegmentationAlgorithmIdentificationSequence
        {
            Code.ArtificialIntelligence.Write(algorithm, new DicomTag(0x0066, 0x002F)); // AlgorithmFamilyCodeSequence
            algorithm.Text(new DicomTag(0x0066, 0x0031), "LO", about.ModelVersion); // AlgorithmVersion
            algorithm.Text(new DicomTag(0x0066, 0x0036), "LO", about.ModelName); // AlgorithmName
        });
        Code.AnatomicalStructure.Write(segment, new DicomTag(0x0062, 0x0003)); // SegmentedPropertyCategoryCodeSequence
        Code.Of(label).Write(segment, new DicomTag(0x0062, 0x000F)); // SegmentedPropertyTypeCodeSequence
    }

    private static void AddBackground(DataSetBuilder segment)
    {
        segment.Short(SegmentNumber, 0);
        segment.Text(new DicomTag(0x0062, 0x0005), "LO", Background); // SegmentLabel
        segment.Text(new DicomTag(0x0062, 0x0008), "CS", "AUTOMATIC"); // SegmentAlgorithmType
        segment.Shorts(new DicomTag(0x0062, 0x000D), DisplayColour.CieLab(Black)); // RecommendedDisplayCIELabValue
        segment.Text(new DicomTag(0x0062, 0x0009), "LO", Background); // SegmentAlgorithmName
        Code.Background.Write(segment, new DicomTag(0x0062, 0x0003)); // SegmentedPropertyCategoryCodeSequence
        Code.Background.Write(segment, new DicomTag(0x0062, 0x000F)); // SegmentedPropertyTypeCodeSequence
    }

    private static void AddFrames(DataSetBuilder result, DicomSource source, SegmentFrames frames, ResultObject identity)
    {
        var isLabelMap = frames.Encoding == SegmentationEncoding.LabelMap;
        var places = frames.All.Select(frame => frame.Slice).Distinct().Order().ToList();
        (DicomTag, DicomTag) position = (DicomTags.ImagePositionPatient, DicomTags.PlanePositionSequence);
        FunctionalGroups.AddDimensions(result, identity.Dimensions, isLabelMap ? [position] : [(ReferencedSegmentNumber, SegmentIdentificationSequence), position]);
        result.Sequence(DicomTags.SharedFunctionalGroupsSequence, shared => FunctionalGroups.AddShared(shared, source.Frames));
        result.Sequence(DicomTags.PerFrameFunctionalGroupsSequence, frames.All.Select(frame => (Action<DataSetBuilder>)(groups =>
        {
            var place = places.IndexOf(frame.Slice) + 1;
            FunctionalGroups.AddFrame(groups, source.Frames[frame.Slice], isLabelMap ? [place] : [frame.Segment, place]);
            if (!isLabelMap)
                groups.Sequence(SegmentIdentificationSequence, segment => segment.Short(ReferencedSegmentNumber, frame.Segment));
        })));
    }
}
