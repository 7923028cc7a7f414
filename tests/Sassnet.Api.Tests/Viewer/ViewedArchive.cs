using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sassnet.Api.Tests.Archive;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Page;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Viewer;

/// <summary>What <c>deploy/archive</c> gives, without containers: Orthanc with its script, the service and OHIF, and a browser before it; started by the first test that needs it.</summary>
[CollectionDefinition(Name)]
public sealed class ViewedArchive : IAsyncLifetime, ICollectionFixture<ViewedArchive>
{
    public const string Name = "viewer";

    /// <summary>In the description of the series that are segmented by themselves.</summary>
    internal const string Rule = "atrium";

    private readonly Chromium _chromium = new();
    private OrthancServer? _orthanc;
    private ServiceProcess? _service;
    private ViewerServer? _viewer;

    internal OrthancServer Orthanc => _orthanc!;

    internal HttpClient Service => _service!.Client;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts it all, once.</summary>
    internal async Task StartAsync()
    {
        Model.Tests.Dicom.Tools.Require("chromium");
        if (_service is not null)
            return;

        // Archive and service need each other's address: that of a port on which the service then listens.
        var address = $"http://127.0.0.1:{FreePort()}";
        var rule = new JsonObject { ["Model"] = RandomModel.Name, ["MinInstances"] = 1, ["Description"] = Rule };
        _orthanc ??= await OrthancServer.StartAsync(rule, ("SASSNET_JOBS", $"{address}/jobs"));
        _viewer ??= await ViewerServer.StartAsync(_orthanc.Client.BaseAddress!);
        _service = await ServiceProcess.StartAsync(null, [.. _orthanc.Settings("orthanc"), ("ASPNETCORE_URLS", address)]);
    }

    /// <summary>Opens studies in the viewer, and waits until it knows their series. The archive asks for a password.</summary>
    internal async Task<OpenPage> OpenAsync(IReadOnlyCollection<string> studies)
    {
        var open = await _chromium.OpenAsync(new Uri(_viewer!.Address, $"viewer?StudyInstanceUIDs={string.Join(',', studies)}"), new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1360, Height = 850 },
            HttpCredentials = new HttpCredentials { Username = OrthancServer.User, Password = OrthancServer.Password },
        });
        await open.Page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "tests", "Sassnet.Api.Tests", "Viewer", "look.js"), TestContext.Current.CancellationToken));
        await open.Page.WaitForFunctionAsync("studies => window.services && studies.every((study) => look.set(study, 'MR')?.images.length > 1 && look.set(study, 'SEG'))", studies);
        return open;
    }

    /// <summary>A volume that a job made.</summary>
    internal async Task<Volume> VolumeAsync(string job, string output)
    {
        var bytes = await Service.ResultAsync(job, output);
        return VolumeFile.Read(new MemoryStream(bytes), ct: TestContext.Current.CancellationToken).Volume;
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        if (_viewer is not null)
            await _viewer.DisposeAsync();
        if (_service is not null)
            await _service.DisposeAsync();
        if (_orthanc is not null)
            await _orthanc.DisposeAsync();
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
