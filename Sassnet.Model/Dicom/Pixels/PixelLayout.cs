using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Pixels;

/// <summary>How the pixels of a frame are stored (PS3.3 C.7.6.3).</summary>
/// <param name="Rows">Pixels in a column.</param>
/// <param name="Columns">Pixels in a row.</param>
/// <param name="BitsAllocated">8 or 16.</param>
/// <param name="BitsStored">8 to <paramref name="BitsAllocated"/>; they are the lowest bits.</param>
/// <param name="IsSigned">Whether the highest of them is a sign.</param>
public readonly record struct PixelLayout(int Rows, int Columns, int BitsAllocated, int BitsStored, bool IsSigned)
{
    /// <summary>Pixels of a frame.</summary>
    public int Count => Rows * Columns;

    /// <summary>Bytes of a pixel.</summary>
    public int BytesPerPixel => BitsAllocated / 8;

    /// <summary>Bytes of a frame.</summary>
    public long FrameBytes => (long)Count * BytesPerPixel;

    /// <summary>The layout a data set declares.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">It is not declared, impossible, or not one number of 8 to 16 bits for each pixel.</exception>
    public static PixelLayout Of(DicomDataSet dataSet)
    {
        var samples = dataSet.UInt16(DicomTags.SamplesPerPixel, "SamplesPerPixel") ?? 1;
        var photometric = dataSet.Text(DicomTags.PhotometricInterpretation);
        if (samples != 1 || photometric is not ("MONOCHROME1" or "MONOCHROME2"))
            throw DicomFault.NotServable("not-scalar", $"SamplesPerPixel {DicomTags.SamplesPerPixel} is {samples}{Colour(photometric)}; accepted: 1, with PhotometricInterpretation MONOCHROME1 or MONOCHROME2.");

        var rows = Required(dataSet, DicomTags.Rows, "Rows");
        var columns = Required(dataSet, DicomTags.Columns, "Columns");
        if (rows == 0 || columns == 0 || (long)rows * columns > int.MaxValue / sizeof(short))
            throw DicomFault.BadHeader($"Rows and Columns are {rows} and {columns}; accepted: 1 and more, and images of at most 2 GiB.");

        var allocated = Required(dataSet, DicomTags.BitsAllocated, "BitsAllocated");
        var stored = Required(dataSet, DicomTags.BitsStored, "BitsStored");
        var high = dataSet.UInt16(DicomTags.HighBit, "HighBit") ?? (stored - 1);
        if (allocated is not (8 or 16) || stored < 8 || stored > allocated || high != stored - 1)
            throw DicomFault.Unsupported("data-type", $"BitsAllocated is {allocated}, BitsStored {stored}, HighBit {high}; accepted: 8 or 16 bits, of which the lowest 8 to all are stored.");

        var representation = Required(dataSet, DicomTags.PixelRepresentation, "PixelRepresentation");
        return representation is 0 or 1
            ? new PixelLayout(rows, columns, allocated, stored, representation == 1)
            : throw DicomFault.BadHeader($"PixelRepresentation {DicomTags.PixelRepresentation} is {representation}; accepted: 0 or 1.");
    }

    private static int Required(DicomDataSet dataSet, DicomTag tag, string name) =>
        dataSet.UInt16(tag, name) ?? throw DicomFault.BadHeader($"{name} {tag} is missing; an image has it.");

    // Only names of the standard are repeated.
    private static string Colour(string? photometric) =>
        photometric is "RGB" or "PALETTE COLOR" or "YBR_FULL" or "YBR_FULL_422" or "YBR_ICT" or "YBR_RCT" ? $" and PhotometricInterpretation {photometric}" : string.Empty;
}
