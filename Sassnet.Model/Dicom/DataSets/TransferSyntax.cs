namespace Sassnet.Model.Dicom.DataSets;

/// <summary>How pixels are coded.</summary>
public enum PixelCoding
{
    /// <summary>As plain numbers.</summary>
    Native,

    /// <summary>Run lengths (PS3.5 annex G).</summary>
    Rle,

    /// <summary>JPEG, lossy or lossless (ISO 10918-1).</summary>
    Jpeg,

    /// <summary>JPEG-LS (ISO 14495-1).</summary>
    JpegLs,

    /// <summary>JPEG 2000 (ISO 15444-1).</summary>
    Jpeg2000,
}

/// <summary>How a data set is encoded (PS3.5 annex A): one of those this library reads.</summary>
/// <param name="Uid">Its unique identifier.</param>
/// <param name="Name">What the standard calls it (PS3.6 annex A).</param>
/// <param name="Coding">How its pixels are coded.</param>
/// <param name="IsExplicit">Whether each attribute says its type.</param>
/// <param name="IsBigEndian">Whether numbers have their highest byte first.</param>
/// <param name="IsDeflated">Whether everything after the meta information is compressed as a whole.</param>
/// <param name="IsLossy">Whether pixels in it are never what they were; in some others they may or may not be.</param>
public sealed record TransferSyntax(
    string Uid, string Name, PixelCoding Coding, bool IsExplicit = true, bool IsBigEndian = false, bool IsDeflated = false, bool IsLossy = false)
{
    /// <summary>Explicit VR little endian, the encoding of meta information and of what this library writes.</summary>
    public static readonly TransferSyntax ExplicitLittleEndian = new("1.2.840.10008.1.2.1", "Explicit VR Little Endian", PixelCoding.Native);

    /// <summary>Implicit VR little endian, the default.</summary>
    public static readonly TransferSyntax ImplicitLittleEndian = new("1.2.840.10008.1.2", "Implicit VR Little Endian", PixelCoding.Native, IsExplicit: false);

    /// <summary>Explicit VR big endian, retired.</summary>
    public static readonly TransferSyntax ExplicitBigEndian = new("1.2.840.10008.1.2.2", "Explicit VR Big Endian", PixelCoding.Native, IsBigEndian: true);

    private static readonly TransferSyntax[] Listed =
    [
        ImplicitLittleEndian,
        ExplicitLittleEndian,
        new("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", PixelCoding.Native, IsDeflated: true),
        ExplicitBigEndian,
        new("1.2.840.10008.1.2.4.50", "JPEG Baseline (Process 1)", PixelCoding.Jpeg, IsLossy: true),
        new("1.2.840.10008.1.2.4.51", "JPEG Extended (Process 2 and 4)", PixelCoding.Jpeg, IsLossy: true),
        new("1.2.840.10008.1.2.4.57", "JPEG Lossless, Non-Hierarchical (Process 14)", PixelCoding.Jpeg),
        new("1.2.840.10008.1.2.4.70", "JPEG Lossless, First-Order Prediction (Process 14, Selection Value 1)", PixelCoding.Jpeg),
        new("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", PixelCoding.JpegLs),
        new("1.2.840.10008.1.2.4.81", "JPEG-LS Lossy (Near-Lossless)", PixelCoding.JpegLs, IsLossy: true),
        new("1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless Only", PixelCoding.Jpeg2000),
        new("1.2.840.10008.1.2.4.91", "JPEG 2000", PixelCoding.Jpeg2000),
        new("1.2.840.10008.1.2.5", "RLE Lossless", PixelCoding.Rle),
    ];

    private static readonly Dictionary<string, TransferSyntax> Known = Listed.ToDictionary(syntax => syntax.Uid);

    /// <summary>All that this library reads.</summary>
    public static IReadOnlyList<TransferSyntax> All => Listed;

    /// <summary>Finds a transfer syntax; null where it is another one.</summary>
    public static TransferSyntax? Find(string uid) => Known.GetValueOrDefault(uid);

    /// <summary>Finds a transfer syntax.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">It is another one, such as HTJ2K or a video.</exception>
    public static TransferSyntax Of(string uid) => Find(uid) ?? throw DicomFault.Unsupported(
        "transfer-syntax",
        $"The transfer syntax is {uid}; accepted: the uncompressed ones, deflated, RLE, JPEG (.50, .51, .57, .70), JPEG-LS (.80, .81) and JPEG 2000 (.90, .91).");
}
