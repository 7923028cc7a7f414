using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Uploads;

/// <summary>What a client sees that is refused while it sends.</summary>
public sealed class RefusedUploadTests(SharedService shared, RefusedUploadTests.Narrow narrow) : IClassFixture<RefusedUploadTests.Narrow>
{
    private const int Megabyte = 1_000_000;

    [Theory]
    [InlineData("application/octet-stream", "FFFFFFFFFFFFFFFF\r\n")]
    [InlineData("application/octet-stream", "5\r\nabcdefghij\r\n")]
    [InlineData("application/octet-stream", "scan\r\n")]
    [InlineData("multipart/form-data; boundary=b", "FFFFFFFFFFFFFFFF\r\n")]
    [InlineData("multipart/form-data; boundary=b", "A\r\n--b\r\nX: y\r\nFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("multipart/form-data; boundary=b", "scan\r\n")]
    public async Task A_body_that_is_no_sound_HTTP_is_400(string type, string body)
    {
        using var client = await RawConnection.OpenAsync(shared.Service);
        await client.SendHeadAsync("/segment", $"Content-Type: {type}", "Transfer-Encoding: chunked");
        await client.SendAsync(body);

        var answer = await client.ReadAnswerAsync();

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("urn:sassnet:problem:bad-request", answer, StringComparison.Ordinal);
        await shared.Service.AssertNoFilesLeftAsync();
    }

    [Theory]
    [InlineData("/segment", "Content-Length: 100000000", "413")]
    [InlineData("/segment?threshold=2", "Content-Length: 100000000", "400")]
    [InlineData("/segments", "Content-Length: 100000000", "404")]
    [InlineData("/models", "Content-Length: 100000000", "405")]
    [InlineData("/segment", "Transfer-Encoding: chunked", "413")]
    [InlineData("/segment?threshold=2", "Transfer-Encoding: chunked", "400")]
    public async Task A_client_that_reads_nothing_before_it_has_sent_everything_sees_the_refusal(string target, string framing, string status)
    {
        var service = narrow.Service;
        using var client = await RawConnection.OpenAsync(service);
        await client.SendHeadAsync(target, "Content-Type: application/octet-stream", framing);
        var isChunked = framing.EndsWith("chunked", StringComparison.Ordinal);
        for (var sent = 0; sent < 100; sent++)
        {
            if (isChunked)
                await client.SendAsync($"{Megabyte:X}\r\n");
            await client.SendAsync(new byte[Megabyte]);
            if (isChunked)
                await client.SendAsync("\r\n");
        }

        if (isChunked)
            await client.SendAsync("0\r\n\r\n");
        var answer = await client.ReadAnswerAsync();

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("requestId", answer, StringComparison.Ordinal);
        await service.AssertNoFilesLeftAsync();
    }

    [Theory]
    [InlineData("Content-Length: 50000000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task A_client_that_sends_on_after_the_time_limit_sees_it(string framing)
    {
        await using var service = await TestService.StartAsync(("Sassnet:Uploads:TimeLimit", "00:00:00.2"));
        using var client = await RawConnection.OpenAsync(service);
        await client.SendHeadAsync("/segment", framing);
        var isChunked = framing.EndsWith("chunked", StringComparison.Ordinal);
        await client.SendAsync(isChunked ? $"{50 * Megabyte:X}\r\nsome bytes" : "some bytes");
        for (var tries = 0; tries < 500 && !service.Logs.Lines.Any(line => line.Contains("answered 504", StringComparison.Ordinal)); tries++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await client.SendAsync(new byte[(50 * Megabyte) - 10]);
        if (isChunked)
            await client.SendAsync("\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 504", await client.ReadAnswerAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(service.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task HttpClient_sees_the_refusal_too()
    {
        var service = narrow.Service;
        using var response = await service.SegmentAsync(new byte[100 * Megabyte]);
        Assert.Contains("20000 bytes", await ProblemAssert.IsAsync(response, 413, "upload-too-large"), StringComparison.Ordinal);
        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task A_client_that_asks_first_is_refused_without_being_told_to_send()
    {
        using var client = await RawConnection.OpenAsync(shared.Service);
        await client.SendHeadAsync("/segment?threshold=2", "Content-Length: 100000000", "Expect: 100-continue");
        var answer = await client.ReadAnswerAsync();
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_whose_upload_was_read_whole_keeps_its_connection()
    {
        using var client = await RawConnection.OpenAsync(shared.Service);
        for (var request = 0; request < 2; request++)
        {
            await client.SendHeadAsync("/segment", "Content-Length: 10");
            await client.SendAsync("no volume!");
            var answer = await client.ReadAnswerAsync();
            Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("Connection: close", answer, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>A service that takes small uploads only.</summary>
    public sealed class Narrow : IAsyncLifetime
    {
        public TestService Service { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Service = await TestService.StartAsync(("Sassnet:Uploads:MaxCompressedBytes", "20000"));

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
