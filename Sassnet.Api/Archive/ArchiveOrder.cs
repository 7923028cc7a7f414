using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Net.Http.Headers;
using Sassnet.Api.Problems;
using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Api.Archive;

/// <summary>The body of a job whose scan is in an archive.</summary>
/// <param name="DicomWeb">Where the scan is.</param>
/// <param name="Model">The model, as in the query; null for that of the query, or the default.</param>
/// <param name="Store">Whether the DICOM results are stored beside the scan.</param>
public sealed record ArchiveOrder([property: JsonRequired] ArchivePlace DicomWeb, string? Model = null, bool Store = false)
{
    internal const string MediaType = "application/json";

    private const int MostBytes = 64 * 1024;

    // What every order has.
    private const string Place = "dicomWeb";

    /// <summary>SHA-256 of all of it.</summary>
    internal string Hash => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, ArchiveJson.Default.ArchiveOrder)));

    /// <summary>Reads a request's body; null where it is no JSON, and so the scan itself.</summary>
    /// <exception cref="ProblemException">It is JSON and no such order.</exception>
    internal static async Task<ArchiveOrder?> TryReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
            return null;
        var bytes = new byte[MostBytes + 1];
        var count = await request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (count > MostBytes)
            throw Malformed(FormattableString.Invariant($"The body is longer than {MostBytes} bytes; accepted is an order of a few hundred."));
        try
        {
            var order = JsonSerializer.Deserialize(bytes.AsSpan(0, count), ArchiveJson.Default.ArchiveOrder) ?? throw Malformed("The body is null; accepted is an order as an object.");
            order.DicomWeb.Check();
            return order;
        }
        catch (JsonException wrong)
        {
            throw Malformed($"The body cannot be read at '{wrong.Path ?? "$"}'; accepted: {{\"dicomWeb\": {{\"server\": NAME, \"study\": UID, \"series\": UID}}, \"model\": NAME, \"store\": true}}, of which only server and study must be there.");
        }
    }

    /// <summary>Refuses an order that came as if it were a scan, which nobody could be told of before the job's turn: curl calls what it sends a form where it is not told otherwise.</summary>
    /// <exception cref="ProblemException">The file is one.</exception>
    internal static void RefuseAsScan(HttpRequest request, string path)
    {
        if (IsIn(path))
            throw Malformed($"The body is an order for a scan in an archive, and 'Content-Type' is {(request.ContentType is { } type ? $"'{type}'" : "missing")}; accepted of an order: {MediaType}. Send it again with that header.");
    }

    internal static ProblemException Malformed(string detail) => new(ArchiveProblemTypes.MalformedOrder, detail);

    private static bool IsIn(string path)
    {
        if (new FileInfo(path).Length > MostBytes)
            return false;
        try
        {
            using var body = JsonDocument.Parse(File.ReadAllBytes(path));
            return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty(Place, out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>Where a scan is in an archive.</summary>
/// <param name="Server">The archive's name, as this service is configured.</param>
/// <param name="Study">The StudyInstanceUID.</param>
/// <param name="Series">The SeriesInstanceUID; null for the one that fits the model.</param>
public sealed record ArchivePlace([property: JsonRequired] string Server, [property: JsonRequired] string Study, string? Series = null)
{
    // They become part of an address.
    internal void Check()
    {
        if (Server is not { Length: > 0 })
            throw ArchiveOrder.Malformed("'dicomWeb.server' is empty; accepted: the name of an archive that this service is configured for.");
        Check("study", "StudyInstanceUID", Study);
        if (Series is not null)
            Check("series", "SeriesInstanceUID", Series);
    }

    private static void Check(string name, string attribute, string? uid)
    {
        if (uid is not { Length: > 0 } || !DicomUid.IsValid(uid) || !char.IsAsciiDigit(uid[0]) || uid.Contains("..", StringComparison.Ordinal))
            throw ArchiveOrder.Malformed($"'dicomWeb.{name}' is '{uid}'; accepted: a {attribute}, at most 64 digits and dots.");
    }
}

/// <summary>The JSON form of an order.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ArchiveOrder))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
