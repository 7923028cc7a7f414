using System.Globalization;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Inference;
using Sassnet.Model.Morphology;
using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.Pictures.Previews;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Results;

/// <summary>
/// What a result's outputs are made of besides its maps: distances, surfaces and figures of each label, in the package's order. Each is computed once, and only when
/// an output asks for it. Safe to use from several threads: who asks for what another is computing waits for it.
/// </summary>
/// <param name="model">What the package says of itself.</param>
/// <param name="threshold">The probability above which a voxel was taken.</param>
/// <param name="result">What was made of the scan.</param>
/// <param name="stage">Told when <c>distance</c> or <c>surface</c> begins; what it gives back is disposed when that has ended. Null for nobody.</param>
public sealed class ResultForms(ModelManifest model, float threshold, SegmentationResult result, Func<string, IDisposable>? stage = null)
{
    private readonly Lock _distancesLock = new();
    private readonly Lock _surfacesLock = new();
    private readonly Lock _figuresLock = new();
    private IReadOnlyList<Volume>? _distances;
    private IReadOnlyList<SurfaceMesh>? _surfaces;
    private IReadOnlyList<SegmentMeasurement>? _figures;

    /// <summary>The exact signed distance to each label's border, in millimetres, negative inside; infinite where there is no border.</summary>
    public IReadOnlyList<Volume> Distances => Once(
        _distancesLock,
        ref _distances,
        () => Timed("distance", () => result.Measurements.Select(label => SignedDistanceMap.Millimetres(label.Segmentation)).ToList()));

    /// <summary>Each label's surface: the probability places it between voxel centres, the mask leaves out the components that were removed.</summary>
    public IReadOnlyList<SurfaceMesh> Surfaces => Once(
        _surfacesLock,
        ref _surfaces,
        () => Timed("surface", () => result.Maps.Zip(result.Measurements, (maps, label) => SurfaceMesh.Extract(maps.Probability, threshold, label.Segmentation)).ToList()));

    /// <summary>Each label's volume, surface and lengths.</summary>
    public IReadOnlyList<SegmentMeasurement> Figures => Once(_figuresLock, ref _figures, () => [.. result.Measurements.Zip(Surfaces, Measure)]);

    /// <summary>Writes the surfaces as binary STL. One label's triangles need no mark; those of several say which they are of.</summary>
    public void WriteSurface(Stream stream)
    {
        if (model.Labels.Count == 1)
            Surfaces[0].WriteStl(stream);
        else
            SurfaceMesh.WriteStl(stream, [.. model.Labels.Select((label, index) => (Surfaces[index], (ushort)label.Value))]);
    }

    /// <summary>Writes a picture of three planes and the surfaces, as PNG.</summary>
    /// <param name="stream">The file, which stays open.</param>
    /// <param name="scan">The scan in grey.</param>
    public void WritePreview(Stream stream, GreyVolume scan)
    {
        var volumes = string.Join(" + ", result.Measurements.Select(label => label.VolumeMl.ToString("F1", CultureInfo.InvariantCulture)));
        var labels = model.Labels.Select((label, index) => (result.Measurements[index].Segmentation, Surfaces[index], label.Colour));
        using var picture = PreviewPicture.Of(scan, result.Segmentation, [.. labels], $"{model.Name} {model.Version}: {volumes} ml");
        stream.Write(picture.ToPng());
    }

    /// <summary>
    /// Writes the scan itself as compressed NIfTI, which viewers show as the preview does: a few very bright voxels, or a border far below the rest, leave it its contrast.
    /// </summary>
    /// <param name="stream">The file, which stays open.</param>
    /// <param name="scan">The scan as it was read.</param>
    /// <param name="geometry">Its grid, as its header has it.</param>
    public static void WriteImage(Stream stream, Volume scan, NiftiGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(scan);
        var window = GreyWindow.Of(scan.Voxels);
        NiftiWriter.Write(stream, scan, geometry, compress: true, (window.Black, window.White));
    }

    private static SegmentMeasurement Measure(Measurement label, SurfaceMesh surface)
    {
        var radius = SignedDistanceMap.LargestInscribedRadiusMm(label.Segmentation);
        return new SegmentMeasurement(label.VolumeMl, surface.AreaMm2, surface.LongestDiameterMm, double.IsFinite(radius) ? radius : null);
    }

    private static IReadOnlyList<T> Once<T>(Lock alone, ref IReadOnlyList<T>? made, Func<IReadOnlyList<T>> make)
    {
        lock (alone)
            return made ??= make();
    }

    private T Timed<T>(string name, Func<T> compute)
    {
        using (stage?.Invoke(name))
            return compute();
    }
}
