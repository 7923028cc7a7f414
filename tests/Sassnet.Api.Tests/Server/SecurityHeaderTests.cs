using System.Net;
using System.Text.RegularExpressions;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Server;

public sealed class SecurityHeaderTests(SharedService shared)
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/models")]
    [InlineData("/models/nobody")]
    [InlineData("/nowhere")]
    [InlineData("/metrics")]
    public async Task Every_answer_tells_browsers_to_run_frame_guess_and_keep_nothing_of_it(string path)
    {
        using var response = await shared.Service.Client.GetAsync(path, TestContext.Current.CancellationToken);
        AssertHeaders(response);
    }

    [Fact]
    public async Task A_segmentation_and_a_refusal_of_one_tell_so_too()
    {
        using var served = await shared.Service.SegmentAsync(Scan.Small);
        using var refused = await shared.Service.SegmentAsync([1, 2, 3]);
        AssertHeaders(served);
        AssertHeaders(refused);
    }

    [Fact]
    public async Task The_page_of_the_interface_runs_its_own_scripts_only()
    {
        using var response = await shared.Service.Client.GetAsync("/swagger/index.html", TestContext.Current.CancellationToken);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);

        // What the policy forbids: a script in the page itself.
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotMatch("<script(?![^>]*src=)", page);
    }

    [Fact]
    public async Task The_page_loads_from_here_only_and_its_files_may_be_kept()
    {
        using var page = await shared.Service.Client.GetAsync("/", TestContext.Current.CancellationToken);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl!.NoCache);

        var script = Regex.Match(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "src=\"[.]/(assets/[^\"]+[.]js)\"").Groups[1].Value;
        using var file = await shared.Service.Client.GetAsync($"/{script}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        Assert.Equal(TimeSpan.FromDays(365), file.Headers.CacheControl!.MaxAge);
    }

    [Fact]
    public async Task The_page_works_by_the_name_of_its_file_too()
    {
        using var page = await shared.Service.Client.GetAsync("/index.html", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.StartsWith("default-src 'self';", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_of_the_page_is_known_by_its_content_and_by_no_date()
    {
        using var page = await shared.Service.Client.GetAsync("/", TestContext.Current.CancellationToken);
        var tag = page.Headers.ETag!;
        Assert.Equal(HttpStatusCode.NotModified, await AskAsync(request => request.Headers.IfNoneMatch.Add(tag)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(request => request.Headers.IfNoneMatch.ParseAdd("\"another\"")));

        // As a browser asks that has the page of a later version.
        Assert.Equal(HttpStatusCode.OK, await AskAsync(request => request.Headers.IfModifiedSince = DateTimeOffset.UtcNow));

        async Task<HttpStatusCode> AskAsync(Action<HttpRequestMessage> with)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            with(request);
            using var answer = await shared.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }

    private static void AssertHeaders(HttpResponseMessage response)
    {
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.True(response.Headers.CacheControl!.NoStore);
    }
}
