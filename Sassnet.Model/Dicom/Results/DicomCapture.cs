using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Results;

/// <summary>
/// Writes the scan with the contours of a segmentation burnt in, for viewers that know nothing but images: a Multi-frame True Color Secondary Capture
/// (PS3.3 A.8.5) of all slices, on the source's planes, rows and columns. One object of one series, so that it is stored whole or not at all.
/// </summary>
public static class DicomCapture
{
    /// <summary>Why none can be made over a series besides what <see cref="ResultDescription.ObstacleOver"/> says; null where one can.</summary>
    public static string? ObstacleOver(DicomSource source, ResultDescription about)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(about);
        return about.Deidentify && IsAnnotated(source)
            ? $"the source says that its pixels name the patient (BurnedInAnnotation {DicomTags.BurnedInAnnotation} is YES), and a capture repeats them, which deidentify does not allow."
            : null;
    }

    /// <summary>Writes a capture.</summary>
    /// <param name="stream">The file, which stays open.</param>
    /// <param name="scan">The volume that was read, in grey as its source is looked at.</param>
    /// <param name="labels">The segmentation on its grid; each value but 0 is a label's.</param>
    /// <param name="source">The series the volume was read from.</param>
    /// <param name="about">What made the segmentation.</param>
    /// <exception cref="ArgumentException">The segmentation has another grid than the scan.</exception>
    /// <exception cref="InvalidVolumeException">The source lacks what a result has to repeat, or names the patient in its pixels and is to be deidentified; or the capture's pixels are more than an object holds.</exception>
    public static void Write(Stream stream, GreyVolume scan, LabelMap labels, DicomSource source, ResultDescription about)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(about);
        if (scan.Size != labels.Size)
            throw new ArgumentException($"The scan's grid is {scan.Size}; the segmentation's is {labels.Size}.", nameof(labels));
        about.RequirePossibleOver(source);
        if (ObstacleOver(source, about) is { } obstacle)
            throw DicomFault.NotServable("burned-in-annotation", $"No capture can be made: {obstacle} Ask for another output, such as output=dicom-seg.");

        // Of all results this one alone shows the scan: where the source was corrected to be looked at the other way round, it is another one.
        var identity = ResultObject.Of(ResultKind.Capture, ResultIdentifiers.Of<byte>(source, about, labels.Labels), source.IsInverted ? "inverted" : "");
        var size = scan.Size;
        var bytes = size.Count * SliceContours.Samples;
        var head = PixelHead.Of(DicomTags.PixelData, "OB", bytes + (bytes & 1), "capture");
        var result = new DataSetBuilder(ResultCharacters.Of(source, about));
        ResultModules.Add(result, source, about, identity, $"Contours of {about.Subject}");
        ResultModules.AddImage(result, source, "RGB");
        AddPixels(result, source);
        AddFrames(result, source, identity);

        FileMeta.Write(stream, identity.Kind.SopClass, identity.Instance, TransferSyntax.ExplicitLittleEndian.Uid);
        result.WriteTo(stream);
        stream.Write(head);
        var contours = new SliceContours(scan, labels, about.Labels);
        for (var slice = 0; slice < size.Z; slice++)
            stream.Write(contours.Draw(slice));
        if (bytes % 2 == 1)
            stream.WriteByte(0);
    }

    private static bool IsAnnotated(DicomSource source) => source.Frames.Any(frame => frame.File.DataSet.Text(DicomTags.BurnedInAnnotation) == "YES");

    private static void AddPixels(DataSetBuilder result, DicomSource source)
    {
        result.Text(DicomTags.ImageType, "CS", @"DERIVED\SECONDARY");
        result.Text(new DicomTag(0x0008, 0x0064), "CS", "WSD"); // ConversionType: workstation
        result.Text(new DicomTag(0x0020, 0x0020), "CS", string.Empty); // PatientOrientation: each frame has its plane's
        result.Text(new DicomTag(0x0020, 0x0060), "CS", string.Empty); // Laterality
        result.Text(DicomTags.BurnedInAnnotation, "CS", IsAnnotated(source) ? "YES" : "NO");
        result.Short(new DicomTag(0x0028, 0x0006), 0); // PlanarConfiguration: pixel by pixel
        result.Short(DicomTags.BitsAllocated, 8);
        result.Short(DicomTags.BitsStored, 8);
        result.Short(DicomTags.HighBit, 7);
        result.Short(DicomTags.PixelRepresentation, 0);
    }

    private static void AddFrames(DataSetBuilder result, DicomSource source, ResultObject identity)
    {
        var sliceLocations = new DicomTag(0x0018, 0x2005);
        var normal = source.Frames[0].Plane.Normal;
        result.Text(DicomTags.NumberOfFrames, "IS", source.Frames.Count.ToString(CultureInfo.InvariantCulture));
        result.Tag(new DicomTag(0x0028, 0x0009), sliceLocations); // FrameIncrementPointer
        result.Decimals(sliceLocations, source.Frames.Select(frame => frame.Plane.Position.Dot(normal))); // SliceLocationVector
        FunctionalGroups.AddDimensions(result, identity.Dimensions, (DicomTags.ImagePositionPatient, DicomTags.PlanePositionSequence));
        FunctionalGroups.AddAll(result, source.Frames);
    }
}
