using System.Net;
using System.Text;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Nifti;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>What of an order is refused before anything is asked of an archive.</summary>
public sealed class ArchiveOrderTests(ArchiveOrderTests.Served served) : IClassFixture<ArchiveOrderTests.Served>
{
    private const string Good = """{"dicomWeb": {"server": "pacs", "study": "1.2.3", "series": "1.2.4"}, "store": true}""";

    // Nobody listens there.
    private static readonly (string, string) Pacs = ("Sassnet:Archive:Servers:pacs:Url", "http://127.0.0.1:1/dicom-web");

    [Theory]
    [InlineData("{}", "", 400, "archive-order-malformed", "cannot be read")]
    [InlineData("", "", 400, "archive-order-malformed", "cannot be read")]
    [InlineData("null", "", 400, "archive-order-malformed", "null")]
    [InlineData("""{"dicomWeb": {"server": "pacs"}}""", "", 400, "archive-order-malformed", "$.dicomWeb")]
    [InlineData("""{"dicomWeb": {"server": "pacs", "study": "1.2.3"}, "stor": true}""", "", 400, "archive-order-malformed", "$.stor")]
    [InlineData("""{"dicomWeb": {"server": "pacs", "study": "1.2/../.3"}}""", "", 400, "archive-order-malformed", "'1.2/../.3'")]
    [InlineData("""{"dicomWeb": {"server": "pacs", "study": ".."}}""", "", 400, "archive-order-malformed", "'..'")]
    [InlineData("""{"dicomWeb": {"server": "pacs", "study": "1.2.3", "series": ""}}""", "", 400, "archive-order-malformed", "dicomWeb.series")]
    [InlineData("""{"dicomWeb": {"server": "pacs", "study": null}}""", "", 400, "archive-order-malformed", "")]
    [InlineData("""{"dicomWeb": null}""", "", 400, "archive-order-malformed", "")]
    [InlineData("""{"dicomWeb": {"server": "http://127.0.0.1:1", "study": "1.2.3"}}""", "", 404, "unknown-archive", "configured here: pacs")]
    [InlineData("""{"dicomWeb": {"server": "pacs", "study": "1.2.3"}, "model": "none"}""", "", 404, "unknown-model", "none")]
    [InlineData("""{"dicomWeb": {"server": "pacs", "study": "1.2.3"}, "model": "random"}""", "?model=other", 400, "invalid-parameter", "'model'")]
    [InlineData(Good, "?series=1.2.4", 400, "invalid-parameter", "'series'")]
    [InlineData(Good, "?output=report", 400, "invalid-parameter", "'store'")]
    [InlineData(Good, "?deidentify=true", 400, "invalid-parameter", "'deidentify'")]
    public async Task An_order_that_makes_no_sense_is_refused(string body, string query, int status, string slug, string detail)
    {
        var service = served.Service;
        using var refused = await service.Client.OrderAsync(body, query);
        Assert.Contains(detail, await ProblemAssert.IsAsync(refused, status, slug), StringComparison.Ordinal);
        using var jobs = await service.Client.GetAsync("/jobs", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await ProblemAssert.JsonAsync(jobs)).GetProperty("jobs").GetArrayLength());
    }

    [Fact]
    public async Task An_order_needs_the_scope_archive_besides_jobs()
    {
        await using var locked = await LockedService.StartAsync(Pacs);
        foreach (var (scopes, status) in new[] { ("jobs", HttpStatusCode.Forbidden), ("archive", HttpStatusCode.Forbidden), ("jobs archive", HttpStatusCode.Accepted) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = new StringContent(Good, null, "application/json") };
            request.Headers.Authorization = new("Bearer", locked.Key(scopes));
            using var response = await locked.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((scopes, status), (scopes, response.StatusCode));
        }
    }

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("application/x-www-form-urlencoded", "'application/x-www-form-urlencoded'")]
    [InlineData("text/json; charset=utf-8", "'text/json; charset=utf-8'")]
    public async Task An_order_that_is_not_said_to_be_JSON_is_refused_and_not_taken_for_a_scan(string? type, string seen)
    {
        await using var service = await TestService.StartAsync(Pacs);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Good)) };
        if (type is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var refused = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var detail = await ProblemAssert.IsAsync(refused, 400, "archive-order-malformed");
        Assert.Contains($"'Content-Type' is {seen}; accepted of an order: application/json", detail, StringComparison.Ordinal);
        using var jobs = await service.Client.GetAsync("/jobs", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await ProblemAssert.JsonAsync(jobs)).GetProperty("jobs").GetArrayLength());
    }

    [Fact]
    public async Task An_order_that_is_compressed_is_refused_for_that_as_an_upload_is()
    {
        await using var service = await TestService.StartAsync(Pacs);
        using var content = new ByteArrayContent(NiftiBytes.Gzip(Encoding.UTF8.GetBytes(Good)));
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var refused = await service.Client.PostAsync("/jobs", content, TestContext.Current.CancellationToken);
        Assert.Contains("'Content-Encoding' is 'gzip'; none is accepted", await ProblemAssert.IsAsync(refused, 415, "content-encoding"), StringComparison.Ordinal);
        Assert.Equal("identity", refused.Headers.GetValues("Accept-Encoding").Single());
    }

    [Theory]
    [InlineData("jobs", "jobs archive")]
    [InlineData("archive", "jobs")]
    public async Task Who_lacks_a_scope_is_told_which_in_the_header_that_programs_read(string scopes, string needed)
    {
        await using var locked = await LockedService.StartAsync(Pacs);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = new StringContent(Good, null, "application/json") };
        request.Headers.Authorization = new("Bearer", locked.Key(scopes));
        using var response = await locked.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(response, 403, "forbidden");
        Assert.Equal($"Bearer realm=\"sassnet\", error=\"insufficient_scope\", scope=\"{needed}\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task The_same_order_with_the_same_key_is_one_job()
    {
        await using var service = await TestService.StartAsync(Pacs);
        var ids = new List<string>();
        foreach (var (body, status) in new[] { (Good, 202), (Good.Replace(" ", string.Empty, StringComparison.Ordinal), 202), (Good.Replace("true", "false", StringComparison.Ordinal), 422) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs?output=dicom-seg") { Content = new StringContent(body, null, "application/json") };
            request.Headers.Add("Idempotency-Key", "one");
            using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(status, (int)response.StatusCode);
            if (status == 202)
                ids.Add((await ProblemAssert.JsonAsync(response)).GetProperty("id").GetString()!);
        }

        Assert.Single(ids.Distinct());
    }

    [Theory]
    [InlineData("Servers:pacs:Bearer", "x", "Url")]
    [InlineData("Servers:pacs:Url", "pacs", "no absolute address")]
    [InlineData("Servers:pacs:Url", "http://pacs.example.org/dicom-web", "accepted: https")]
    [InlineData("Servers:pacs:Url", "https://user:secret@pacs.example.org/", "a user")]
    [InlineData("Servers:pacs:User", "user", "go together", "Servers:pacs:Url", "https://pacs.example.org/")]
    [InlineData("Servers:pacs:ClientCertificate", "/none.pem", "cannot be read", "Servers:pacs:Url", "https://pacs.example.org/")]
    [InlineData("Servers:pacs:Colour", "red", "Colour", "Servers:pacs:Url", "https://pacs.example.org/")]
    [InlineData("Series:random:Description", "(", "no regular expression")]
    [InlineData("Series:random:MinInstances", "0", "MinInstances")]
    public async Task A_configuration_that_makes_no_sense_stops_the_start(string key, string value, string error, string? other = null, string? otherValue = null)
    {
        (string, string)[] settings = [(Variable(key), value), .. other is null ? [] : new[] { (Variable(other), otherValue!) }];
        var (exit, _, said) = await ServiceProcess.RunAsync(ServiceProcess.Command(null, settings));
        Assert.Equal(1, exit);
        Assert.Contains(error, said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
    }

    private static string Variable(string key) => "Sassnet__Archive__" + key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>A service that never gets a job.</summary>
    public sealed class Served : IAsyncLifetime
    {
        public TestService Service { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Service = await TestService.StartAsync(Pacs);

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
