using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Model.Tests.Nifti;
using Xunit;

namespace Sassnet.Api.Tests.Telemetry;

/// <summary>
/// A word that stands for a patient, wherever a client can put one; and all that leaves the service otherwise than as the answer, in which it must not turn up.
/// The configuration asks for everything to be logged.
/// </summary>
public sealed class CanaryTests : IAsyncLifetime
{
    private const string Canary = "CANARYDOE19700101";

    private static readonly string[] Silent = ["X-Request-Id", "User-Agent", "Idempotency-Key", "Referer", "Cookie", "From",
        "Correlation-Context", "Request-Id", "X-Correlation-Id", "Origin", "Forwarded", "If-None-Match", "Range"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sassnet-canary-");
    private readonly ConcurrentQueue<string> _fileNames = [];
    private LockedService _locked = null!;
    private FileSystemWatcher _watcher = null!;
    private string _key = null!;

    private string AuditPath => Path.Combine(_folder.FullName, "audit.jsonl");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // A decoder that fails on whatever it gets.
        var decoder = Path.Combine(_folder.FullName, "dcmdjpeg");
        await File.WriteAllTextAsync(decoder, "#!/bin/sh\nexit 1\n", Cancelled);
        File.SetUnixFileMode(decoder, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        _locked = await LockedService.StartAsync(
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore.Routing.Matching.DfaMatcher", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"),
            ("Logging:Console:LogLevel:Default", "None"),
            ("Sassnet:Server:Proxies", "127.0.0.1"),
            ("Sassnet:Audit:File", AuditPath),
            ("Sassnet:Dicom:DecoderPath", $"{_folder.FullName}:/usr/bin:/bin"));
        _key = _locked.Key("segment jobs models metrics");
        _watcher = new FileSystemWatcher(_locked.Service.UploadFolder) { IncludeSubdirectories = true };
        _watcher.Created += (_, created) => _fileNames.Enqueue(created.FullPath);
        _watcher.Renamed += (_, renamed) => _fileNames.Enqueue(renamed.FullPath);
        _watcher.EnableRaisingEvents = true;
    }

    public async ValueTask DisposeAsync()
    {
        _watcher.Dispose();
        await _locked.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_is_in_file_names_headers_and_volumes_is_not_even_in_a_problem()
    {
        var nifti = new NiftiBytes { Dim = [3, 20, 18, 16, 1, 1, 1, 1], Stored = Scan.Voxels(20, 18, 16), Description = Canary };
        var slices = Enumerable.Range(0, 4).Select(slice => Named(Dicom.Slice(slice)).ToBytes()).ToArray();
        byte[] frame = [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 16, 0, 5, 0, 6, 1, 1, 0x11, 0, 0];
        var compressed = Enumerable.Range(0, 3).Select(slice => Named((Dicom with { Syntax = "1.2.840.10008.1.2.4.70" }).Slice(slice)).Fragments([], frame).ToBytes()).ToArray();
        (string Expected, HttpContent Content)[] bodies =
        [
            ("200", Form(nifti.ToBytes())),
            ("400 truncated", Form(nifti.ToBytes()[..5000])),
            ("400 bad-header", Form(new NiftiBytes { SizeofHdr = 349, Description = Canary }.ToBytes())),
            ("200", Form(slices)),
            ("200", new ByteArrayContent(ZipBytes.Of([.. slices.Select((slice, number) => ($"{Canary}/{Canary}{number}.dcm", slice))]))),
            ("400 unsafe-archive", new ByteArrayContent(ZipBytes.Of(($"../{Canary}.dcm", slices[0])))),
            ("422 series-geometry", Form(slices[0], slices[1], slices[3])),
            ("400 unreadable-file", Form(slices[0], slices[1], Encoding.ASCII.GetBytes($"\0\0\0\0{Canary}"))),
            ("422 decode-failed", Form(compressed)),
            ("422 no-pixels", Form([.. Enumerable.Range(0, 2).Select(slice => Named(Dicom.Slice(slice).Without(0x7FE00010)).ToBytes())])),
            ("400 unexpected-part", new MultipartFormDataContent { { new ByteArrayContent([1]), Canary, Canary } }),
            ("400 malformed-multipart", Broken($"--b\r\n{Canary}\r\n\r\nbytes\r\n--b--\r\n", "multipart/form-data; boundary=b")),
            ("400 malformed-multipart", Broken($"--{Canary}\r\nContent-Disposition: form-data; name=volume; filename={Canary}\r\n\r\nbytes", $"multipart/form-data; boundary={Canary}")),
            ("400 truncated", Broken("no volume", $"{Canary}/{Canary}")),
        ];
        foreach (var (expected, content) in bodies)
        {
            var answer = await SendAsync(HttpMethod.Post, "/segment?output=report", request => request.Content = content);
            Assert.True(answer.StartsWith($"{expected.Split(' ')[0]} ", StringComparison.Ordinal) && answer.Contains(expected.Split(' ')[^1], StringComparison.Ordinal), $"not {expected}: {answer}");
            Assert.DoesNotContain(Canary, answer, StringComparison.OrdinalIgnoreCase);
        }

        await AssertNowhereAsync("answered 422");
        Assert.NotEmpty(_fileNames);
    }

    [Fact]
    public async Task What_is_in_the_address_or_in_what_the_answer_names_is_in_the_answer_alone()
    {
        (string Method, string Target)[] targets =
        [
            ("POST", $"/segment/{Canary}.nii.gz"), ("PUT", $"/{Canary}.nii.gz"), ("GET", $"/{Canary}/{Canary}"), ("GET", $"/models/{Canary}"), ("GET", $"/v2/models/{Canary}/ready"),
            ("GET", $"/swagger/{Canary}.js"), ("GET", $"/swagger/v1/{Canary}.json"), ("GET", $"/health/{Canary}"), ("GET", $"/models?{Canary}={Canary}"), ("GET", $"/?{Canary}"),
            ("POST", $"/segment?{Canary}=1"), ("POST", $"/segment?threshold={Canary}"), ("POST", $"/segment?model={Canary}"), ("POST", $"/segment?series={Canary}"),
            ("POST", $"/segment?output={Canary}"), ("POST", $"/segment?inference={Canary}"), ("POST", $"/segment?keepLargest={Canary}"), ("POST", $"/segment/report?series={Canary}"),
            (Canary, "/segment"), (Canary, $"/{Canary}"),
        ];
        foreach (var (method, target) in targets)
        {
            await SendAsync(new HttpMethod(method), target, request => request.Content = method == "POST" ? new ByteArrayContent(Scan.Small) : null);
            await SendAsync(new HttpMethod(method), target, request => request.Headers.Authorization = null);
        }

        await SendAsync(HttpMethod.Post, "/segment", request => Add(request, "Accept", $"text/{Canary}"));
        await SendAsync(HttpMethod.Post, "/segment", request => request.Content = new ByteArrayContent([1]) { Headers = { { "Content-Encoding", Canary } } });
        await SendAsync(HttpMethod.Get, "/models", request => request.Headers.Host = $"{Canary}.example");
        foreach (var forwarded in (string[])["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-Proto"])
            await SendAsync(HttpMethod.Get, "/models", request => Add(Add(request, "X-Forwarded-For", "192.0.2.7"), forwarded, forwarded.EndsWith('x') ? $"/{Canary}" : Canary));
        foreach (var authorization in (string[])[Canary, $"Bearer {Canary}", $"Bearer sassnet_{Canary}", $"Bearer {_key}{Canary}", $"Bearer eyJ{Canary}.eyJ{Canary}.{Canary}", $"{Canary} {Canary}"])
        {
            await SendAsync(HttpMethod.Get, "/models", request =>
            {
                request.Headers.Authorization = null;
                Add(request, "Authorization", authorization);
            });
        }

        await AssertNowhereAsync("answered 404");
    }

    [Fact]
    public async Task What_comes_with_a_job_is_neither_in_the_list_of_jobs_nor_in_a_file_of_theirs()
    {
        var nifti = new NiftiBytes { Dim = [3, 20, 18, 16, 1, 1, 1, 1], Stored = Scan.Voxels(20, 18, 16), Description = Canary };
        var slices = Enumerable.Range(0, 4).Select(slice => Named(Dicom.Slice(slice)).ToBytes()).ToArray();
        (string Query, HttpContent Content)[] jobs =
        [
            (string.Empty, Form(nifti.ToBytes())),
            (string.Empty, Form(nifti.ToBytes()[..5000])),
            ("&deidentify=true", new ByteArrayContent(ZipBytes.Of([.. slices.Select((slice, number) => ($"{Canary}/{Canary}{number}.dcm", slice))]))),
            ($"&series={Canary}", Form(slices)),
            ($"&{Canary}=1", Form(nifti.ToBytes())),
            ($"&threshold={Canary}", Form(nifti.ToBytes())),
            ($"&callback=https://{Canary}.example/", Form(nifti.ToBytes())),
        ];
        foreach (var (number, (query, content)) in jobs.Index())
            await SendAsync(HttpMethod.Post, $"/jobs?output=report{query}", request => Add(request, "Idempotency-Key", $"{Canary}{number}").Content = content);
        var listed = string.Empty;
        for (var tries = 0; tries < 600; tries++)
        {
            listed = await SendAsync(HttpMethod.Get, "/jobs", _ => { });
            if (!listed.Contains("\"queued\"", StringComparison.Ordinal) && !listed.Contains("\"running\"", StringComparison.Ordinal))
                break;
            await Task.Delay(100, Cancelled);
        }

        Assert.Contains("\"succeeded\"", listed, StringComparison.Ordinal);
        Assert.Contains("\"failed\"", listed, StringComparison.Ordinal);
        AssertFree("the list of jobs", listed);
        foreach (Match id in Regex.Matches(listed, "\"id\":\\s*\"(.{32})\""))
            AssertFree("a job's events", await SendAsync(HttpMethod.Get, $"/jobs/{id.Groups[1].Value}/events", _ => { }));
        await AssertNowhereAsync("answered 202");
        AssertFree("the names of the jobs' files", string.Join('\n', Directory.GetFileSystemEntries(_locked.Service.JobFolder, "*", SearchOption.AllDirectories)));
    }

    [Fact]
    public async Task What_is_in_broken_HTTP_is_nowhere()
    {
        string[] heads =
        [
            $"GET /{Canary} HTTP/9.9\r\n\r\n",
            $"{Canary}\r\n\r\n",
            $"GET /{Canary}\0 HTTP/1.1\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: localhost\r\n{Canary}\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: localhost\r\n{Canary} : {Canary}\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: {Canary}/{Canary}\r\n\r\n",
            $"POST /segment HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Canary}\r\n\r\n",
            $"POST /segment HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: {Canary}\r\n\r\n",
            $"POST /segment HTTP/1.1\r\nHost: localhost\r\nExpect: {Canary}\r\nContent-Length: 1\r\n\r\nx",
            $"POST /segment HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {_key}\r\nTransfer-Encoding: chunked\r\n\r\n{Canary}\r\n\r\n",
            $"POST /segment HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {_key}\r\nTransfer-Encoding: chunked\r\n\r\n1;{Canary}={Canary}\r\nx\r\n0\r\n{Canary}: {Canary}\r\n\r\n",
        ];
        foreach (var head in heads)
        {
            using var connection = await RawConnection.OpenAsync(_locked.Service);
            await connection.SendAsync(head);
            Assert.DoesNotContain(Canary, await connection.ReadAnswerAsync(), StringComparison.OrdinalIgnoreCase);
        }

        await AssertNowhereAsync("answered 400");
    }

    private static DicomScan Dicom { get; } = new() { Columns = 20, Rows = 18, PatientName = Canary };

    /// <summary>The word in every element that tells of the patient, the visit or the equipment in free text.</summary>
    private static DicomBytes Named(DicomBytes file)
    {
        (uint Tag, string Vr)[] elements =
        [
            (0x00080050, "SH"), (0x00080080, "LO"), (0x00080090, "PN"), (0x00081010, "SH"), (0x00081030, "LO"), (0x0008103E, "LO"), (0x00081070, "PN"), (0x00090010, "LO"), (0x00100020, "LO"),
            (0x00101000, "LO"), (0x00104000, "LT"), (0x00181030, "LO"), (0x00200010, "SH"), (0x00204000, "LT"), (0x00324000, "LT"), (0x00400254, "LO"),
        ];
        foreach (var (tag, vr) in elements)
            file.Text(tag, vr, Canary);
        return file;
    }

    private static MultipartFormDataContent Form(params byte[][] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var file in files)
        {
            var part = new ByteArrayContent(file);
            part.Headers.TryAddWithoutValidation("Content-Type", $"{Canary}/{Canary}");
            part.Headers.TryAddWithoutValidation("X-Patient", Canary);
            form.Add(part, "volume", $"{Canary}.dcm");
        }

        return form;
    }

    private static ByteArrayContent Broken(string body, string type)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        content.Headers.TryAddWithoutValidation("Content-Disposition", $"attachment; filename={Canary}");
        return content;
    }

    private static HttpRequestMessage Add(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        Assert.True(request.Headers.TryAddWithoutValidation(name, value), name);
        return request;
    }

    /// <summary>Sends a request with the word in every header that is for the service alone; returns the answer's status, headers and body.</summary>
    private async Task<string> SendAsync(HttpMethod method, string target, Action<HttpRequestMessage> change)
    {
        using var request = new HttpRequestMessage(method, target);
        request.Headers.Authorization = new("Bearer", _key);
        foreach (var name in Silent)
            Add(request, name, Canary);
        Add(request, "baggage", $"patient={Canary}");
        Add(request, "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        Add(request, "tracestate", $"hospital={Canary}");
        Add(request, "Accept", $"*/*, application/{Canary}");
        change(request);
        using var response = await _locked.Service.Client.SendAsync(request, Cancelled);
        request.Content?.Dispose();
        var body = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(Cancelled));
        return $"{(int)response.StatusCode} {response.Headers}{response.Content.Headers}{body}";
    }

    private async Task AssertNowhereAsync(string expected)
    {
        for (var tries = 0; tries < 3000 && !_locked.Service.Logs.Lines.Any(line => line.Contains(expected, StringComparison.Ordinal)); tries++)
            await Task.Delay(20, Cancelled);
        await Task.Delay(300, Cancelled);
        using var metrics = await _locked.GetAsync("/metrics", _key);
        var spans = _locked.Service.Spans.Text();
        Assert.Contains("http.route", spans, StringComparison.Ordinal);
        AssertFree("the log", string.Join('\n', _locked.Service.Logs.Lines));
        AssertFree("the traces", spans);
        AssertFree("the metrics", await metrics.Content.ReadAsStringAsync(Cancelled));
        AssertFree("the names of temporary files", string.Join('\n', _fileNames));
        var audit = Tools.Run("cat", AuditPath);
        Assert.Contains("requestId", audit, StringComparison.Ordinal);
        AssertFree("the audit", audit);
    }

    private static void AssertFree(string where, string text)
    {
        var at = text.IndexOf(Canary, StringComparison.OrdinalIgnoreCase);
        Assert.True(at < 0, at < 0 ? where : $"in {where}: {text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 300)]}");
    }
}
