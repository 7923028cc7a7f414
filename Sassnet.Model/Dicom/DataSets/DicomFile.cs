using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>
/// A DICOM file (PS3.10 7): its data set, and where its pixels lie. This is the seam at which another library would go in: everything that
/// follows asks a file for nothing else.
/// </summary>
public sealed class DicomFile
{
    private const int PreambleBytes = 128;
    private const int HeaderBuffer = 16 << 10;

    private DicomFile(string path, TransferSyntax syntax, DicomDataSet dataSet, PixelData? pixels)
    {
        Path = path;
        TransferSyntax = syntax;
        DataSet = dataSet;
        Pixels = pixels;
    }

    /// <summary>The file that <see cref="Pixels"/> counts its bytes in: the file itself, or what a deflated one inflates to.</summary>
    public string Path { get; }

    /// <summary>How it is encoded.</summary>
    public TransferSyntax TransferSyntax { get; }

    /// <summary>Its attributes, as far as this library reads them.</summary>
    public DicomDataSet DataSet { get; }

    /// <summary>Its pixels; null where there are none.</summary>
    public PixelData? Pixels { get; }

    private static ReadOnlySpan<byte> Magic => "DICM"u8;

    /// <summary>Whether a file starts as a DICOM file does, "DICM" after 128 bytes, or as a data set or meta information without that.</summary>
    /// <param name="head">The file's first 132 bytes, or fewer where it is shorter.</param>
    public static bool IsDicom(ReadOnlySpan<byte> head) => HasPreamble(head) || BareDataSet.IsMeta(head) || BareDataSet.SyntaxOf(head) is not null;

    /// <summary>Reads a file's attributes. The pixels stay where they are.</summary>
    /// <param name="path">The file.</param>
    /// <param name="scratch">A folder for what a deflated file inflates to; the caller removes it.</param>
    /// <param name="limits">What to refuse as too large.</param>
    /// <param name="ct">Checked every few thousand attributes.</param>
    /// <exception cref="InvalidVolumeException">The file is not DICOM, is damaged, or is encoded in a way that is not read here.</exception>
    public static DicomFile Open(string path, string scratch, VolumeLimits limits, CancellationToken ct) =>
        Open(path, scratch, new HeaderBudget(limits, new FileInfo(path).Length), ct);

    internal static DicomFile Open(string path, string scratch, HeaderBudget budget, CancellationToken ct)
    {
        using var stream = OpenRead(path);
        Span<byte> head = stackalloc byte[PreambleBytes + Magic.Length];
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (!HasPreamble(head))
        {
            stream.Position = 0;
            if (BareDataSet.SyntaxOf(head) is { } bare)
                return Read(path, stream, bare, budget, ct);
            if (!BareDataSet.IsMeta(head))
                throw DicomFault.Unsupported("not-a-volume", $"A file is not DICOM: \"DICM\" is missing after 128 bytes. Accepted are DICOM files of one series.");
        }

        var meta = new DataSetReader(stream, TransferSyntax.ExplicitLittleEndian, budget, ct).ReadMeta();
        var uid = meta.Uid(DicomTags.TransferSyntaxUid, "TransferSyntaxUID")
            ?? throw DicomFault.BadHeader($"TransferSyntaxUID {DicomTags.TransferSyntaxUid} is missing; a DICOM file says how it is encoded.");
        var syntax = TransferSyntax.Of(uid);
        if (!syntax.IsDeflated)
            return Read(path, stream, syntax, budget, ct);

        var inflated = InflatedDataSet.Write(stream, scratch, budget.Expansion, ct);
        using var content = OpenRead(inflated);
        return Read(inflated, content, syntax, budget, ct);
    }

    private static bool HasPreamble(ReadOnlySpan<byte> head) =>
        head.Length >= PreambleBytes + Magic.Length && head.Slice(PreambleBytes, Magic.Length).SequenceEqual(Magic);

    private static DicomFile Read(string path, FileStream stream, TransferSyntax syntax, HeaderBudget budget, CancellationToken ct)
    {
        var reader = new DataSetReader(stream, syntax, budget, ct);
        var dataSet = reader.Read();
        return new DicomFile(path, syntax, dataSet, reader.Pixels);
    }

    private static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, HeaderBuffer);
}
