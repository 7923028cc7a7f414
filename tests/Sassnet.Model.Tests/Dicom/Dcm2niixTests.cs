using System.Globalization;
using Sassnet.Model.VolumeFiles;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Clean series against dcm2niix: the same voxels in the same order, at the same place.</summary>
public sealed class Dcm2niixTests
{
    public static TheoryData<string, double[]> Orientations => new()
    {
        { "axial", [1, 0, 0, 0, 1, 0] },
        { "axial from the other side", [-1, 0, 0, 0, -1, 0] },
        { "axial with slices downwards", [1, 0, 0, 0, -1, 0] },
        { "sagittal", [0, 1, 0, 0, 0, -1] },
        { "coronal", [1, 0, 0, 0, 0, -1] },
        { "oblique", [0.8, 0.6, 0, -0.48, 0.64, 0.6] },
    };

    [Theory]
    [MemberData(nameof(Orientations))]
    public void A_series_has_the_affine_and_the_voxels_that_dcm2niix_gives(string name, double[] orientation)
    {
        foreach (var reversed in new[] { false, true })
        {
            var scan = new DicomScan { Orientation = orientation, Columns = 16, Rows = 12, Slices = 6 };
            using var folder = new DicomFolder(Enumerable.Range(0, scan.Slices).Select(slice => Numbered(scan, slice, reversed)));
            Tools.Run("dcm2niix", "-z", "n", "-b", "n", "-f", "converted", "-o", folder.Scratch, folder.Path);
            var expected = VolumeFile.Read(Path.Combine(folder.Scratch, "converted.nii"), ct: TestContext.Current.CancellationToken).Volume;

            var volume = folder.Read().Volume;

            Assert.Equal(expected.Size, volume.Size);
            Assert.True(expected.Voxels.AsSpan().SequenceEqual(volume.Voxels), name);
            for (var row = 0; row < 3; row++)
            {
                for (var column = 0; column < 4; column++)
                    Assert.Equal(expected.Affine[row, column], volume.Affine[row, column], 1e-4);
            }
        }
    }

    private static byte[] Numbered(DicomScan scan, int slice, bool reversed) => scan.Slice(slice)
        .Text(0x00080070, "LO", "PHANTOM")
        .Text(0x00180023, "CS", "2D")
        .Text(0x00200011, "IS", "1")
        .Text(0x00200013, "IS", (reversed ? scan.Slices - slice : slice + 1).ToString(CultureInfo.InvariantCulture))
        .ToBytes();
}
