using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using Xunit;

namespace Sassnet.Api.Tests.Service;

/// <summary>The service on a real port of this machine, with models and an upload folder of its own; everything it logs and traces is kept.</summary>
public sealed class TestService : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _factory;
    private readonly string _folder;

    private TestService(IEnumerable<(string Key, string Value)> settings, string? models, Action<IServiceCollection>? services)
    {
        _folder = Directory.CreateTempSubdirectory("sassnet-api-tests-").FullName;
        UploadFolder = Path.Combine(_folder, "uploads");
        JobFolder = Path.Combine(_folder, "jobs");
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseSetting("Sassnet:Uploads:Folder", UploadFolder);
            builder.UseSetting("Sassnet:Jobs:Folder", JobFolder);
            builder.UseSetting("Sassnet:Inference:Device", "cpu");
            builder.UseSetting("Sassnet:Inference:Precision", "Float32");
            builder.UseSetting("Sassnet:Inference:MaxEstimatedTime", "1.00:00:00");
            if (models is null)
            {
                builder.UseSetting("Sassnet:Models:Folder", RandomModel.Folder);
                builder.UseSetting("Sassnet:Models:Default", RandomModel.Name);
            }

            foreach (var (key, value) in settings)
                builder.UseSetting(key, value);
            builder.ConfigureLogging(logging => logging.AddProvider(Logs));
            builder.ConfigureServices(collection =>
            {
                collection.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(Spans));
                services?.Invoke(collection);
            });
        });
        _factory.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _factory.StartServer();
        Address = new Uri(_factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public string UploadFolder { get; }

    public string JobFolder { get; }

    /// <summary>What the service is made of.</summary>
    public IServiceProvider Services => _factory.Services;

    public CapturedLogs Logs { get; } = new();

    public CapturedSpans Spans { get; } = new();

    /// <summary>Starts the service with the random model and waits until it is ready.</summary>
    public static Task<TestService> StartAsync(params (string Key, string Value)[] settings) => StartAsync(settings, null, null);

    /// <summary>Starts the service with the models that are bundled with it.</summary>
    public static Task<TestService> StartBundledAsync(params (string Key, string Value)[] settings) => StartAsync(settings, "bundled", null);

    public static async Task<TestService> StartAsync((string Key, string Value)[] settings, string? models, Action<IServiceCollection>? services)
    {
        var service = new TestService(settings, models, services);
        await service.ReadyAsync();
        return service;
    }

    /// <summary>Starts the service with a folder of models that may never become ready.</summary>
    public static TestService StartUnready(params (string Key, string Value)[] settings) => new(settings, "given", null);

    /// <summary>Posts a body of raw bytes.</summary>
    public Task<HttpResponseMessage> SegmentAsync(byte[] body, string query = "") =>
        Client.PostAsync($"/segment{query}", new ByteArrayContent(body), TestContext.Current.CancellationToken);

    /// <summary>Waits until no upload and no answer is left on disk: an answer's file goes just after its last byte was sent.</summary>
    public async Task AssertNoFilesLeftAsync()
    {
        for (var tries = 0; tries < 1200 && FilesLeft().Length > 0; tries++)
            await Task.Delay(50);
        Assert.Empty(FilesLeft());
    }

    /// <summary>What lies in the upload folder besides the lock.</summary>
    public string[] FilesLeft() => [.. Directory.EnumerateFiles(UploadFolder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))];

    public async Task AssertStillServesAsync()
    {
        using var response = await SegmentAsync(Scan.Small, "?output=report");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _factory.DisposeAsync();
        Logs.Dispose();

        // The service's own thread clears its upload folder, which may be after the factory has returned.
        for (var tries = 0; tries < 1200 && Directory.Exists(UploadFolder) && Directory.EnumerateFileSystemEntries(UploadFolder).Any(); tries++)
            await Task.Delay(50);
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private async Task ReadyAsync()
    {
        for (var tries = 0; tries < 7200; tries++)
        {
            using var response = await Client.GetAsync("/health/ready");
            if (response.StatusCode == HttpStatusCode.OK)
                return;
            await Task.Delay(25);
        }

        Assert.Fail("The service did not become ready within three minutes.");
    }
}
