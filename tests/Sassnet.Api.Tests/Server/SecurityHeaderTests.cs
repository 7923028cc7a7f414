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
    public async Task The_document_and_the_log_say_that_there_is_no_authentication_yet()
    {
        var document = await shared.Service.Client.GetStringAsync("/swagger/v1/swagger.json", TestContext.Current.CancellationToken);
        Assert.Contains("There is no authentication yet", document, StringComparison.Ordinal);
        Assert.Contains(shared.Service.Logs.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("There is no authentication yet", StringComparison.Ordinal));
    }

    private static void AssertHeaders(HttpResponseMessage response)
    {
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.True(response.Headers.CacheControl!.NoStore);
    }
}
