using System.Buffers.Binary;
using System.Text;
using Sassnet.Model.Packages;
using Xunit;

namespace Sassnet.Model.Tests.Packages;

/// <summary>Headers that a stranger may have written. What is no text was found by a search of another reader of JSON (<c>scripts/fuzz json</c>).</summary>
public sealed class SafetensorsHeaderTests
{
    [Theory]
    [InlineData("""{"a": {"dtype": "F32\ud800", "shape": [], "data_offsets": [0, 4]}}""")]
    [InlineData("""{"\udc00": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}}""")]
    [InlineData("""{"__metadata__": {"format": "\ud800"}}""")]
    [InlineData("""{"__metadata__": {"format": "ptÿ"}}""")]
    public void A_header_with_a_string_that_is_no_text_is_refused(string json)
    {
        // Latin-1: one letter of the last is no UTF-8.
        var header = Encoding.Latin1.GetBytes(json);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);

        using var file = new MemoryStream([.. length, .. header, 0, 0, 0, 0]);

        Assert.Throws<InvalidPackageException>(() => SafetensorsHeader.Read(file));
    }
}
