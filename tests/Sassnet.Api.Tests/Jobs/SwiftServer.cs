using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Sassnet.Api.Tests.Service;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Jobs;

/// <summary>An S3-compatible store: OpenStack Swift as Debian packages it, on free ports of this machine, with one bucket at a time; only where it is installed.</summary>
internal sealed class SwiftServer : IAsyncDisposable
{
    private const string Prefix = "run/";
    private const string AccessKey = "test:tester";
    private const string SecretKey = "testing";
    private const string Python = "/usr/bin/python3";

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-swift-").FullName;
    private readonly string[] _ports;
    private readonly AmazonS3Client _client;
    private Process? _storage;
    private Process? _proxy;
    private string _bucket = string.Empty;

    private SwiftServer()
    {
        _ports = [.. FreePorts.Several(4).Select(port => FormattableString.Invariant($"{port}"))];
        _client = new AmazonS3Client(new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config { ServiceURL = Endpoint, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
    }

    /// <summary>The options of a service that keeps the files of its jobs there.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("Sassnet:Jobs:Store", "s3"), ("Sassnet:Jobs:S3:Endpoint", Endpoint), ("Sassnet:Jobs:S3:Bucket", _bucket), ("Sassnet:Jobs:S3:Prefix", Prefix),
        ("Sassnet:Jobs:S3:AccessKey", AccessKey), ("Sassnet:Jobs:S3:SecretKey", SecretKey),
    ];

    /// <summary>Whether clients can reach it.</summary>
    public bool IsRunning => _proxy is { HasExited: false };

    /// <summary>Where clients reach it.</summary>
    public IPEndPoint Place => new(IPAddress.Loopback, int.Parse(_ports[0], CultureInfo.InvariantCulture));

    private string Endpoint => $"http://{Place}";

    public static async Task<SwiftServer> StartNewAsync()
    {
        if (!Directory.Exists("/usr/lib/python3/dist-packages/swift"))
            Assert.Skip("OpenStack Swift (Debian's package python3-swift) is not installed.");
        var server = new SwiftServer();
        server._storage = server.Start("storage");
        foreach (var port in server._ports[1..])
            await ListensAsync(port, server._storage);
        await server.StartAsync();
        await server.EmptyAsync();
        return server;
    }

    /// <summary>Makes another bucket, which has nothing, and which is the one from now on.</summary>
    public async Task EmptyAsync()
    {
        _bucket = $"jobs-{Guid.NewGuid():N}";
        await _client.PutBucketAsync(_bucket, TestContext.Current.CancellationToken);
    }

    /// <summary>Starts what clients reach, again too.</summary>
    public async Task StartAsync()
    {
        _proxy = Start("proxy");
        await ListensAsync(_ports[0], _proxy);
    }

    /// <summary>Ends what clients reach; what is stored stays.</summary>
    public Task KillAsync() => KillAsync(_proxy!);

    /// <summary>What lies there of a job: <c>SET/FILE</c>.</summary>
    public async Task<string[]> FilesAsync(string job)
    {
        var page = await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _bucket, Prefix = $"{Prefix}{job}/" }, TestContext.Current.CancellationToken);
        return [.. (page.S3Objects ?? []).Select(found => found.Key[$"{Prefix}{job}/".Length..])];
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var process in new[] { _proxy, _storage }.OfType<Process>())
            await KillAsync(process);
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    private Process Start(string role)
    {
        var script = Path.Combine(RepositoryFiles.Root, "tests", "Sassnet.Api.Tests", "Jobs", "object_store.py");
        var process = Process.Start(new ProcessStartInfo(Python, ["-B", script, role, _folder, .. _ports]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task ListensAsync(string port, Process process)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, int.Parse(port), TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException)
            {
                Assert.False(process.HasExited, "Swift ended.");
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }

        Assert.Fail("Swift does not listen.");
    }
}
