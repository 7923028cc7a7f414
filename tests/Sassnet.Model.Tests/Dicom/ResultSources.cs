using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Scans that DICOM results are made of, and labels to make them with.</summary>
internal static class ResultSources
{
    private static readonly double[] Oblique = [0.8, 0.6, 0, -0.48, 0.64, 0.6];

    /// <summary>A scan of four slices, of 6 by 5 pixels each.</summary>
    /// <param name="geometry">How they lie: axial, oblique or reversed.</param>
    public static DicomScan Scan(string geometry) => geometry switch
    {
        "oblique" => new DicomScan { Orientation = Oblique, Origin = [12.5, -7, 33] },
        "reversed" => new DicomScan { Orientation = [1, 0, 0, 0, -1, 0] },
        _ => new DicomScan(),
    };

    /// <summary>A scan's files, or one file of frames in disorder.</summary>
    public static DicomFolder Folder(DicomScan scan, bool isEnhanced) => isEnhanced ? new DicomFolder(scan.Enhanced(2, 0, 3, 1).ToBytes()) : new DicomFolder(scan.Classic().Reverse());

    /// <summary>A label that is in some voxels of some slices.</summary>
    public static LabelMap Labels(DicomVolume file, Func<int, bool> isSegmented)
    {
        var size = file.Volume.Size;
        return new LabelMap(size, [.. Enumerable.Range(0, (int)size.Count).Select(voxel => (byte)(isSegmented(voxel / (size.X * size.Y)) && voxel * 7 % 5 < 2 ? 1 : 0))], file.Volume.Affine);
    }
}
