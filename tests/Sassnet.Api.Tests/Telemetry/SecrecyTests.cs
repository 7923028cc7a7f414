using System.IO.Compression;
using System.Net;
using System.Text;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Nifti;
using Xunit;

namespace Sassnet.Api.Tests.Telemetry;

public sealed class SecrecyTests(SharedService shared)
{
    private const string Secret = "DOEJANE19700101";

    [Fact]
    public async Task No_file_name_and_no_header_string_gets_into_answers_logs_spans_or_metrics()
    {
        var scan = new NiftiBytes { Dim = [3, 20, 18, 16, 1, 1, 1, 1], Stored = Scan.Voxels(20, 18, 16), Description = Secret };
        var seen = new StringBuilder();
        seen.Append(await SendAsync(Form(scan.ToBytes()), "?output=all"));
        seen.Append(await SendAsync(Form(scan.ToBytes()[..5000]), string.Empty));
        seen.Append(await SendAsync(Form(new NiftiBytes { SizeofHdr = 349, Description = Secret }.ToBytes()), string.Empty));
        seen.Append(await SendAsync(new ByteArrayContent(scan.ToBytes()), $"/{Secret}.nii.gz"));
        seen.AppendJoin('\n', shared.Service.Logs.Lines);
        foreach (var span in shared.Service.Spans.Ended)
            seen.Append(span.DisplayName).AppendJoin(',', span.TagObjects).AppendJoin(',', span.Baggage).AppendJoin(',', span.Events.SelectMany(at => at.Tags));
        using var metrics = await shared.Service.Client.GetAsync("/metrics", TestContext.Current.CancellationToken);
        seen.Append(await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain(Secret, seen.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("sassnet_failures_total", seen.ToString(), StringComparison.Ordinal);
        Assert.Contains("POST /segment answered 200", seen.ToString(), StringComparison.Ordinal);
    }

    private static MultipartFormDataContent Form(byte[] bytes) => new() { { new ByteArrayContent(bytes), "volume", $"{Secret}.nii.gz" } };

    /// <summary>Everything of the answer, decompressed.</summary>
    private async Task<string> SendAsync(HttpContent content, string pathAndQuery)
    {
        using var response = await shared.Service.Client.PostAsync($"/segment{pathAndQuery}", content, TestContext.Current.CancellationToken);
        content.Dispose();
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var text = new StringBuilder(response.Headers.ToString()).Append(response.Content.Headers);
        if (response.StatusCode != HttpStatusCode.OK)
            return text.Append(Encoding.Latin1.GetString(bytes)).ToString();
        await using var archive = new ZipArchive(new MemoryStream(bytes));
        foreach (var entry in archive.Entries)
        {
            var plain = new MemoryStream();
            await using var stream = await entry.OpenAsync(TestContext.Current.CancellationToken);
            await using var opened = entry.Name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
            await opened.CopyToAsync(plain, TestContext.Current.CancellationToken);
            text.Append(entry.FullName).Append(Encoding.Latin1.GetString(plain.ToArray()));
        }

        return text.ToString();
    }
}
