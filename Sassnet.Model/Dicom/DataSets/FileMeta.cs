namespace Sassnet.Model.Dicom.DataSets;

/// <summary>Writes what a file begins with: the preamble and the meta information (PS3.10 7.1).</summary>
internal static class FileMeta
{
    private const int PreambleBytes = 128;

    /// <summary>Writes it.</summary>
    public static void Write(Stream stream, string sopClass, string instance, string transferSyntax)
    {
        var meta = new DataSetBuilder();
        meta.Bytes(new DicomTag(0x0002, 0x0001), "OB", [0, 1]);
        meta.Text(new DicomTag(0x0002, 0x0002), "UI", sopClass);
        meta.Text(new DicomTag(0x0002, 0x0003), "UI", instance);
        meta.Text(DicomTags.TransferSyntaxUid, "UI", transferSyntax);
        meta.Text(new DicomTag(0x0002, 0x0012), "UI", DicomUid.Implementation);
        var content = new MemoryStream();
        meta.WriteTo(content);
        meta.Longs(new DicomTag(0x0002, 0x0000), (int)content.Length);

        stream.Write(new byte[PreambleBytes]);
        stream.Write("DICM"u8);
        meta.WriteTo(stream);
    }
}
