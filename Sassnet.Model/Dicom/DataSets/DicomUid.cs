using System.Buffers.Binary;
using System.Globalization;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>Unique identifiers (PS3.5 9).</summary>
internal static class DicomUid
{
    /// <summary>This library as a writer of files: a fixed random identifier.</summary>
    public const string Implementation = "2.25.267139502840297315629418325712604937164";

    /// <summary>A new identifier, derived from a random UUID (PS3.5 B.2).</summary>
    public static string New() =>
        string.Create(CultureInfo.InvariantCulture, $"2.25.{BinaryPrimitives.ReadUInt128BigEndian(Guid.NewGuid().ToByteArray(bigEndian: true))}");
}
