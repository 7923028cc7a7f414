using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Pixels;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>JPEG and JPEG-LS through dcmtk: all frames go in as one file under a header of our own and come out as one uncompressed file.</summary>
internal static class DcmtkFrames
{
    /// <summary>Decodes frames.</summary>
    /// <param name="frames">Frames of one layout.</param>
    /// <param name="syntax">Their transfer syntax.</param>
    /// <param name="layout">Their layout.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="run">Runs the program with arguments.</param>
    /// <param name="ct">Checked for every frame.</param>
    public static IReadOnlyList<FrameSource> Decode(
        IReadOnlyList<FrameSource> frames, TransferSyntax syntax, PixelLayout layout, string folder, Action<IReadOnlyList<string>> run, CancellationToken ct)
    {
        var (packed, plain) = (Path.Combine(folder, "coded.dcm"), Path.Combine(folder, "plain.dcm"));
        using (var writer = new EncapsulatedFile(packed, syntax, layout, frames.Count))
        {
            foreach (var frame in frames)
            {
                ct.ThrowIfCancellationRequested();
                using var coded = CodedFrame.Read(frame);
                Codestream.OfJpeg(coded.Bytes, syntax.Coding, frame.Name).Require(layout, frame.Name);
                writer.Add(coded.Bytes);
            }
        }

        run([packed, plain]);

        var pixels = Pixels(plain, layout, folder, ct);
        var needed = frames.Count * layout.FrameBytes;
        if (pixels.Length != needed && pixels.Length != needed + (needed & 1))
            throw DicomFault.DecodeFailed($"The compressed pixels of {Counted.Of(frames.Count, "frame")} decode to {Counted.Of(pixels.Length, "byte")}; {Counted.Of(needed, "is", "are")} declared.");
        return [.. frames.Select((frame, index) => frame with { Path = plain, Fragments = [new PixelFragment(pixels.Offset + (index * layout.FrameBytes), layout.FrameBytes)] })];
    }

    /// <summary>Where the decoder's file has its pixels; nowhere where it is not what was asked for.</summary>
    private static PixelFragment Pixels(string path, PixelLayout layout, string folder, CancellationToken ct)
    {
        if (!File.Exists(path))
            return default;
        try
        {
            var file = DicomFile.Open(path, folder, VolumeLimits.Default, ct);
            return file.Pixels is { IsEncapsulated: false } pixels && PixelLayout.Of(file.DataSet) == layout ? pixels.Fragments[0] : default;
        }
        catch (InvalidVolumeException)
        {
            return default;
        }
    }
}
