using System.Globalization;
using System.Runtime.InteropServices;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Results;

/// <summary>
/// Writes distance maps in millimetres as a DICOM Parametric Map (PS3.3 A.75) with float pixels over their source: the source's planes, rows and columns. Of
/// several labels it has the planes of each, one label after the other, and each frame's Real World Value Mapping says of which it is.
/// </summary>
public static class DicomParametricMap
{
    private const double LargestDistance = 1e6;
    private const string What = "parametric map";
    private const string Empty = "the segmentation is empty or fills the volume, so there is no distance to its boundary, and a parametric map has finite values only.";

    private static readonly DicomTag FloatPixelData = new(0x7FE0, 0x0008);
    private static readonly DicomTag RealWorldValueMappingSequence = new(0x0040, 0x9096);
    private static readonly DicomTag LutLabel = new(0x0040, 0x9210);

    /// <summary>Why none can be made of distances, over a series that there are results over: none are finite, or more than an object holds; null where one can.</summary>
    /// <param name="distances">The signed distances of each label, all on one grid.</param>
    public static string? ObstacleOf(IReadOnlyList<Volume> distances)
    {
        ArgumentNullException.ThrowIfNull(distances);
        var finite = distances.Count(IsFinite);
        return finite == 0 ? Empty : PixelHead.ObstacleOf(Bytes(finite, distances[0].Size), What);
    }

    /// <summary>Writes a map.</summary>
    /// <param name="stream">The file, which stays open.</param>
    /// <param name="distances">The signed distances of each label in millimetres, in the order of the labels described, on the grid of the volume that was read.</param>
    /// <param name="source">The series the volume was read from.</param>
    /// <param name="about">What made the map.</param>
    /// <exception cref="ArgumentException">There are not so many maps as labels.</exception>
    /// <exception cref="InvalidVolumeException">All maps are infinite, as that of an empty segmentation, the source lacks what a result has to repeat, or the pixels are more than an object holds.</exception>
    public static void Write(Stream stream, IReadOnlyList<Volume> distances, DicomSource source, ResultDescription about)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(distances);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(about);
        if (distances.Count != about.Labels.Count)
            throw new ArgumentException($"There are {distances.Count} maps of {about.Labels.Count} labels.", nameof(distances));
        about.RequirePossibleOver(source);
        var maps = about.Labels.Zip(distances).Where(map => IsFinite(map.Second)).ToList();
        if (maps.Count == 0)
            throw DicomFault.NotServable("empty-result", $"No parametric map can be made: {Empty} Ask for output=dicom-seg or output=report.");

        var size = maps[0].Second.Size;
        var head = PixelHead.Of(FloatPixelData, "OF", Bytes(maps.Count, size), What);
        var identity = ResultObject.Of(ResultKind.ParametricMap, ResultIdentifiers.Of<float>(source, about, [.. maps.Select(map => map.Second.Voxels)]));
        var description = $"Signed distance to {about.Subject}";
        var result = new DataSetBuilder(ResultCharacters.Of(source, about));
        ResultModules.Add(result, source, about, identity, description);
        ResultModules.AddImage(result, source);
        ResultModules.AddContent(result, about, "DISTANCE", description);
        AddPixels(result, maps.Count * size.Z);
        AddFrames(result, source, identity, [.. maps.Select(map => map.First)], isOne: about.Labels.Count == 1);

        FileMeta.Write(stream, identity.Kind.SopClass, identity.Instance, TransferSyntax.ExplicitLittleEndian.Uid);
        result.WriteTo(stream);
        stream.Write(head);
        foreach (var (_, distance) in maps)
        {
            for (var slice = 0; slice < size.Z; slice++)
            {
                for (var y = size.Y - 1; y >= 0; y--)
                    stream.Write(MemoryMarshal.AsBytes(distance.Voxels.AsSpan(size.IndexOf(0, y, slice), size.X)));
            }
        }
    }

    // All values are finite or none is: those of a label that was found nowhere.
    private static bool IsFinite(Volume distance) => float.IsFinite(distance.Voxels[0]);

    private static long Bytes(int maps, GridSize size) => maps * size.Count * sizeof(float);

    private static void AddPixels(DataSetBuilder result, int frames)
    {
        result.Text(DicomTags.ImageType, "CS", @"DERIVED\PRIMARY\VOLUME\DISTANCE");
        result.Text(new DicomTag(0x0018, 0x9004), "CS", "RESEARCH"); // ContentQualification
        result.Text(new DicomTag(0x0028, 0x0301), "CS", "NO"); // BurnedInAnnotation
        result.Text(new DicomTag(0x0028, 0x0302), "CS", "YES"); // RecognizableVisualFeatures
        result.Text(new DicomTag(0x2050, 0x0020), "CS", "IDENTITY"); // PresentationLUTShape
        result.Text(new DicomTag(0x0020, 0x0060), "CS", string.Empty); // Laterality
        result.Sequence(new DicomTag(0x0040, 0x0555)); // AcquisitionContextSequence
        result.Text(DicomTags.NumberOfFrames, "IS", frames.ToString(CultureInfo.InvariantCulture));
        result.Short(DicomTags.BitsAllocated, 32);
    }

    // Of one label all frames share its mapping, and their only dimension is their place; of several each frame says of which it is, and that is a dimension too.
    private static void AddFrames(DataSetBuilder result, DicomSource source, ResultObject identity, IReadOnlyList<Label> labels, bool isOne)
    {
        (DicomTag, DicomTag)[] place = [(DicomTags.ImagePositionPatient, DicomTags.PlanePositionSequence)];
        FunctionalGroups.AddDimensions(result, identity.Dimensions, isOne ? place : [(LutLabel, RealWorldValueMappingSequence), .. place]);
        result.Sequence(DicomTags.SharedFunctionalGroupsSequence, shared =>
        {
            FunctionalGroups.AddShared(shared, source.Frames);
            if (isOne)
                AddMapping(shared, "Signed distance, negative inside", "DISTANCE");
            AddMeaning(shared);
        });
        result.Sequence(DicomTags.PerFrameFunctionalGroupsSequence, labels.SelectMany((label, number) => source.Frames.Select((frame, slice) =>
            (Action<DataSetBuilder>)(groups =>
            {
                FunctionalGroups.AddFrame(groups, frame, isOne ? [slice + 1] : [number + 1, slice + 1]);
                if (!isOne)
                    AddMapping(groups, label.Name, $"DISTANCE {label.Value.ToString(CultureInfo.InvariantCulture)}");
            }))));
    }

    /// <summary>Of what the pixels are the distance: values in millimetres as they stand.</summary>
    private static void AddMapping(DataSetBuilder groups, string explanation, string name) =>
        groups.Sequence(RealWorldValueMappingSequence, mapping =>
        {
            mapping.Text(new DicomTag(0x0028, 0x3003), "LO", explanation); // LUTExplanation
            Code.Millimetre.Write(mapping, new DicomTag(0x0040, 0x08EA)); // MeasurementUnitsCodeSequence
            mapping.Text(LutLabel, "SH", name);
            mapping.Double(new DicomTag(0x0040, 0x9213), LargestDistance); // DoubleFloatRealWorldValueLastValueMapped
            mapping.Double(new DicomTag(0x0040, 0x9214), -LargestDistance); // DoubleFloatRealWorldValueFirstValueMapped
            mapping.Double(new DicomTag(0x0040, 0x9224), 0); // RealWorldValueIntercept
            mapping.Double(new DicomTag(0x0040, 0x9225), 1); // RealWorldValueSlope
        });

    /// <summary>How the pixels are shown.</summary>
    private static void AddMeaning(DataSetBuilder shared)
    {
        shared.Sequence(DicomTags.PixelValueTransformationSequence, identity =>
        {
            identity.Decimals(DicomTags.RescaleIntercept, 0);
            identity.Decimals(DicomTags.RescaleSlope, 1);
            identity.Text(new DicomTag(0x0028, 0x1054), "LO", "US"); // RescaleType: unspecified
        });
        shared.Sequence(new DicomTag(0x0028, 0x9132), window => // FrameVOILUTSequence
        {
            window.Decimals(new DicomTag(0x0028, 0x1050), 0); // WindowCenter
            window.Decimals(new DicomTag(0x0028, 0x1051), 100); // WindowWidth
        });
        shared.Sequence(new DicomTag(0x0040, 0x9092), type => // ParametricMapFrameTypeSequence
            type.Text(new DicomTag(0x0008, 0x9007), "CS", @"DERIVED\PRIMARY\VOLUME\DISTANCE"));
    }
}
