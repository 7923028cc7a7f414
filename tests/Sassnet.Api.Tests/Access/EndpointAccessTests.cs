using System.Globalization;
using System.Net;
using Sassnet.Api.Access;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Access;

/// <summary>Every endpoint, with every kind of key.</summary>
public sealed class EndpointAccessTests(LockedService locked) : IClassFixture<LockedService>
{
    public static TheoryData<string, string, string> Closed { get; } = new()
    {
        { "POST", "/segment", "segment" },
        { "POST", "/segment/report", "segment" },
        { "GET", "/models", "models segment" },
        { "GET", "/models/{name}", "models segment" },
        { "GET", "/v2/models/{name}/ready", "models segment" },
        { "POST", "/models/reload", "models" },
        { "PUT", "/models/{name}/default", "models" },
        { "GET", "/metrics", "metrics" },
        { "POST", "/jobs", "jobs" },
        { "GET", "/jobs", "jobs" },
        { "GET", "/jobs/{id}", "jobs" },
        { "DELETE", "/jobs/{id}", "jobs" },
        { "GET", "/jobs/{id}/events", "jobs" },
        { "GET", "/jobs/{id}/results/{output}", "jobs" },
    };

    public static TheoryData<string> Open { get; } = ["/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready", "/swagger/index.html", "/swagger/v1/swagger.json", "/", "/login", "/sample/phantom.nii.gz"];

    [Theory]
    [MemberData(nameof(Closed))]
    public async Task It_asks_for_a_key_with_its_scope(string method, string path, string scopes)
    {
        // No default is chosen: it would be that of every service of these packages.
        path = path.Replace("{name}", method == "PUT" ? "absent" : "random", StringComparison.Ordinal);
        using var without = await locked.SendAsync(method, path, null);
        await ProblemAssert.IsAsync(without, 401, "unauthenticated");
        Assert.Equal("Bearer realm=\"sassnet\"", without.Headers.WwwAuthenticate.ToString());

        var right = locked.Key(scopes.Split(' ')[0]);
        string[] wrong =
        [
            right[..^1] + (right[^1] == '0' ? '1' : '0'),
            right[..^1],
            right + "0",
            right.ToUpperInvariant(),
            "sassnet_000000000000_" + right[^64..],
            "sassnet_",
            "nonsense",
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.",
        ];
        foreach (var credential in wrong)
            await AssertRefusedAsync(method, path, credential, "");
        await AssertRefusedAsync(method, path, locked.Revoke(locked.Key(scopes)), "was revoked");
        await AssertRefusedAsync(method, path, locked.Key(scopes, DateTimeOffset.UtcNow), "expired");

        var others = string.Join(' ', Scope.All.Except(scopes.Split(' ')));
        using var forbidden = await locked.SendAsync(method, path, locked.Key(others));
        var detail = await ProblemAssert.IsAsync(forbidden, 403, "forbidden");
        Assert.All(scopes.Split(' '), scope => Assert.Contains($"'{scope}'", detail, StringComparison.Ordinal));
        Assert.Contains($"error=\"insufficient_scope\", scope=\"{scopes}\"", forbidden.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);

        foreach (var scope in scopes.Split(' '))
        {
            using var served = await locked.SendAsync(method, path, locked.Key(scope, DateTimeOffset.UtcNow.AddDays(1)));
            if (path.Contains("{id}", StringComparison.Ordinal))
                await ProblemAssert.IsAsync(served, 404, "unknown-job");
            else if (method == "PUT")
                await ProblemAssert.IsAsync(served, 404, "unknown-model");
            else
                Assert.Equal(path == "/jobs" && method == "POST" ? HttpStatusCode.Accepted : HttpStatusCode.OK, served.StatusCode);
        }
    }

    [Theory]
    [MemberData(nameof(Open))]
    public async Task Probes_and_the_page_of_the_interface_ask_for_none(string path)
    {
        foreach (var credential in (string?[])[null, "sassnet_wrong"])
        {
            using var response = await locked.GetAsync(path, credential);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task The_tables_above_have_every_endpoint()
    {
        using var response = await locked.GetAsync("/swagger/v1/swagger.json", null);
        var paths = (await ProblemAssert.JsonAsync(response)).GetProperty("paths").EnumerateObject().Select(path => path.Name);
        Assert.Empty(paths.Except(Closed.Select(row => row.Data.Item2)).Except(Open.Select(row => row.Data)));
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("GET", "/segment", 405)]
    [InlineData("DELETE", "/models", 405)]
    [InlineData("PUT", "/metrics", 405)]
    public async Task What_is_not_there_is_told_to_callers_only(string method, string path, int status)
    {
        using var stranger = await locked.SendAsync(method, path, null);
        await ProblemAssert.IsAsync(stranger, 401, "unauthenticated");
        using var caller = await locked.SendAsync(method, path, locked.Key("jobs"));
        Assert.Equal(status, (int)caller.StatusCode);
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer")]
    [InlineData("")]
    public async Task Another_form_of_authorization_is_refused_with_the_form_that_is_accepted(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/models");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var response = await locked.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains("Bearer", await ProblemAssert.IsAsync(response, 401, "unauthenticated"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_are_refused_before_their_body_is_read()
    {
        foreach (var (credential, status) in new[] { ("sassnet_wrong", 401), (locked.Key("metrics"), 403) })
        {
            // Nothing follows: whoever waited for the body would wait for ever.
            using var connection = await RawConnection.OpenAsync(locked.Service);
            await connection.SendHeadAsync("/segment", "Content-Length: 1000000000", $"Authorization: Bearer {credential}", "Expect: 100-continue");
            Assert.StartsWith($"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} ", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(locked.Service.FilesLeft());
    }

    [Fact]
    public async Task The_document_says_how_to_show_who_calls_and_which_scope_each_operation_needs()
    {
        using var response = await locked.GetAsync("/swagger/v1/swagger.json", null);
        var document = await ProblemAssert.JsonAsync(response);
        Assert.Equal("http bearer", $"{Scheme("type")} {Scheme("scheme")}");
        Assert.DoesNotContain("This service is open", document.GetProperty("info").GetProperty("description").GetString(), StringComparison.Ordinal);
        foreach (var (method, path, scopes) in Closed.Select(row => row.Data))
        {
            var operation = document.GetProperty("paths").GetProperty(path).GetProperty(method.ToLowerInvariant());
            Assert.True(operation.GetProperty("security")[0].TryGetProperty("bearer", out _), path);
            Assert.All(scopes.Split(' '), scope => Assert.Contains($"`{scope}`", operation.GetProperty("description").GetString(), StringComparison.Ordinal));
            foreach (var status in (string[])["401", "403", "429"])
                Assert.True(operation.GetProperty("responses").TryGetProperty(status, out _), $"{path} {status}");
        }

        Assert.All(["/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready"], path => Assert.False(document.GetProperty("paths").GetProperty(path).GetProperty("get").TryGetProperty("security", out _)));

        string? Scheme(string member) => document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty(member).GetString();
    }

    private async Task AssertRefusedAsync(string method, string path, string credential, string reason)
    {
        using var response = await locked.SendAsync(method, path, credential);
        Assert.Contains(reason, await ProblemAssert.IsAsync(response, 401, "unauthenticated"), StringComparison.Ordinal);
        Assert.Equal("Bearer realm=\"sassnet\", error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString());
    }
}
