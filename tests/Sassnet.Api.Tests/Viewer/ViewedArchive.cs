using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sassnet.Api.Tests.Archive;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Page;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Api.Tests.Viewer;

/// <summary>What <c>deploy/archive</c> gives, without containers: Orthanc with its script, the service and OHIF, and a browser before it; started by the first test that needs it.</summary>
[CollectionDefinition(Name)]
public sealed class ViewedArchive : IAsyncLifetime, ICollectionFixture<ViewedArchive>
{
    public const string Name = "viewer";

    private readonly Chromium _chromium = new();
    private readonly string _models = Directory.CreateTempSubdirectory("sassnet-viewer-models-").FullName;
    private OrthancServer? _orthanc;
    private ServiceProcess? _service;
    private ViewerServer? _viewer;

    /// <summary>The archive, once it is started.</summary>
    internal OrthancServer Orthanc => _orthanc!;

    /// <summary>The service, once it is started.</summary>
    internal HttpClient Service => _service!.Client;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts it all, once.</summary>
    internal async Task StartAsync()
    {
        Model.Tests.Dicom.Tools.Require("chromium");
        if (_service is not null)
            return;

        // Archive and service need each other's address: that of a port on which the service then listens.
        var address = $"http://127.0.0.1:{FreePorts.One()}";
        _orthanc ??= await OrthancServer.StartAsync(new JsonObject { ["Model"] = "phantom" }, ("SASSNET_JOBS", $"{address}/jobs"));
        _viewer ??= await ViewerServer.StartAsync(_orthanc.Client.BaseAddress!);
        _service = await ServiceProcess.StartAsync(null, [.. _orthanc.Settings("orthanc"), ("ASPNETCORE_URLS", address), ("Sassnet__Models__Folder", Models())]);
    }

    /// <summary>Opens studies in the viewer, and waits until it knows their series. The archive asks for a password.</summary>
    internal async Task<ViewerPage> OpenAsync(params IEnumerable<string> studies)
    {
        var profile = await _chromium.ProfileAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1360, Height = 850 },
            HttpCredentials = new HttpCredentials { Username = OrthancServer.User, Password = OrthancServer.Password },
        });
        return await ViewerPage.OpenAsync(profile, _viewer!.Address, [.. studies]);
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
        Directory.Delete(_models, recursive: true);
    }

    /// <summary>The random model, for what is quick, and the one that finds balls.</summary>
    private string Models()
    {
        string[] packages = [.. Directory.GetDirectories(RandomModel.Folder), Path.Combine(AppContext.BaseDirectory, "models", "phantom")];
        foreach (var package in packages)
        {
            var copy = Directory.CreateDirectory(Path.Combine(_models, Path.GetFileName(package))).FullName;
            foreach (var file in Directory.GetFiles(package))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)), overwrite: true);
        }

        return _models;
    }
}
