namespace Sassnet.Model.Dicom.DataSets;

/// <summary>A run of bytes in a file.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
public readonly record struct PixelFragment(long Offset, long Length);
