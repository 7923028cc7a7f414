using System.Globalization;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>The name of an attribute: its group and element numbers (PS3.5 7.1).</summary>
public readonly record struct DicomTag(ushort Group, ushort Element)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Group:X4},{Element:X4})");
}
