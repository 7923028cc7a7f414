using System.Diagnostics;
using Npgsql;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs;

/// <summary>PostgreSQL as Debian packages it, on a free port of this machine, with a folder of its own; only where it is installed.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    private static readonly string? Programs = FindPrograms();

    // Made once: that takes longer than a copy of it.
    private static readonly Lazy<Task<string>> Fresh = new(InitialiseAsync);

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-postgres-").FullName;
    private readonly int _port = FreePorts.One();
    private Process? _server;

    private PostgresServer()
    {
    }

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Database=postgres;Username={User};Timeout=5;Command Timeout=10";

    /// <summary>The settings of a node that keeps its records there.</summary>
    public (string Key, string Value)[] Settings => [("Sassnet:Jobs:Database", "postgresql"), ("Sassnet:Jobs:ConnectionString", ConnectionString)];

    public static async Task<PostgresServer> StartNewAsync()
    {
        if (Programs is null)
            Assert.Skip("PostgreSQL (Debian's package postgresql) is not installed.");
        var fresh = await Fresh.Value;
        var server = new PostgresServer();

        // With owner and rights, without which it refuses to run.
        await RunProgramAsync("cp", "--archive", "--no-target-directory", fresh, server._folder);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, again too, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        _server = Process.Start(Command(
            "postgres", "-D", Data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=40"))!;
        _server.BeginErrorReadLine();
        _server.BeginOutputReadLine();
        for (var tries = 0; tries < 600; tries++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync(TestContext.Current.CancellationToken);
                return;
            }
            catch (NpgsqlException)
            {
                Assert.False(_server.HasExited, "PostgreSQL ended.");
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }

        Assert.Fail("PostgreSQL does not answer.");
    }

    /// <summary>Ends it without a word to anybody, as a machine that loses its power.</summary>
    public async Task KillAsync()
    {
        if (_server is null)
            return;
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    /// <summary>Ends every connection, as a restart that is over before anybody looks.</summary>
    public Task DisconnectAsync() => RunAsync(
        """
        DO $$ DECLARE ended int[];
        BEGIN
            SELECT array_agg(pid) INTO ended FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid();
            PERFORM pg_terminate_backend(one) FROM unnest(ended) one;
            WHILE EXISTS (SELECT FROM pg_stat_activity WHERE pid = ANY(ended)) LOOP
                PERFORM pg_sleep(0.01);
                PERFORM pg_stat_clear_snapshot();
            END LOOP;
        END $$
        """);

    /// <summary>Runs a statement.</summary>
    public async Task RunAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => DataIn(_folder);

    private static string? FindPrograms()
    {
        var version = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).LastOrDefault() : null;
        return version is not null && File.Exists(Path.Combine(version, "bin", "postgres")) ? Path.Combine(version, "bin") : null;
    }

    private static string DataIn(string folder) => Path.Combine(folder, "data");

    // A folder with the data of a server that has not run yet.
    private static async Task<string> InitialiseAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-postgres-fresh-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);

        // It refuses to run as root; the package has made a user for it.
        if (Environment.IsPrivilegedProcess)
            await RunProgramAsync("chown", User, folder);
        await RunToEndAsync("initdb", "-D", DataIn(folder), "-A", "trust", "-U", User, "--no-sync", "--no-locale", "-E", "UTF8");
        return folder;
    }

    private static async Task RunProgramAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private static async Task RunToEndAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Command(program, arguments))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await error);
    }

    private static ProcessStartInfo Command(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", [$"--reuid={User}", $"--regid={User}", "--init-groups", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.WorkingDirectory = "/";
        return start;
    }
}
