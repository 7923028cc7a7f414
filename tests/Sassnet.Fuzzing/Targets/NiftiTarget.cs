using Sassnet.Model.Nifti;
using Sassnet.Model.Tests.Nifti;
using Sassnet.Model.VolumeFiles;

namespace Sassnet.Fuzzing.Targets;

/// <summary>NIfTI files, plain or gzipped. What was read, written on its own grid and read again is the same.</summary>
internal static class NiftiTarget
{
    private const int LongestSeed = 4096;

    public static FuzzTarget Target { get; } = new(
        Read, Seeds, [.. ((string[])["n+1\0", "n+2\0\r\n\u001a\n", "ni1\0"]).Select(word => (byte[])[.. word.Select(one => (byte)one)])]);

    private static void Read(byte[] bytes)
    {
        var file = VolumeFile.Read(new MemoryStream(bytes), FuzzTarget.Limits);
        FindingException.ThrowUnless(file.Volume.Voxels.All(float.IsFinite), "a voxel is not finite");
        using var written = new MemoryStream();
        NiftiWriter.Write(written, file.Volume, file.Geometry, compress: false);
        var again = VolumeFile.Read(written, FuzzTarget.Limits);
        var isSame = again.Volume.Size == file.Volume.Size && again.Volume.Voxels.AsSpan().SequenceEqual(file.Volume.Voxels);
        FindingException.ThrowUnless(isSame, "other voxels once written and read again");
        FindingException.ThrowUnless(Rows(again).SequenceEqual(Rows(file)), "another place once written and read again");
    }

    private static IEnumerable<double> Rows(VolumeFile file) =>
        Enumerable.Range(0, 3).SelectMany(row => Enumerable.Range(0, 4).Select(column => file.Volume.Affine[row, column]));

    // The bombs of row 35 are neither small nor quick to make.
    private static IEnumerable<byte[]> Seeds() =>
        BadInputs.All.Where(input => input.Row < 35).Select(input => input.MakeBytes()).Where(bytes => bytes.Length is > 0 and <= LongestSeed);
}
