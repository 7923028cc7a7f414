namespace Sassnet.Model.Dicom.DataSets;

/// <summary>An attribute as it stands in a file: the bytes of its value, or the items of a sequence.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Value">The value's bytes; empty for a sequence.</param>
/// <param name="Items">The items of a sequence; empty for a value.</param>
/// <param name="IsBigEndian">Whether numbers in the value have their highest byte first.</param>
public sealed record DicomElement(DicomTag Tag, byte[] Value, IReadOnlyList<DicomDataSet> Items, bool IsBigEndian = false);
