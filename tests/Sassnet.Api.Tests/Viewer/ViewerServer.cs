using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Sassnet.Api.Tests.Service;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Viewer;

/// <summary>OHIF before an archive on a free port of this machine, by the settings that are shipped in <c>deploy/archive/viewer</c>. Only where Apache and OHIF's files are.</summary>
internal sealed class ViewerServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/apache2";

    private static readonly string Files = Path.Combine(RepositoryFiles.Root, "tests", "Ohif");

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-viewer-").FullName;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly Process _process;

    private ViewerServer(Uri archive)
    {
        var settings = Path.Combine(RepositoryFiles.Root, "deploy", "archive", "viewer");
        Address = new Uri($"http://127.0.0.1:{FreePorts.One()}/");
        var start = new ProcessStartInfo(Program, ["-D", "FOREGROUND", "-f", Path.Combine(settings, "httpd.conf")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["VIEWER_LISTEN"] = Address.Authority;
        start.Environment["VIEWER_RUN"] = _folder;
        start.Environment["VIEWER_FOLDER"] = Files;
        start.Environment["VIEWER_SETTINGS"] = settings;
        start.Environment["VIEWER_ARCHIVE"] = archive.GetLeftPart(UriPartial.Authority);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? string.Empty);
        _process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? string.Empty);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<ViewerServer> StartAsync(Uri archive)
    {
        Assert.SkipUnless(File.Exists(Program), "needs Apache (Debian's package apache2-bin), which is not installed");
        Assert.SkipUnless(Directory.Exists(Files), "needs OHIF's files: deploy/archive/viewer/get-ohif tests/Ohif");
        var server = new ViewerServer(archive);
        try
        {
            await server.ReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        for (var tries = 0; tries < 600; tries++)
        {
            try
            {
                using var response = await client.GetAsync("/app-config.js", TestContext.Current.CancellationToken);
                Assert.True(response.StatusCode == HttpStatusCode.OK, $"Apache does not serve the viewer's settings: {response.StatusCode}. The user www-data has to be able to read {RepositoryFiles.Root}.");
                return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            Assert.False(_process.HasExited, $"Apache ended.\n{string.Join('\n', _lines)}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"Apache does not answer.\n{string.Join('\n', _lines)}");
    }
}
