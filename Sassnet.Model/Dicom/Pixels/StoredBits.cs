using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Sassnet.Model.Dicom.Pixels;

/// <summary>Brings pixels to the machine's byte order and clears or sign-extends the bits above those that are stored: old scanners kept overlays there.</summary>
internal static class StoredBits
{
    /// <summary>Normalises pixels in place.</summary>
    public static void Normalise(Span<byte> frame, PixelLayout layout, bool bigEndian)
    {
        if (layout.BitsAllocated == 8)
            return;
        var pixels = MemoryMarshal.Cast<byte, short>(frame);
        if (bigEndian == BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(pixels, pixels);

        var unused = 16 - layout.BitsStored;
        if (unused > 0 && layout.IsSigned)
            SignExtend(pixels, unused);
        else if (unused > 0)
            Mask(pixels, (short)(ushort.MaxValue >> unused));
    }

    private static void SignExtend(Span<short> pixels, int unused)
    {
        var i = 0;
        for (; i <= pixels.Length - Vector<short>.Count; i += Vector<short>.Count)
            Vector.ShiftRightArithmetic(Vector.ShiftLeft(new Vector<short>(pixels[i..]), unused), unused).CopyTo(pixels[i..]);
        for (; i < pixels.Length; i++)
            pixels[i] = (short)((short)(pixels[i] << unused) >> unused);
    }

    private static void Mask(Span<short> pixels, short mask)
    {
        var masks = new Vector<short>(mask);
        var i = 0;
        for (; i <= pixels.Length - Vector<short>.Count; i += Vector<short>.Count)
            (new Vector<short>(pixels[i..]) & masks).CopyTo(pixels[i..]);
        for (; i < pixels.Length; i++)
            pixels[i] &= mask;
    }
}
