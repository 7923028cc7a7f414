using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Results;

/// <summary>
/// Writes a segmentation as a binary DICOM Segmentation object (PS3.3 A.51) over its source: the source's planes, rows and columns, one segment,
/// frames without a segmented pixel left out. An empty segmentation has one frame, of zeros.
/// </summary>
public static class DicomSegmentation
{
    private const string SopClass = "1.2.840.10008.5.1.4.1.1.66.4";
    private const string Modality = "SEG";

    // Series of results are numbered behind those of a scanner, each kind by itself.
    private const string SeriesNumber = "1000";

    // Clear in grey images, for labels without a colour of their own.
    private const string UsualColour = "#e6194b";
    private const int Segment = 1;

    private static readonly DicomTag SegmentNumber = new(0x0062, 0x0004);
    private static readonly DicomTag SegmentIdentificationSequence = new(0x0062, 0x000A);
    private static readonly DicomTag ReferencedSegmentNumber = new(0x0062, 0x000B);

    /// <summary>Writes a segmentation.</summary>
    /// <param name="stream">The file, which stays open.</param>
    /// <param name="labels">The segmentation, on the grid of the volume that was read; every value but 0 is the segment.</param>
    /// <param name="source">The series the volume was read from.</param>
    /// <param name="about">What made the segmentation.</param>
    /// <exception cref="InvalidVolumeException">The source lacks what a result has to repeat.</exception>
    public static void Write(Stream stream, LabelMap labels, DicomSource source, ResultDescription about)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(about);
        about.RequirePossibleOver(source);
        var slices = Enumerable.Range(0, labels.Size.Z).Where(slice => Slice(labels, slice).ContainsAnyExcept((byte)0)).DefaultIfEmpty(0).ToList();
        var instance = DicomUid.New();
        var result = new DataSetBuilder(ResultCharacters.Of(source, about));
        ResultModules.Add(result, source, about, SopClass, instance, Modality, SeriesNumber, $"Segmentation of {about.Label.Name}");
        AddImage(result, slices.Count);
        AddSegment(result, about);
        AddFrames(result, source, slices);

        FileMeta.Write(stream, SopClass, instance, TransferSyntax.ExplicitLittleEndian.Uid);
        result.WriteTo(stream);
        var pixels = Pack(labels, slices);
        stream.Write(ElementHead.Of(DicomTags.PixelData, "OB", (uint)pixels.Length));
        stream.Write(pixels);
    }

    private static void AddImage(DataSetBuilder result, int frames)
    {
        result.Text(DicomTags.ImageType, "CS", @"DERIVED\PRIMARY");
        result.Text(new DicomTag(0x0070, 0x0080), "CS", "SEGMENTATION"); // ContentLabel
        result.Text(new DicomTag(0x0062, 0x0001), "CS", "BINARY"); // SegmentationType
        result.Text(DicomTags.NumberOfFrames, "IS", frames.ToString(CultureInfo.InvariantCulture));
        result.Short(DicomTags.BitsAllocated, 1);
        result.Short(DicomTags.BitsStored, 1);
        result.Short(DicomTags.HighBit, 0);
        result.Short(DicomTags.PixelRepresentation, 0);
    }

    private static void AddSegment(DataSetBuilder result, ResultDescription about) => result.Sequence(new DicomTag(0x0062, 0x0002), segment =>
    {
        segment.Short(SegmentNumber, Segment);
        segment.Text(new DicomTag(0x0062, 0x0005), "LO", about.Label.Name); // SegmentLabel
        segment.Text(new DicomTag(0x0062, 0x0008), "CS", "AUTOMATIC"); // SegmentAlgorithmType
        segment.Shorts(new DicomTag(0x0062, 0x000D), DisplayColour.CieLab(about.Label.Colour ?? UsualColour)); // RecommendedDisplayCIELabValue
        segment.Text(new DicomTag(0x0062, 0x0009), "LO", $"{about.ModelName} {about.ModelVersion}"); // SegmentAlgorithmName
        segment.Sequence(new DicomTag(0x0062, 0x0007), algorithm => // SegmentationAlgorithmIdentificationSequence
        {
            Code.ArtificialIntelligence.Write(algorithm, new DicomTag(0x0066, 0x002F)); // AlgorithmFamilyCodeSequence
            algorithm.Text(new DicomTag(0x0066, 0x0031), "LO", about.ModelVersion); // AlgorithmVersion
            algorithm.Text(new DicomTag(0x0066, 0x0036), "LO", about.ModelName); // AlgorithmName
        });
        Code.AnatomicalStructure.Write(segment, new DicomTag(0x0062, 0x0003)); // SegmentedPropertyCategoryCodeSequence
        var type = about.Label.SnomedCode is { } code ? new Code(code, "SCT", about.Label.Name) : Code.AnatomicalStructure;
        type.Write(segment, new DicomTag(0x0062, 0x000F)); // SegmentedPropertyTypeCodeSequence
    });

    private static void AddFrames(DataSetBuilder result, DicomSource source, List<int> slices)
    {
        FunctionalGroups.AddDimensions(
            result, (ReferencedSegmentNumber, SegmentIdentificationSequence), (DicomTags.ImagePositionPatient, DicomTags.PlanePositionSequence));
        result.Sequence(DicomTags.SharedFunctionalGroupsSequence, shared => FunctionalGroups.AddShared(shared, source.Frames));
        result.Sequence(DicomTags.PerFrameFunctionalGroupsSequence, slices.Select((slice, place) => (Action<DataSetBuilder>)(groups =>
        {
            FunctionalGroups.AddFrame(groups, source.Frames[slice], Segment, place + 1);
            groups.Sequence(SegmentIdentificationSequence, segment => segment.Short(ReferencedSegmentNumber, Segment));
        })));
    }

    /// <summary>The frames one after another, a bit for each pixel, the lowest bit of a byte first (PS3.5 8.1.1); rows from top to bottom again.</summary>
    private static byte[] Pack(LabelMap labels, List<int> slices)
    {
        var size = labels.Size;
        var bytes = new byte[((((long)size.X * size.Y * slices.Count) + 15) / 16) * 2];
        var bit = 0L;
        foreach (var slice in slices)
        {
            for (var y = size.Y - 1; y >= 0; y--)
            {
                foreach (var label in labels.Labels.AsSpan(size.IndexOf(0, y, slice), size.X))
                {
                    if (label != 0)
                        bytes[bit >> 3] |= (byte)(1 << (int)(bit & 7));
                    bit++;
                }
            }
        }

        return bytes;
    }

    private static ReadOnlySpan<byte> Slice(LabelMap labels, int slice)
    {
        var count = labels.Size.X * labels.Size.Y;
        return labels.Labels.AsSpan(slice * count, count);
    }
}
