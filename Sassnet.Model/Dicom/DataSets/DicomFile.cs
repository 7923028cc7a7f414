using Sassnet.Model.Compression;
using Sassnet.Model.Files;
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

    private DicomFile(string path, TransferSyntax syntax, bool isMislabelled, DicomDataSet dataSet, PixelData? pixels)
    {
        IsMislabelled = isMislabelled;
        Path = path;
        TransferSyntax = syntax;
        DataSet = dataSet;
        Pixels = pixels;
    }

    /// <summary>The file that <see cref="Pixels"/> counts its bytes in: the file itself, or what a deflated one inflates to.</summary>
    public string Path { get; }

    /// <summary>How it is encoded.</summary>
    public TransferSyntax TransferSyntax { get; }

    /// <summary>Whether its meta information names another encoding than its data set has.</summary>
    public bool IsMislabelled { get; }

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
        Open(path, scratch, new HeaderBudget(limits, FileStamp.Of(path).Bytes), ct);

    internal static DicomFile Open(string path, string scratch, HeaderBudget budget, CancellationToken ct)
    {
        using var stream = OpenRead(path);
        var syntax = TransferSyntax.Of(FindDataSet(stream, budget, ct));
        if (!syntax.IsDeflated)
            return Read(path, stream, syntax, budget, ct);

        var inflated = InflatedDataSet.Write(stream, scratch, budget.Expansion, ct);
        using var content = OpenRead(inflated);
        return Read(inflated, content, syntax, budget, ct);
    }

    private static bool HasPreamble(ReadOnlySpan<byte> head) =>
        head.Length >= PreambleBytes + Magic.Length && head.Slice(PreambleBytes, Magic.Length).SequenceEqual(Magic);

    /// <summary>Reads a file's SeriesInstanceUID and nothing behind it, so that what a file of another series is does not matter.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What to refuse as too large.</param>
    /// <param name="looks">Counts what deflated files are inflated to for this, all files of the input together.</param>
    /// <param name="ct">Checked every few thousand attributes.</param>
    /// <returns>Null where it cannot be read.</returns>
    /// <exception cref="InvalidVolumeException">The looks have come to too much.</exception>
    internal static string? SeriesOf(string path, VolumeLimits limits, ExpansionLimit looks, CancellationToken ct) =>
        TextOf(DicomTags.SeriesInstanceUid, path, limits, looks, ct);

    /// <summary>Reads a file's SOPClassUID and nothing behind it.</summary>
    /// <returns>Null where it cannot be read.</returns>
    internal static string? SopClassOf(string path, VolumeLimits limits, CancellationToken ct) =>
        TextOf(DicomTags.SopClassUid, path, limits, new ExpansionLimit(limits, FileStamp.Of(path).Bytes), ct);

    private static string? TextOf(DicomTag tag, string path, VolumeLimits limits, ExpansionLimit looks, CancellationToken ct)
    {
        try
        {
            using var stream = OpenRead(path);
            var budget = new HeaderBudget(limits, stream.Length);

            // What is not known here is encapsulated, and so explicit and little endian (PS3.5 A.4).
            var syntax = TransferSyntax.Find(FindDataSet(stream, budget, ct)) ?? TransferSyntax.ExplicitLittleEndian;
            using var content = syntax.IsDeflated ? new InflatedBeginning(stream, looks) : null;
            Stream dataSet = content is null ? stream : content;
            var reader = new DataSetReader(dataSet, FirstElement.Encoding(dataSet, syntax), budget, ct);
            return reader.ReadThrough(tag).Text(tag);
        }
        catch (Exception fault) when (fault is EndOfStreamException or InvalidVolumeException { Slug: not ExpansionLimit.Slug })
        {
            // What is inflated ends where it ends, before the length that was assumed. What all files come to is no matter of this one.
            return null;
        }
    }

    /// <summary>Goes to where the data set begins.</summary>
    /// <returns>The identifier of its transfer syntax: what the meta information says, or what it is seen to be where there is none.</returns>
    private static string FindDataSet(FileStream stream, HeaderBudget budget, CancellationToken ct)
    {
        Span<byte> head = stackalloc byte[PreambleBytes + Magic.Length];
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (!HasPreamble(head))
        {
            stream.Position = 0;
            if (BareDataSet.SyntaxOf(head) is { } bare)
                return bare.Uid;
            if (!BareDataSet.IsMeta(head))
                throw DicomFault.Unsupported("not-a-volume", $"A file is not DICOM: \"DICM\" is missing after 128 bytes. Accepted are DICOM files of one series.");
        }

        var meta = new DataSetReader(stream, TransferSyntax.ExplicitLittleEndian, budget, ct).ReadMeta();
        return meta.Uid(DicomTags.TransferSyntaxUid, "TransferSyntaxUID")
            ?? throw DicomFault.BadHeader($"TransferSyntaxUID {DicomTags.TransferSyntaxUid} is missing; a DICOM file says how it is encoded.");
    }

    private static DicomFile Read(string path, FileStream stream, TransferSyntax declared, HeaderBudget budget, CancellationToken ct)
    {
        var syntax = FirstElement.Encoding(stream, declared);
        var reader = new DataSetReader(stream, syntax, budget, ct);
        var dataSet = reader.Read();
        return new DicomFile(path, syntax, syntax != declared, dataSet, reader.Pixels);
    }

    private static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, HeaderBuffer);
}
