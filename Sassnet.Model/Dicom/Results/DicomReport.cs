using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Results;

/// <summary>Writes what was measured of a segmentation as a Comprehensive 3D structured report (PS3.3 A.35.13) after TID 1500, which refers to the segmentation object.</summary>
public static class DicomReport
{
    /// <summary>Writes a report.</summary>
    /// <param name="stream">The file, which stays open.</param>
    /// <param name="labels">The segmentation, on the grid of the volume that was read.</param>
    /// <param name="measured">The measurements of each segment, in the order of the labels described.</param>
    /// <param name="source">The series the volume was read from.</param>
    /// <param name="about">What made the segmentation, the same as for its segmentation object: the report refers to that one, whether it is written or not.</param>
    /// <exception cref="ArgumentException">There are not so many measurements as labels.</exception>
    /// <exception cref="InvalidVolumeException">The source lacks what a result has to repeat.</exception>
    public static void Write(Stream stream, LabelMap labels, IReadOnlyList<SegmentMeasurement> measured, DicomSource source, ResultDescription about)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(about);
        if (measured.Count != about.Labels.Count)
            throw new ArgumentException($"There are {measured.Count} measurements of {about.Labels.Count} labels.", nameof(measured));
        about.RequirePossibleOver(source);
        var identifiers = ResultIdentifiers.Of<byte>(source, about, labels.Labels);
        var segmentation = DicomSegmentation.IdentityOf(DicomSegmentation.EncodingOf(labels, about), identifiers);

        // The mesh lies between voxels: a segmentation may have other figures.
        var identity = ResultObject.Of(ResultKind.Report, identifiers, string.Join(' ', measured.Select(figures => FormattableString.Invariant(
            $"{figures.VolumeMl} {figures.SurfaceAreaMm2} {figures.LongestDiameterMm} {figures.InscribedRadiusMm} of {segmentation.Instance}"))));
        var result = new DataSetBuilder(ResultCharacters.Of(source, about));
        ResultModules.Add(result, source, about, identity, $"Measurements of {about.Subject}");
        AddDocument(result);
        AddEvidence(result, source, segmentation);
        new MeasurementReport(source, about, identifiers, segmentation).Root(measured).WriteRoot(result);

        FileMeta.Write(stream, identity.Kind.SopClass, identity.Instance, TransferSyntax.ExplicitLittleEndian.Uid);
        result.WriteTo(stream);
    }

    private static void AddDocument(DataSetBuilder result)
    {
        result.Text(new DicomTag(0x0040, 0xA491), "CS", "COMPLETE"); // CompletionFlag
        result.Text(new DicomTag(0x0040, 0xA493), "CS", "UNVERIFIED"); // VerificationFlag
        result.Sequence(new DicomTag(0x0040, 0xA372)); // PerformedProcedureCodeSequence
        result.Sequence(new DicomTag(0x0008, 0x1111)); // ReferencedPerformedProcedureStepSequence
        result.Sequence(new DicomTag(0x0008, 0x0110), scheme => // CodingSchemeIdentificationSequence
        {
            scheme.Text(new DicomTag(0x0008, 0x0102), "SH", MeasurementReport.OwnScheme); // CodingSchemeDesignator
            scheme.Text(new DicomTag(0x0008, 0x0115), "ST", "Measurements of Sassnet that no standard scheme has"); // CodingSchemeName
            scheme.Text(new DicomTag(0x0008, 0x0116), "ST", ResultModules.Manufacturer); // CodingSchemeResponsibleOrganization
        });
    }

    /// <summary>Every object the report refers to, by study and series (PS3.3 C.17.2.3).</summary>
    private static void AddEvidence(DataSetBuilder result, DicomSource source, ResultObject segmentation)
    {
        var referencedSops = new DicomTag(0x0008, 0x1199);
        var first = source.Frames[0];
        result.Sequence(new DicomTag(0x0040, 0xA375), study => // CurrentRequestedProcedureEvidenceSequence
        {
            study.Text(DicomTags.StudyInstanceUid, "UI", ResultModules.Repeated(first, DicomTags.StudyInstanceUid));
            study.Sequence(
                new DicomTag(0x0008, 0x1115), // ReferencedSeriesSequence
                series =>
                {
                    series.Text(DicomTags.SeriesInstanceUid, "UI", ResultModules.Repeated(first, DicomTags.SeriesInstanceUid));
                    series.Sequence(referencedSops, source.Frames.DistinctBy(frame => frame.File).Select(frame => (Action<DataSetBuilder>)(item => ResultModules.Refer(item, frame))));
                },
                series =>
                {
                    series.Text(DicomTags.SeriesInstanceUid, "UI", segmentation.Series);
                    series.Sequence(referencedSops, item => ResultModules.Refer(item, segmentation.Kind.SopClass, segmentation.Instance));
                });
        });
    }
}
