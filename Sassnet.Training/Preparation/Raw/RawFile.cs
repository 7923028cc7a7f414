using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Wording;

namespace Sassnet.Training.Preparation.Raw;

/// <summary>What a file in a raw folder is to <c>prepare</c>.</summary>
internal enum RawFileKind
{
    /// <summary>NIfTI in one file, by its name: whatever is in it, its owner takes it for a scan or a label.</summary>
    Nifti,

    /// <summary>DICOM, by its content.</summary>
    Dicom,

    /// <summary>An image or an archive of images in a form that is not read: never passed over in silence.</summary>
    OtherScan,

    /// <summary>Plainly no scan: what systems leave behind, sidecars, tables, texts, pictures.</summary>
    NoScan,

    /// <summary>Anything else.</summary>
    Unknown,
}

/// <summary>Tells the files of a raw folder apart.</summary>
internal static class RawFile
{
    private const int MostListed = 4;

    private static readonly string[] NiftiExtensions = [".nii.gz", ".nii"];

    private static readonly (string Extension, string Name)[] OtherScans =
    [
        (".hdr", "half of an Analyze or NIfTI pair (.hdr, .img)"), (".img.gz", "half of an Analyze or NIfTI pair (.hdr, .img)"), (".img", "half of an Analyze or NIfTI pair (.hdr, .img)"),
        (".mha", "a MetaImage file"), (".mhd", "a MetaImage header"), (".raw", "plain voxels without header"), (".zraw", "plain voxels without header"),
        (".nhdr", "a NRRD header"), (".nrrd", "a NRRD file"), (".mgz", "a FreeSurfer file"), (".mgh", "a FreeSurfer file"), (".gipl", "a GIPL file"),
        (".mnc", "a MINC file"), (".par", "a Philips PAR/REC header"), (".rec", "Philips PAR/REC voxels"), (".tif", "a TIFF file"), (".tiff", "a TIFF file"),
        (".npy", "a NumPy file"), (".npz", "a NumPy file"), (".h5", "an HDF5 file"), (".hdf5", "an HDF5 file"), (".mat", "a MATLAB file"), (".b2nd", "a Blosc2 file"),
        (".zip", "an archive"), (".tar", "an archive"), (".tar.gz", "an archive"), (".tgz", "an archive"), (".7z", "an archive"), (".rar", "an archive"),
    ];

    private static readonly HashSet<string> NoScans = new(StringComparer.OrdinalIgnoreCase)
    {
        ".json", ".txt", ".md", ".csv", ".tsv", ".list", ".xls", ".xlsx", ".ods", ".doc", ".docx", ".odt", ".pdf", ".html", ".xml", ".yaml", ".yml", ".log", ".ini",
        ".png", ".jpg", ".jpeg", ".gif", ".svg", ".bmp", ".bval", ".bvec", ".py", ".m", ".sh", ".ipynb", ".db", ".lnk", ".url", ".sha256", ".md5",
    };

    /// <summary>The kind of a file, by its name and, where that says nothing, its first bytes.</summary>
    public static RawFileKind Of(string path)
    {
        if (IsLeftBehind(path))
            return RawFileKind.NoScan;
        if (NiftiExtension(path).Length > 0)
            return RawFileKind.Nifti;
        if (KnownOtherScan(path) is not null)
            return RawFileKind.OtherScan;
        if (NoScans.Contains(Path.GetExtension(path)))
            return RawFileKind.NoScan;
        var content = FileKind.Of(path);
        return content == FileKind.Dicom ? RawFileKind.Dicom
            : content == FileKind.Nifti ? RawFileKind.OtherScan
            : content == FileKind.Unknown || FileKind.IsCalledDicom(path) ? RawFileKind.Unknown
            : RawFileKind.NoScan;
    }

    /// <summary>Whether a file or folder is something that a system leaves behind: hidden ones (<c>._x</c>, <c>.DS_Store</c>), <c>__MACOSX</c>, thumbnails.</summary>
    public static bool IsLeftBehind(string path) =>
        Path.GetFileName(path) is ['.', ..] or "__MACOSX" or "Thumbs.db" or "desktop.ini" or "$RECYCLE.BIN" or "System Volume Information";

    /// <summary>The extension of a NIfTI file's name, with its dot; empty where the name has none.</summary>
    public static string NiftiExtension(string path) => NiftiExtensions.FirstOrDefault(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) ?? "";

    /// <summary>What an image in a form that is not read is called.</summary>
    public static string OtherScanName(string path) => KnownOtherScan(path) ?? "a NIfTI file with another ending";

    /// <summary>The name of the case that a file is of: without folder and extension.</summary>
    public static string CaseName(string path)
    {
        var name = Path.GetFileName(path);
        var other = OtherScans.FirstOrDefault(other => name.EndsWith(other.Extension, StringComparison.OrdinalIgnoreCase)).Extension ?? "";
        return name[..^Math.Max(NiftiExtension(name).Length, other.Length)];
    }

    /// <summary>A few of many file names, for a message.</summary>
    public static string Listed(IReadOnlyCollection<string> paths) => FirstFew.Of(paths, path => Path.GetFileName(path), most: MostListed);

    private static string? KnownOtherScan(string path) => OtherScans.FirstOrDefault(other => path.EndsWith(other.Extension, StringComparison.OrdinalIgnoreCase)).Name;
}
