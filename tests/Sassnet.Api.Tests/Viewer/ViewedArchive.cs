using System.Globalization;
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

/// <summary>What <c>scripts/archive</c> gives: Orthanc, OHIF and the service, and a browser before them; started by the first test that needs it.</summary>
[CollectionDefinition(Name)]
public sealed class ViewedArchive(Chromium chromium) : IAsyncLifetime, ICollectionFixture<ViewedArchive>
{
    public const string Name = "viewer";

    // 128 and the number of SIGTERM.
    private const int Terminated = 143;

    private static readonly string Ohif = Path.Combine(RepositoryFiles.Root, "tests", "Ohif");

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-viewer-").FullName;
    private OrthancServer? _orthanc;
    private ServiceProcess? _service;
    private Uri? _viewer;

    /// <summary>The archive, once it is started.</summary>
    internal OrthancServer Orthanc => _orthanc!;

    /// <summary>The service, once it is started.</summary>
    internal HttpClient Service => _service!.Client;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts it all, once.</summary>
    internal async Task StartAsync()
    {
        Model.Tests.Dicom.Tools.Require("chromium");
        OrthancServer.Require();
        Assert.SkipUnless(File.Exists("/usr/sbin/apache2"), "needs Apache (Debian's package apache2-bin), which is not installed");
        Assert.SkipUnless(Directory.Exists(Ohif), "needs OHIF's files: deploy/archive/viewer/get-ohif tests/Ohif");
        if (_service is not null)
            return;
        string[] ports = [.. FreePorts.Several(4).Select(port => port.ToString(CultureInfo.InvariantCulture))];
        var start = ServiceProcess.Command(
            null,
            ("SASSNET_DICOM_PORT", ports[0]),
            ("SASSNET_ARCHIVE_PORT", ports[1]),
            ("SASSNET_VIEWER_PORT", ports[2]),
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{ports[3]}"),
            ("SASSNET_ARCHIVE_FOLDER", Path.Combine(_folder, "archive")),
            ("SASSNET_ARCHIVE_PASSWORD", OrthancServer.Password),
            ("SASSNET_MODEL", "phantom"),
            ("VIEWER_FOLDER", Ohif),
            ("Sassnet__Models__Folder", Models()));
        start.ArgumentList.Insert(0, start.FileName);
        start.FileName = Path.Combine(RepositoryFiles.Root, "scripts", "archive");
        _orthanc = OrthancServer.At(int.Parse(ports[0], CultureInfo.InvariantCulture), int.Parse(ports[1], CultureInfo.InvariantCulture));
        _viewer = new Uri($"http://127.0.0.1:{ports[2]}");
        _service = await ServiceProcess.StartByAsync(start);
    }

    /// <summary>Opens the service's page.</summary>
    internal Task<OpenPage> OpenPageAsync() => chromium.OpenAsync(_service!.Address);

    /// <summary>Opens studies in the viewer, and waits until it knows their series. The archive asks for a password.</summary>
    internal async Task<ViewerPage> OpenAsync(params IEnumerable<string> studies)
    {
        var profile = await chromium.ProfileAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1360, Height = 850 },
            HttpCredentials = new HttpCredentials { Username = OrthancServer.User, Password = OrthancServer.Password },
        });
        return await ViewerPage.OpenAsync(profile, _viewer!, [.. studies]);
    }

    /// <summary>A volume that a job made.</summary>
    internal async Task<Volume> VolumeAsync(string job, string output)
    {
        var bytes = await Service.ResultAsync(job, output);
        return VolumeFile.Read(new MemoryStream(bytes), ct: TestContext.Current.CancellationToken).Volume;
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            // What it started ends with it.
            _service.SendTerminate();
            Assert.Equal(Terminated, await _service.ExitAsync());
            await Assert.ThrowsAsync<HttpRequestException>(() => _orthanc!.Client.GetAsync("/dicom-web/studies"));
            await _service.DisposeAsync();
        }

        if (_orthanc is not null)
            await _orthanc.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The random model, for what is quick, and the one that finds balls.</summary>
    private string Models()
    {
        string[] packages = [.. Directory.GetDirectories(RandomModel.Folder), Path.Combine(AppContext.BaseDirectory, "models", "phantom")];
        foreach (var package in packages)
        {
            var copy = Directory.CreateDirectory(Path.Combine(_folder, "models", Path.GetFileName(package))).FullName;
            foreach (var file in Directory.GetFiles(package))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)), overwrite: true);
        }

        return Path.Combine(_folder, "models");
    }
}
