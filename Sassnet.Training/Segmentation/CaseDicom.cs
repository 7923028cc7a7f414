using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Segmentation;

/// <summary>Writes a result as DICOM over the series it was made from.</summary>
/// <param name="source">The series.</param>
/// <param name="about">What made the result.</param>
internal sealed class CaseDicom(DicomSource source, ResultDescription about)
{
    private static readonly string Version = typeof(CaseDicom).Assembly.GetName().Version!.ToString(3);

    /// <summary>A writer for a series.</summary>
    /// <exception cref="InvalidVolumeException">No DICOM result can be made over it, or the input is none.</exception>
    public static CaseDicom Of(DicomSource? source, ModelManifest model, DateTimeOffset now, CaseOutput output)
    {
        if (source is null)
            throw new InvalidVolumeException(InvalidVolumeKind.NotServable, "not-dicom", $"{output} is made over a DICOM series, and the scan is NIfTI. Leave it out of --outputs, or give the series.");
        var about = new ResultDescription(model.Name, model.Version, model.Labels, Version, now, Deidentify: false);
        return about.ObstacleOver(source) is { } obstacle
            ? throw new InvalidVolumeException(InvalidVolumeKind.NotServable, "source-incomplete", $"{output} cannot be made over this series: {obstacle} Leave it out of --outputs.")
            : new CaseDicom(source, about);
    }

    /// <summary>Writes one of the DICOM objects.</summary>
    public void Write(CaseOutput output, Stream stream, CaseResult result)
    {
        var labels = result.Segmentation;
        if (output == CaseOutput.DicomSegmentation)
            DicomSegmentation.Write(stream, labels, source, about);
        else if (output == CaseOutput.DicomParametricMap)
            DicomParametricMap.Write(stream, result.Forms.Distances, source, about);
        else if (output == CaseOutput.DicomReport)
            DicomReport.Write(stream, labels, result.Forms.Figures, source, about);
        else
            DicomCapture.Write(stream, result.Scan, labels, source, about);
    }
}
