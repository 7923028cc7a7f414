using System.Globalization;
using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Requests;

/// <summary>What whoever runs the service sees of a request: lines that have a time and the id that its answer named.</summary>
public sealed class ConsoleTests : IDisposable
{
    private const string Secret = "DOEJANE19700101";
    private const string Id = "4bf92f3577b34da6a3ce929d0e0e4736";

    private readonly DirectoryInfo _decoders = Directory.CreateTempSubdirectory("sassnet-decoders-");

    public void Dispose() => _decoders.Delete(recursive: true);

    [Fact]
    public async Task A_line_has_the_time_and_the_requests_id_and_nothing_of_a_patient()
    {
        await using var service = await ServiceProcess.StartAsync(null);
        var before = DateTimeOffset.UtcNow;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/segment/{Secret}.nii.gz") { Content = new ByteArrayContent(Scan.Small), Headers = { { "X-Request-Id", Id } } };
        using var refused = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        using var form = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "volume", $"{Secret}.nii.gz" } };
        using var failed = await service.Client.PostAsync("/segment", form, TestContext.Current.CancellationToken);
        var id = failed.Headers.GetValues("X-Request-Id").Single();

        var line = await service.LineAsync(Id);
        Assert.InRange(DateTimeOffset.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture), before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Contains("POST (none) answered 404", line, StringComparison.Ordinal);
        Assert.Contains("POST /segment answered 400", await service.LineAsync(id), StringComparison.Ordinal);
        Assert.DoesNotContain(service.Lines, printed => printed.Contains(Secret, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("json")]
    public async Task Every_line_that_a_request_leaves_has_its_id_those_of_other_threads_too(string formatter)
    {
        // A decoder that fails is logged where the volume is read, which is on no thread of the request's.
        var program = Path.Combine(_decoders.FullName, "dcmdjpeg");
        await File.WriteAllTextAsync(program, "#!/bin/sh\nexit 1\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_decoders.FullName, (UnixFileMode)0b111_101_101);
        await using var service = await ServiceProcess.StartAsync(
            null,
            ("Logging__Console__FormatterName", formatter),
            ("Logging__LogLevel__Default", "Trace"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"),
            ("Sassnet__Dicom__DecoderPath", $"{_decoders.FullName}:/usr/bin:/bin"));
        await service.LineAsync("GET /health/ready answered 200");

        // The last of what no request leaves.
        await service.LineAsync("Model random@1.9.0 is ready");
        var before = service.Lines.Count;

        byte[] frame = [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 16, 0, 5, 0, 6, 1, 1, 0x11, 0, 0];
        using var form = new MultipartFormDataContent();
        for (var slice = 0; slice < 3; slice++)
            form.Add(new ByteArrayContent(new DicomScan { Syntax = "1.2.840.10008.1.2.4.70" }.Slice(slice).Fragments([], frame).ToBytes()), "volume", "slice");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/segment") { Content = form, Headers = { { "X-Request-Id", Id } } };
        using var failed = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(failed, 422, "decode-failed");

        await service.LineAsync("POST /segment answered 422");
        var lines = service.Lines.Skip(before).ToList();
        Assert.Contains(lines, line => line.Contains("dcmdjpeg failed", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Equal(Id, formatter == "json" ? InScopes(line) : InText(line)));
    }

    private static string? InScopes(string line) => JsonDocument.Parse(line).RootElement.GetProperty("Scopes").EnumerateArray()
        .Where(scope => scope.ValueKind == JsonValueKind.Object && scope.TryGetProperty("RequestId", out _))
        .Select(scope => scope.GetProperty("RequestId").GetString())
        .SingleOrDefault();

    private static string InText(string line) => line.Contains($"=> RequestId {Id}", StringComparison.Ordinal) ? Id : line;
}
