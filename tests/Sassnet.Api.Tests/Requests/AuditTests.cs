using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sassnet.Api.Access;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Scheduling;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Requests;

/// <summary>Who did what with which input: one line of a category of its own for each request, and of a file where that is configured.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sassnet-audit-");

    private string FilePath => Path.Combine(_folder.FullName, "audit.jsonl");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_line_says_who_sent_which_input_to_which_model_and_how_it_ended()
    {
        await using var locked = await LockedService.StartAsync(("Sassnet:Audit:File", FilePath));
        var key = locked.Key("segment");
        using var served = await locked.SendAsync("POST", "/segment?output=distance", key);
        var entry = await EntryAsync(served);

        Assert.Equal($"key:{ApiKey.IdIn(key)}", Text(entry, "caller"));
        Assert.Equal("POST /segment", $"{Text(entry, "method")} {Text(entry, "route")}");
        Assert.Equal(Sha256(Scan.Small), Text(entry, "inputSha256"));
        Assert.Equal("random@1.10.0 distance", $"{Text(entry, "model")} {Text(entry, "output")}");
        Assert.Equal(200, entry.GetProperty("status").GetInt32());
        Assert.Null(Text(entry, "problem"));
        Assert.InRange(entry.GetProperty("seconds").GetDouble(), 0.000001, 300);
        Assert.InRange(entry.GetProperty("time").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);

        // The log has it just after the file.
        await ScheduledScan.UntilAsync(() => locked.Service.Logs.Lines.Any(IsLine));
        var line = locked.Service.Logs.Lines.Single(IsLine);
        Assert.Contains($"caller key:{ApiKey.IdIn(key)}, model random@1.10.0, output distance, input {Sha256(Scan.Small)}", line, StringComparison.Ordinal);
        Assert.Contains(Text(entry, "requestId")!, line, StringComparison.Ordinal);

        static bool IsLine(string line) => line.Contains("Sassnet.Audit: POST /segment", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_are_in_it_and_probes_are_not()
    {
        await using var locked = await LockedService.StartAsync(("Sassnet:Audit:File", FilePath));

        // Each is written just after its answer was sent: the next one, on another connection, could be faster.
        using var stranger = await locked.SendAsync("POST", "/segment", null);
        await EntryAsync(stranger);
        using var other = await locked.SendAsync("GET", "/models", locked.Key("metrics"));
        await EntryAsync(other);
        using var nosy = await locked.SendAsync("GET", "/metrics", null);
        await EntryAsync(nosy);
        using var probe = await locked.SendAsync("GET", "/health/ready", null);
        using var kserve = await locked.SendAsync("GET", "/v2/health/ready", null);
        using var metrics = await locked.SendAsync("GET", "/metrics", locked.Key("metrics"));
        using var nowhere = await locked.SendAsync("GET", "/nowhere", locked.Key("metrics"));
        await EntryAsync(nowhere);
        using var removed = await locked.SendAsync("DELETE", "/jobs/0", locked.Key("jobs"));
        await EntryAsync(removed);
        using var odd = await locked.SendAsync("DOEJANE", "/nowhere", locked.Key("metrics"));
        await EntryAsync(odd);

        Assert.Equal(
            [
                "anonymous POST /segment 401 unauthenticated", "key GET /models/ 403 forbidden", "anonymous GET /metrics 401 unauthenticated", "key GET (none) 404 not-found",
                "key DELETE /jobs/{id} 404 unknown-job", "key other (none) 404 not-found",
            ],
            Entries().Select(entry => $"{Text(entry, "caller")!.Split(':')[0]} {Text(entry, "method")} {Text(entry, "route")} {entry.GetProperty("status").GetInt32()} {Text(entry, "problem")}"));
    }

    [Fact]
    public async Task The_hash_is_that_of_the_files_one_after_the_other_however_they_are_sent_and_whatever_becomes_of_them()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Audit:File", FilePath));
        var slices = new DicomScan { Columns = 20, Rows = 18, Slices = 16 }.Classic().ToArray();
        var zip = ZipBytes.Of([.. slices.Select((slice, number) => ($"{number}", slice))]);
        byte[] damaged = Scan.Small[..5000];

        using (var chunked = new HttpRequestMessage(HttpMethod.Post, "/segment") { Content = new ByteArrayContent(Scan.Small) })
        {
            chunked.Headers.TransferEncodingChunked = true;
            using var answer = await service.Client.SendAsync(chunked, Cancelled);
            Assert.Equal(Sha256(Scan.Small), Text(await EntryAsync(answer), "inputSha256"));
        }

        Assert.Equal((200, Sha256(Scan.Small)), await SentAsync(Form(Scan.Small)));
        Assert.Equal((200, Sha256([.. slices.SelectMany(slice => slice)])), await SentAsync(Form(slices)));
        Assert.Equal((200, Sha256(zip)), await SentAsync(new ByteArrayContent(zip)));
        Assert.Equal((400, Sha256(damaged)), await SentAsync(Form(damaged)));
        Assert.Equal((400, null), await SentAsync(new MultipartFormDataContent { { new ByteArrayContent(Scan.Small), "other" } }));

        async Task<(int, string?)> SentAsync(HttpContent content)
        {
            using var answer = await service.Client.PostAsync("/segment", content, Cancelled);
            content.Dispose();
            return ((int)answer.StatusCode, Text(await EntryAsync(answer), "inputSha256"));
        }
    }

    [Fact]
    public async Task Lines_of_jobs_say_which_job_was_sent_read_and_removed_and_no_word_in_its_place()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Audit:File", FilePath));
        string id;
        using (var sent = await service.Client.SubmitAsync(Scan.Small, key: "k"))
        {
            id = Text(await EntryAsync(sent), "job")!;
            Assert.Equal($"/jobs/{id}", sent.Headers.Location!.OriginalString);
        }

        using (var again = await service.Client.SubmitAsync(Scan.Small, key: "k"))
            Assert.Equal((id, Sha256(Scan.Small)), (Text(await EntryAsync(again), "job"), Text(await EntryAsync(again), "inputSha256")));
        await service.Client.WaitAsync(id);
        var stranger = Guid.NewGuid().ToString("N");
        Assert.Equal((200, id), await AskedAsync(HttpMethod.Get, $"/jobs/{id}"));
        Assert.Equal((200, id), await AskedAsync(HttpMethod.Get, $"/jobs/{id}/events"));
        Assert.Equal((200, id), await AskedAsync(HttpMethod.Get, $"/jobs/{id}/results/segmentation"));
        Assert.Equal((404, id), await AskedAsync(HttpMethod.Get, $"/jobs/{id}/results/distance"));
        Assert.Equal((200, id), await AskedAsync(HttpMethod.Delete, $"/jobs/{id}"));
        Assert.Equal((404, stranger), await AskedAsync(HttpMethod.Get, $"/jobs/{stranger}"));
        Assert.Equal((404, null), await AskedAsync(HttpMethod.Get, "/jobs/DoeJane"));
        Assert.Equal((200, null), await AskedAsync(HttpMethod.Get, "/jobs"));
        Assert.Contains(service.Logs.Lines, line => line.Contains("Sassnet.Audit: DELETE /jobs/{id} answered 200", StringComparison.Ordinal) && line.Contains($"job {id}", StringComparison.Ordinal));

        async Task<(int, string?)> AskedAsync(HttpMethod method, string path)
        {
            using var answer = await service.Client.CallAsync(method, path);
            return ((int)answer.StatusCode, Text(await EntryAsync(answer), "job"));
        }
    }

    [Fact]
    public async Task The_hash_of_an_order_is_that_of_its_text_by_which_a_suspected_study_is_found()
    {
        await using var service = await TestService.StartAsync(
            ("Sassnet:Audit:File", FilePath), ("Sassnet:Archive:Servers:pacs:Url", "http://127.0.0.1:1/dicom-web"));
        Assert.Equal((202, Sha256(Encoding.UTF8.GetBytes("""{"dicomWeb":{"server":"pacs","study":"1.2.3","series":null},"model":null,"store":false}"""))),
            await OrderedAsync("""{ "dicomWeb": { "study": "1.2.3", "server": "pacs" } }"""));
        Assert.Equal((202, Sha256(Encoding.UTF8.GetBytes("""{"dicomWeb":{"server":"pacs","study":"1.2.3","series":"1.2.3.4"},"model":"random","store":true}"""))),
            await OrderedAsync("""{ "store": true, "model": "random", "dicomWeb": { "server": "pacs", "study": "1.2.3", "series": "1.2.3.4" } }"""));

        async Task<(int, string?)> OrderedAsync(string order)
        {
            using var content = new StringContent(order, Encoding.UTF8, "application/json");
            using var answer = await service.Client.PostAsync("/jobs", content, Cancelled);
            return ((int)answer.StatusCode, Text(await EntryAsync(answer), "inputSha256"));
        }
    }

    [Fact]
    public async Task The_file_may_be_moved_away_emptied_or_cut_in_a_line_and_goes_on()
    {
        await File.WriteAllTextAsync(FilePath, "{\"time\":\"a line that was cut", Cancelled);
        await using var service = await TestService.StartAsync(("Sassnet:Audit:File", FilePath));
        await AskAsync();
        await AskAsync();
        Assert.Equal(["{\"time\":\"a line that was cut", "/models/", "/models/"], Lines().Select(Route));
        File.Move(FilePath, FilePath + ".1");
        await AskAsync();
        Assert.Equal(["/models/"], Lines().Select(Route));
        using (var truncate = Process.Start("truncate", ["--size=0", FilePath]))
            await truncate.WaitForExitAsync(Cancelled);
        await AskAsync();
        Assert.Equal(["/models/"], Lines().Select(Route));

        // Not where it cannot be written: the log says so and has the line, and requests are answered.
        File.Move(FilePath, FilePath + ".2");
        Directory.CreateDirectory(FilePath);
        using (var answer = await service.Client.GetAsync("/models", Cancelled))
            Assert.True(answer.IsSuccessStatusCode);
        await ScheduledScan.UntilAsync(() => service.Logs.Lines.Any(IsComplaint));
        Assert.Single(service.Logs.Lines, IsComplaint);
        Directory.Delete(FilePath);
        await AskAsync();
        Assert.Equal(["/models/"], Lines().Select(Route));

        async Task AskAsync()
        {
            using var answer = await service.Client.GetAsync("/models", Cancelled);
            await EntryAsync(answer);
        }

        static string Route(string line) => line.EndsWith('}') ? Text(JsonDocument.Parse(line).RootElement, "route")! : line;

        bool IsComplaint(string line) => line.StartsWith("Critical", StringComparison.Ordinal) && line.Contains(FilePath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_owner_alone_may_read_it_and_a_second_service_does_not_write_to_it()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Audit:File", FilePath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        var (exit, _, error) = await ServiceCommand.RunAsync([], ("Sassnet__Audit__File", FilePath));
        Assert.Equal(1, exit);
        Assert.Contains($"The audit file {FilePath}", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static MultipartFormDataContent Form(params byte[][] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var file in files)
            form.Add(new ByteArrayContent(file), "volume", "file");
        return form;
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string? Text(JsonElement entry, string member) => entry.GetProperty(member).GetString();

    /// <summary>The entry of an answer, which is written just after its last byte was sent.</summary>
    private async Task<JsonElement> EntryAsync(HttpResponseMessage answer)
    {
        await answer.Content.ReadAsByteArrayAsync(Cancelled);
        var id = answer.Headers.GetValues("X-Request-Id").Single();
        for (var tries = 0; tries < 3000 && !Lines().Any(line => line.Contains(id, StringComparison.Ordinal)); tries++)
            await Task.Delay(20, Cancelled);
        return Entries().Single(entry => Text(entry, "requestId") == id);
    }

    private IEnumerable<JsonElement> Entries() => Lines().Where(line => line.EndsWith('}')).Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>As a program reads it that knows nothing of .NET's locks.</summary>
    private string[] Lines() => File.Exists(FilePath) ? Tools.Run("cat", FilePath).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
}
