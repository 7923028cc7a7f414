using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Access;

public sealed class CallerLimitTests
{
    private const string Slug = "too-many-requests";

    [Fact]
    public async Task Requests_beyond_the_limit_wait_until_one_comes_back_and_other_callers_do_not()
    {
        await using var locked = await LockedService.StartAsync(("Sassnet:Limits:RequestsPerMinute", "3"));
        var (first, second) = (locked.Key("models"), locked.Key("models"));
        for (var request = 0; request < 3; request++)
        {
            using var served = await locked.GetAsync("/models", first);
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        }

        using var refused = await locked.GetAsync("/models", first);
        Assert.Contains("3 requests in a minute", await ProblemAssert.IsAsync(refused, 429, Slug), StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 20, 21);
        using var other = await locked.GetAsync("/models", second);
        using var probe = await locked.GetAsync("/health/live", first);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (other.StatusCode, probe.StatusCode));
    }

    [Fact]
    public async Task Who_comes_again_when_he_was_told_to_is_let_in()
    {
        await using var locked = await LockedService.StartAsync(("Sassnet:Limits:RequestsPerMinute", "30"));
        var key = locked.Key("models");
        HttpResponseMessage answer;
        for (var request = 0; (answer = await locked.GetAsync("/models", key)).StatusCode == HttpStatusCode.OK; request++)
        {
            answer.Dispose();
            Assert.InRange(request, 0, 60);
        }

        var wait = answer.Headers.RetryAfter!.Delta!.Value;
        answer.Dispose();
        Assert.InRange(wait.TotalSeconds, 1, 3);
        await Task.Delay(wait, TestContext.Current.CancellationToken);
        using var again = await locked.GetAsync("/models", key);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task While_the_service_is_open_an_address_is_a_caller()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Limits:RequestsPerMinute", "1"), ("Sassnet:Server:Proxies", "127.0.0.1"));
        Assert.Equal((200, 200, 429), (await StatusAsync("192.0.2.1"), await StatusAsync("192.0.2.2"), await StatusAsync("192.0.2.1")));

        async Task<int> StatusAsync(string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/models") { Headers = { { "X-Forwarded-For", address } } };
            using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task Requests_at_once_are_limited_until_their_answer_is_sent()
    {
        await using var locked = await LockedService.StartAsync(("Sassnet:Limits:ConcurrentRequests", "1"));
        var (first, second) = (locked.Key("segment"), locked.Key("segment"));
        using (var waiting = await RawConnection.OpenAsync(locked.Service))
        {
            await waiting.SendHeadAsync("/segment/report", $"Content-Length: {Scan.Small.Length}", $"Authorization: Bearer {first}", "Expect: 100-continue");
            await waiting.WaitToContinueAsync();
            using var refused = await locked.GetAsync("/models", first);
            Assert.Contains("1 request of this caller is", await ProblemAssert.IsAsync(refused, 429, Slug), StringComparison.Ordinal);
            Assert.NotNull(refused.Headers.RetryAfter);
            using var other = await locked.GetAsync("/models", second);
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
            await waiting.SendAsync(Scan.Small.AsMemory());
            Assert.StartsWith("HTTP/1.1 200 ", await waiting.ReadAnswerAsync(), StringComparison.Ordinal);
        }

        using var next = await UntilAsync(first, status => status != HttpStatusCode.TooManyRequests);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);

        // The place is free just after the last byte of the answer was sent.
        async Task<HttpResponseMessage> UntilAsync(string key, Func<HttpStatusCode, bool> isThere)
        {
            for (var tries = 0; ; tries++)
            {
                var response = await locked.GetAsync("/models", key);
                if (isThere(response.StatusCode) || tries == 3000)
                    return response;
                response.Dispose();
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_are_limited_whether_the_body_tells_its_length_or_not(bool tellsLength)
    {
        var limit = (Scan.Small.Length * 3 / 2) + 1024;
        await using var locked = await LockedService.StartAsync(("Sassnet:Limits:BytesPerHour", $"{limit}"));
        var (first, second) = (locked.Key("segment"), locked.Key("segment"));
        using var served = await SendAsync(first, Scan.Small);
        using var refused = await SendAsync(first, Scan.Small);
        using var other = await SendAsync(second, Scan.Small);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (served.StatusCode, other.StatusCode));
        Assert.Contains($"more than {limit} bytes in an hour", await ProblemAssert.IsAsync(refused, 429, Slug), StringComparison.Ordinal);

        // What is missing of the limit comes back in as long, and all of it in an hour.
        var missing = 3600.0 * ((2 * Scan.Small.Length) - limit) / limit;
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, missing - 60, tellsLength ? missing + 60 : 3601);
        await locked.Service.AssertNoFilesLeftAsync();

        async Task<HttpResponseMessage> SendAsync(string key, byte[] body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/segment") { Content = new ByteArrayContent(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            request.Headers.TransferEncodingChunked = !tellsLength;
            return await locked.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_body_of_untold_length_that_is_longer_than_all_bytes_of_an_hour_is_too_large_and_not_to_be_sent_again()
    {
        // More than is read at once, and less than is sent.
        await using var locked = await LockedService.StartAsync(("Sassnet:Limits:BytesPerHour", "153600"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/segment") { Content = new ByteArrayContent(new byte[200 * 1024]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", locked.Key("segment"));
        request.Headers.TransferEncodingChunked = true;
        using var refused = await locked.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains("larger than the 153600 bytes", await ProblemAssert.IsAsync(refused, 413, "upload-too-large"), StringComparison.Ordinal);
        Assert.Null(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task Who_is_to_come_again_with_a_body_of_untold_length_finds_room_for_twice_what_he_had_sent()
    {
        // A KiB in 36 seconds; of 100 of them 60 are gone with a request that tells its length and is refused for another reason.
        await using var locked = await LockedService.StartAsync(("Sassnet:Limits:BytesPerHour", "102400"));
        var authorization = $"Authorization: Bearer {locked.Key("segment")}";
        using (var spending = await RawConnection.OpenAsync(locked.Service))
        {
            await spending.SendHeadAsync("/segment", "Content-Length: 61440", authorization, "Expect: 100-continue", "Content-Encoding: gzip");
            Assert.StartsWith("HTTP/1.1 415 ", await spending.ReadAnswerAsync(), StringComparison.Ordinal);
        }

        using var connection = await RawConnection.OpenAsync(locked.Service);
        await connection.SendHeadAsync("/segment", "Transfer-Encoding: chunked", authorization);
        await connection.SendAsync("C000\r\n");
        await connection.SendAsync(new byte[0xC000].AsMemory());
        var answer = await connection.ReadAnswerAsync();
        Assert.StartsWith("HTTP/1.1 429 ", answer, StringComparison.Ordinal);

        // Between 41 and 48 KiB had come in, and of the 40 that were there all or none may be left: the rest of twice as many has to come back.
        var wait = int.Parse(Regex.Match(answer, "Retry-After: ([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(wait, ((2 * 41) - 41) * 36, 2 * 48 * 36);
    }

    [Fact]
    public async Task What_is_refused_for_its_length_is_refused_before_it_is_sent()
    {
        await using var locked = await LockedService.StartAsync(("Sassnet:Limits:BytesPerHour", "100000"));
        var key = locked.Key("segment");
        Assert.StartsWith("HTTP/1.1 413 ", await AnswerAsync(1_000_000), StringComparison.Ordinal);
        await AnswerAsync(60_000, "Content-Encoding: gzip");
        Assert.StartsWith("HTTP/1.1 429 ", await AnswerAsync(60_000), StringComparison.Ordinal);

        async Task<string> AnswerAsync(int length, params string[] more)
        {
            using var connection = await RawConnection.OpenAsync(locked.Service);
            await connection.SendHeadAsync("/segment", [$"Content-Length: {length}", $"Authorization: Bearer {key}", "Expect: 100-continue", .. more]);
            return await connection.ReadAnswerAsync();
        }
    }
}
