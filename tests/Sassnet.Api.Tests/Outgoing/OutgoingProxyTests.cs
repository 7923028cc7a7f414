using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Archive;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Outgoing;

/// <summary>The service with a proxy in its environment, which it reads once: a process of its own each time.</summary>
public sealed class OutgoingProxyTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _relayed = [];
    private WebApplication _proxy = null!;

    public async ValueTask InitializeAsync() => _proxy = await ListenAsync(_relayed, StatusCodes.Status502BadGateway);

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    [Fact]
    public async Task What_is_on_this_machine_is_asked_without_a_proxy()
    {
        await using var archive = await BallArchive.StartAsync();
        await using var issuer = await OidcIssuer.StartAsync();
        var posted = new ConcurrentQueue<string>();
        await using var receiver = await ListenAsync(posted, StatusCodes.Status204NoContent);
        var there = receiver.Urls.Single();
        await using var service = await StartAsync(
            ("Sassnet__Archive__Servers__pacs__Url", archive.Url),
            ("Sassnet__Archive__Servers__pacs__User", "sassnet"),
            ("Sassnet__Archive__Servers__pacs__Password", "sesame"),
            ("Sassnet__Oidc__Authority", issuer.Address),
            ("Sassnet__Oidc__Audience", OidcIssuer.Audience),
            ("Sassnet__Jobs__CallbackHosts", new Uri(there).Authority),
            ("Sassnet__Jobs__CallbackHttp", "true"),
            ("Sassnet__Jobs__CallbackSecret", $"whsec_{Convert.ToBase64String(new byte[32])}"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", there),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"));
        var token = issuer.Token(claimed => claimed.Claims["scope"] = "archive jobs segment");
        service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        var id = await service.Client.OrderedAsync(StubArchive.Study, null, query: $"?callback={Uri.EscapeDataString($"{there}/ended")}");
        (await service.Client.WaitAsync(id)).AssertSucceeded();
        await UntilAsync(() => posted.Any(post => post.EndsWith("/ended", StringComparison.Ordinal)) && posted.Any(post => post.EndsWith("/v1/traces", StringComparison.Ordinal)));
        Assert.NotEmpty(archive.Stored);
        Assert.Empty(_relayed);
    }

    [Fact]
    public async Task A_bucket_on_this_machine_is_asked_without_a_proxy()
    {
        await using var swift = await SwiftServer.StartNewAsync();
        await using var service = await StartAsync([.. swift.Settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value))]);
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();
        Assert.Empty(_relayed);
    }

    [Fact]
    public async Task What_is_on_another_machine_is_asked_through_the_proxy()
    {
        await using var service = await StartAsync(
            ("Sassnet__Archive__Servers__pacs__Url", "http://pacs.example.org/dicom-web"),
            ("Sassnet__Archive__Servers__pacs__Http", "true"),
            ("Sassnet__Archive__Servers__pacs__RetryDelay", "00:00:00.001"),
            ("Sassnet__Jobs__MaxAttempts", "1"));
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid));
        Assert.Equal("archive-unavailable", job.Problem().Slug);
        Assert.NotEmpty(_relayed);
        Assert.All(_relayed, address => Assert.StartsWith("pacs.example.org/dicom-web/", address, StringComparison.Ordinal));
    }

    // The names in capitals too: they may be in the environment of the tests.
    private Task<ServiceProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        var proxy = _proxy.Urls.Single();
        return ServiceProcess.StartAsync(
            null,
            [("http_proxy", proxy), ("https_proxy", proxy), ("all_proxy", proxy), ("HTTP_PROXY", proxy), ("HTTPS_PROXY", proxy), ("no_proxy", string.Empty), ("NO_PROXY", string.Empty), .. settings]);
    }

    private static async Task<WebApplication> ListenAsync(ConcurrentQueue<string> asked, int status)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var listener = builder.Build();
        listener.Run(context =>
        {
            asked.Enqueue($"{context.Request.Host}{context.Request.Path}");
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await listener.StartAsync(TestContext.Current.CancellationToken);
        return listener;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var tries = 0; tries < 600 && !isSo(); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.True(isSo());
    }
}
