using System.Buffers.Binary;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Pixels;

/// <summary>Finds which fragments belong to which frame of encapsulated pixel data (PS3.5 A.4).</summary>
internal static class FrameFragments
{
    /// <summary>The fragments of each frame.</summary>
    /// <param name="file">A file with encapsulated pixels.</param>
    /// <param name="frames">How many frames it has.</param>
    /// <exception cref="Volumes.InvalidVolumeException">The fragments cannot be told apart.</exception>
    public static IReadOnlyList<IReadOnlyList<PixelFragment>> Of(DicomFile file, int frames)
    {
        var pixels = file.Pixels!;
        var fragments = pixels.Fragments;
        if (frames == 1 && fragments.Count > 0)
            return [fragments];
        if (fragments.Count == frames)
            return [.. fragments.Select(fragment => (IReadOnlyList<PixelFragment>)[fragment])];

        var starts = OffsetTable(file.Path, pixels.OffsetTable);
        if (fragments.Count < frames || starts.Length != frames || starts[0] != 0)
            throw Ambiguous(fragments.Count, frames, starts.Length);
        var result = new List<PixelFragment>[frames];
        var frame = -1;
        foreach (var fragment in fragments)
        {
            // Offsets count from the first fragment's item header.
            var offset = fragment.Offset - fragments[0].Offset;
            if (frame + 1 < frames && starts[frame + 1] == offset)
                result[++frame] = [];
            result[frame].Add(fragment);
        }

        return frame == frames - 1 ? result : throw Ambiguous(fragments.Count, frames, starts.Length);
    }

    private static uint[] OffsetTable(string path, PixelFragment table)
    {
        // A longer one belongs to more frames than a header can place.
        if (table.Length > DataSets.HeaderBudget.ElementsInFile * sizeof(uint))
            return [];
        var bytes = new byte[table.Length];
        using var file = File.OpenHandle(path);
        RandomAccess.Read(file, bytes, table.Offset);
        return [.. bytes.Chunk(sizeof(uint)).Where(entry => entry.Length == sizeof(uint)).Select(entry => BinaryPrimitives.ReadUInt32LittleEndian(entry))];
    }

    private static Volumes.InvalidVolumeException Ambiguous(int fragments, int frames, int offsets) => DicomFault.DecodeFailed(
        $"The pixel data has {Counted.Of(fragments, "fragment")} and {Counted.Of(offsets, "offset")} for {Counted.Of(frames, "frame")}; accepted: a fragment for each frame, or an offset for each.");
}
