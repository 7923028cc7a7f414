using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Pixels;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>JPEG 2000 through <c>opj_decompress</c>: a folder of codestreams becomes a folder of plain pixels, lowest byte first.</summary>
internal static class Jpeg2000Frames
{
    /// <summary>Decodes frames.</summary>
    /// <param name="frames">Frames of one layout.</param>
    /// <param name="layout">Their layout.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="run">Runs the program with arguments.</param>
    /// <param name="ct">Checked for every frame.</param>
    public static IReadOnlyList<FrameSource> Decode(
        IReadOnlyList<FrameSource> frames, PixelLayout layout, string folder, Action<IReadOnlyList<string>> run, CancellationToken ct)
    {
        for (var frame = 0; frame < frames.Count; frame++)
        {
            ct.ThrowIfCancellationRequested();
            var source = frames[frame];
            using var coded = CodedFrame.Read(source);
            var codestream = Jp2File.Codestream(coded.Bytes, source.Name);
            Codestream.OfJpeg2000(codestream, source.Name).Require(layout, source.Name);
            Jpeg2000Tiles.RequireAll(codestream, source.Name);
            File.WriteAllBytes(Path.Combine(folder, FileName(frame, "j2k")), codestream);
        }

        run(["-ImgDir", folder, "-OutFor", "RAWL"]);
        return [.. frames.Select((source, frame) => Decoded(source, layout, Path.Combine(folder, FileName(frame, "rawl"))))];
    }

    private static FrameSource Decoded(FrameSource source, PixelLayout layout, string path)
    {
        var length = File.Exists(path) ? new FileInfo(path).Length : 0;
        return length == layout.FrameBytes
            ? source with { Path = path, Fragments = [new PixelFragment(0, length)] }
            : throw DicomFault.DecodeFailed($"The compressed pixels of {source.Name} decode to {Counted.Of(length, "byte")}; {Counted.Of(layout.FrameBytes, "is", "are")} declared.");
    }

    private static string FileName(int frame, string extension) => string.Create(CultureInfo.InvariantCulture, $"{frame:D6}.{extension}");
}
