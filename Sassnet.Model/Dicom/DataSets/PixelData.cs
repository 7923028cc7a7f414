namespace Sassnet.Model.Dicom.DataSets;

/// <summary>Where a file's pixels lie; they are read when they are needed.</summary>
/// <param name="IsEncapsulated">Whether they are in fragments (PS3.5 A.4) instead of in one piece.</param>
/// <param name="IsBytes">Whether the file calls them bytes (VR OB) instead of words.</param>
/// <param name="OffsetTable">The basic offset table, empty for pixels in one piece.</param>
/// <param name="Fragments">The fragments behind the table, or the one piece as far as the file has it.</param>
public sealed record PixelData(bool IsEncapsulated, bool IsBytes, PixelFragment OffsetTable, IReadOnlyList<PixelFragment> Fragments);
