using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>A program that decodes compressed pixels.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Package">The package of Debian and Ubuntu it comes in.</param>
/// <param name="Complaint">What it prints where it makes up pixels that are missing and goes on; null where it does not.</param>
internal sealed record DecoderTool(string Name, string Package, string? Complaint = null)
{
    private static readonly DecoderTool Jpeg = new("dcmdjpeg", "dcmtk", "Corrupt JPEG data");
    private static readonly DecoderTool JpegLs = new("dcmdjpls", "dcmtk");
    private static readonly DecoderTool Jpeg2000 = new("opj_decompress", "libopenjp2-tools");

    /// <summary>The one for a coding.</summary>
    public static DecoderTool For(PixelCoding coding) => coding switch
    {
        PixelCoding.Jpeg => Jpeg,
        PixelCoding.JpegLs => JpegLs,
        PixelCoding.Jpeg2000 => Jpeg2000,
        _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, "This coding needs no program."),
    };

    /// <summary>Finds a program in the folders of a search path.</summary>
    /// <returns>Its full path, or null.</returns>
    public static string? Find(string name, string searchPath) => searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(path => Path.IsPathRooted(path) && File.Exists(path));
}
