using System.Diagnostics;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Dicom.Pixels;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Finds the pixels of every frame; compressed ones are decoded into files first, all that are alike by one process.</summary>
internal static class SeriesSources
{
    /// <summary>A source for each frame, in the frames' order.</summary>
    /// <param name="frames">All frames of the series.</param>
    /// <param name="decoder">What decodes compressed frames.</param>
    /// <param name="scratch">A folder for what it decodes; the caller removes it.</param>
    /// <param name="limits">How much more than their bytes compressed frames may come to.</param>
    /// <param name="ct">Ends the decoder.</param>
    /// <exception cref="InvalidVolumeException">Pixels are missing, do not decode, or are suspiciously many.</exception>
    public static IReadOnlyList<FrameSource> Of(
        IReadOnlyList<SliceFrame> frames, PixelDecoder decoder, string scratch, VolumeLimits limits, CancellationToken ct)
    {
        var sources = new Dictionary<SliceFrame, FrameSource>(frames.Count, ReferenceEqualityComparer.Instance);
        var coded = new List<(SliceFrame Frame, FrameSource Source)>();
        foreach (var inFile in frames.GroupBy(frame => frame.File))
        {
            var (file, count) = (inFile.Key, inFile.Count());
            RequireSupported(file, inFile.First());
            var fragments = file.TransferSyntax.Coding == PixelCoding.Native ? Split(file, inFile.First(), count) : FrameFragments.Of(file, count);
            foreach (var frame in inFile)
            {
                var source = new FrameSource(
                    file.Path, fragments[frame.Index], file.TransferSyntax.Coding == PixelCoding.Rle, file.TransferSyntax.IsBigEndian, frame.Layout, frame.Name);
                sources[frame] = source;
                if (file.TransferSyntax.Coding is not (PixelCoding.Native or PixelCoding.Rle))
                    coded.Add((frame, source));
            }
        }

        PixelExpansion.Require(sources.Values.Where(source => source.IsRle), PixelExpansion.RunLengthRatio, limits);
        PixelExpansion.Require(coded.Select(item => item.Source), limits.MaxCompressionRatio, limits);
        var started = Stopwatch.GetTimestamp();
        foreach (var alike in coded.GroupBy(item => (item.Frame.File.TransferSyntax, item.Source.Layout)))
        {
            var (syntax, layout) = alike.Key;
            var decoded = decoder.Decode([.. alike.Select(item => item.Source)], syntax, layout, scratch, started, ct);
            foreach (var (item, source) in alike.Zip(decoded))
                sources[item.Frame] = source;
        }

        return [.. frames.Select(frame => sources[frame])];
    }

    private static void RequireSupported(DicomFile file, SliceFrame frame)
    {
        if (file.Pixels!.IsEncapsulated != (file.TransferSyntax.Coding != PixelCoding.Native))
            throw DicomFault.DecodeFailed($"The pixels of {frame.Name} are {(file.Pixels.IsEncapsulated ? "in fragments" : "in one piece")}, which the transfer syntax {file.TransferSyntax.Uid} does not have.");
        if (file.TransferSyntax.IsBigEndian && frame.Layout.BitsAllocated == 8 && !file.Pixels.IsBytes)
            throw DicomFault.Unsupported("data-type", $"The 8-bit pixels of {frame.Name} are stored in big-endian words; accepted: bytes (VR OB).");
    }

    /// <summary>
    /// Cuts plain pixels into frames; they must be exactly as many as declared, but for a byte that makes the length even, and for padding of up to a
    /// row behind the one frame of a classic file, which some scanners write.
    /// </summary>
    private static List<IReadOnlyList<PixelFragment>> Split(DicomFile file, SliceFrame first, int frames)
    {
        var piece = file.Pixels!.Fragments[0];
        var frameBytes = first.Layout.FrameBytes;
        var needed = frameBytes * frames;
        var padding = frames == 1 ? Math.Max(1, first.Layout.Columns * first.Layout.BytesPerPixel) : needed & 1;
        if (piece.Length < needed || piece.Length > needed + padding)
        {
            throw DicomFault.DecodeFailed(
                $"The file of {first.Name} has {Counted.Of(piece.Length, "byte")} of pixels; {frames} of {first.Layout.Columns}x{first.Layout.Rows} in {Counted.Of(first.Layout.BitsAllocated, "bit")} {(frames == 1 ? "has" : "have")} {needed}.");
        }

        return [.. Enumerable.Range(0, frames).Select(frame => (IReadOnlyList<PixelFragment>)[new PixelFragment(piece.Offset + (frame * frameBytes), frameBytes)])];
    }
}
