using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Sassnet.Api.Archive;

/// <summary>Reads data sets in the DICOM JSON model (PS3.18 F) as archives answer with them.</summary>
internal static class DicomJson
{
    // A study has tens of series, an answer a few hundred bytes for each.
    private const int MostBytes = 8 << 20;

    /// <summary>Reads an answer; null where it is no JSON, or too long to be this.</summary>
    /// <exception cref="HttpIOException">The connection ends within it.</exception>
    public static async Task<JsonElement?> TryReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await ReadAsync(body, buffer, cancellation)) > 0)
        {
            if (bytes.Length + count > MostBytes)
                return null;
            bytes.Write(buffer, 0, count);
        }

        try
        {
            var json = InUtf8(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            RequireText(json);
            return JsonSerializer.Deserialize<JsonElement>(json, Parsed.Default.JsonElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // A connection that is reset is an IOException like any other of a stream; only one that is closed too early is HTTP's own.
    private static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation);
        }
        catch (IOException broken) when (broken is not HttpIOException)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, broken.Message, broken);
        }
    }

    // An archive that writes Latin-1 spoils a description with it, which should not cost the job what else it says.
    private static ReadOnlySpan<byte> InUtf8(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes));

    /// <summary>Reads every string once: half a surrogate pair, escaped, is found only when a string is asked for (RFC 8259 8.2).</summary>
    private static void RequireText(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is (JsonTokenType.String or JsonTokenType.PropertyName) && reader.ValueIsEscaped)
                reader.GetString();
        }
    }

    /// <summary>An attribute's first value as text; null where there is none.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="tag">Its tag, as eight hexadecimal digits.</param>
    public static string? Text(this JsonElement dataSet, string tag) => dataSet.Values(tag).FirstOrDefault() switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()?.Trim(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>An attribute's first value as a whole number, which some write as text; null where it is none.</summary>
    public static int? Number(this JsonElement dataSet, string tag) =>
        int.TryParse(dataSet.Text(tag), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>An attribute's values; none where it is absent.</summary>
    public static IEnumerable<JsonElement> Values(this JsonElement dataSet, string tag) =>
        dataSet.ValueKind == JsonValueKind.Object
        && dataSet.TryGetProperty(tag, out var attribute) && attribute.ValueKind == JsonValueKind.Object
        && attribute.TryGetProperty("Value", out var values) && values.ValueKind == JsonValueKind.Array
            ? values.EnumerateArray()
            : [];
}

/// <summary>JSON of any form.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class Parsed : System.Text.Json.Serialization.JsonSerializerContext;
