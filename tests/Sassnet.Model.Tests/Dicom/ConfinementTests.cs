using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>What decoders are kept from: files, the network, other processes and more of the machine than they need, and what is said where the kernel does not do it.</summary>
[Collection(nameof(ScriptedDecoder))]
public sealed class ConfinementTests : IDisposable
{
    private readonly ScriptedDecoder _decoder = new();

    public void Dispose() => _decoder.Dispose();

    [Fact]
    public void A_decoder_runs_with_its_limits_an_empty_environment_a_folder_of_its_own_and_no_network()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        _decoder.Series.Fault(decoder: _decoder.Running($"{{ ulimit -v; ulimit -t; ulimit -f; ulimit -n; ulimit -c; env; pwd; (exec 3<> /dev/tcp/127.0.0.1/{port}) && echo reached; }} > seen; exit 1"));

        var lines = File.ReadAllLines(_decoder.Left("seen").Single());
        Assert.InRange(long.Parse(lines[0], CultureInfo.InvariantCulture), 1, 1 << 20);

        // What is left of the minute for the series, of which a busy machine takes some seconds before.
        Assert.InRange(int.Parse(lines[1], CultureInfo.InvariantCulture), 30, 60);
        Assert.InRange(long.Parse(lines[2], CultureInfo.InvariantCulture), 1, 4096);
        Assert.Equal("64", lines[3]);
        Assert.Equal("0", lines[4]);

        // What a shell sets by itself.
        Assert.All(lines.Where(line => line.Contains('=', StringComparison.Ordinal)), line => Assert.Matches("^(PWD|SHLVL|_|OLDPWD)=", line));
        Assert.StartsWith(_decoder.Series.Scratch, lines.First(line => line.StartsWith('/')), StringComparison.Ordinal);
        if (ScriptedDecoder.Grants("--user", "--net", "--pid"))
            Assert.DoesNotContain("reached", lines);
    }

    [Fact]
    public void A_decoder_sees_and_writes_no_file_but_programs_and_its_own()
    {
        Assert.SkipUnless(ScriptedDecoder.HidesFiles, "needs a kernel that gives this user mounts of its own");
        var others = Directory.CreateTempSubdirectory("sassnet-dicom-tests-");
        try
        {
            var secret = Path.Combine(others.FullName, "secret");
            File.WriteAllText(secret, "secret");

            _decoder.Series.Fault(decoder: _decoder.Running($$"""
                { for path in {{secret}} {{others.FullName}} {{_decoder.Series.Paths[0]}} /etc/passwd /proc/self /proc/1 /outside/etc /root /home /var /sys /dev/mem; do [ -e $path ] && echo visible $path; done
                for path in /usr/written /written {{_decoder.Folder}}/written /dev/written; do (echo x > $path) 2> /dev/null && echo written $path; done
                mount -t tmpfs none /usr 2> /dev/null && echo mounted
                chroot / true 2> /dev/null && echo changed
                [ -e /usr/bin/env ] && echo programs
                echo end; } > seen; exit 1
                """));

            Assert.Equal(["programs", "end"], File.ReadAllLines(_decoder.Left("seen").Single()));
            Assert.Equal("secret", File.ReadAllText(secret));
        }
        finally
        {
            others.Delete(recursive: true);
        }
    }

    [Fact]
    public void Where_the_kernel_grants_nothing_a_decoder_of_an_ordinary_user_still_starts_no_process_beyond_a_few()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, to run as another user");
        File.SetUnixFileMode(_decoder.Folder, (UnixFileMode)0b111_111_111);
        string[] forks = ["-c", "n=0; while [ $n -lt 60 ]; do sleep 5 & n=$((n+1)); echo $n > started; done", "sh"];
        var command = Isolation.None.Command("/usr/bin/prlimit", _decoder.Folder, _decoder.Folder, user: null, "/bin/sh", forks);

        // A user that nothing else runs as.
        var ended = ConfinedProcess.Run(
            "/usr/bin/setsid", ["/usr/bin/setpriv", "--reuid=65531", "--regid=65531", "--clear-groups", "--", .. command], _decoder.Folder, TimeSpan.FromSeconds(30), null, CancellationToken.None);

        Assert.False(ended.IsSuccess);
        Assert.InRange(int.Parse(File.ReadAllText(Path.Combine(_decoder.Folder, "started")), CultureInfo.InvariantCulture), 1, 16);
    }

    [Fact]
    public async Task More_decoders_at_once_than_each_may_start_processes_all_run()
    {
        var confinement = Confinement.Find("/usr/bin:/bin", NullLogger.Instance)!;
        var bounds = new ProcessBounds(1L << 30, 0, TimeSpan.FromMinutes(1));
        using var all = new Barrier(40);
        var runs = Enumerable.Range(0, all.ParticipantCount).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var folder = Directory.CreateTempSubdirectory("sassnet-dicom-tests-");
                try
                {
                    all.SignalAndWait(TestContext.Current.CancellationToken);
                    return confinement.Run("/usr/bin/sleep", ["4"], folder.FullName, bounds, null, TestContext.Current.CancellationToken).IsSuccess;
                }
                finally
                {
                    folder.Delete(recursive: true);
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToList();

        Assert.DoesNotContain(false, await Task.WhenAll(runs));
    }

    [Fact]
    public void A_decoder_that_starts_processes_without_end_is_stopped_at_a_few()
    {
        Assert.SkipUnless(ScriptedDecoder.HidesFiles, "needs a kernel that gives this user mounts of its own");

        // dash ends at the first process that it cannot start; bash would go on trying. Sixty are the end in any case.
        var fault = _decoder.Series.Fault(decoder: _decoder.Running("exec /bin/sh -c 'n=0; while [ $n -lt 60 ]; do sleep 5 & n=$((n+1)); echo $n > seen; done; exit 1'"));

        Assert.Equal("decode-failed", fault.Slug);
        Assert.InRange(int.Parse(File.ReadAllText(_decoder.Left("seen").Single()), CultureInfo.InvariantCulture), 1, 16);
    }

    [Fact]
    public void Whether_decoders_are_confined_is_told_before_one_is_needed_and_logged_where_they_are_not()
    {
        var (granted, refused, nothing) = (new WarningLog(), new WarningLog(), new WarningLog());
        var programs = ProgramsWithoutNamespaces();

        Assert.False(new PixelDecoder(new PixelDecoderOptions { SearchPath = programs }, refused).IsConfined);
        Assert.Contains("no namespaces", Assert.Single(refused.Messages), StringComparison.Ordinal);
        Assert.True(new PixelDecoder(new PixelDecoderOptions { SearchPath = "/nowhere" }, nothing).IsConfined);
        Assert.Empty(nothing.Messages);
        Assert.SkipUnless(ScriptedDecoder.HidesFiles, "needs a kernel that gives this user mounts of its own");
        Assert.True(new PixelDecoder(new PixelDecoderOptions { SearchPath = "/usr/bin:/bin" }, granted).IsConfined);
        Assert.Empty(granted.Messages);
    }

    [Fact]
    public void What_the_kernel_grants_is_tried_once_in_a_process_and_logged_of_each_decoder()
    {
        var (first, second) = (new WarningLog(), new WarningLog());
        var (programs, tried) = (ProgramsWithoutNamespaces(), Directory.CreateDirectory(Path.Combine(_decoder.Folder, "tried")));
        var unshare = Path.Combine(programs, "unshare");

        // It may write no file.
        File.WriteAllText(unshare, $"#!/bin/sh\n/bin/mkdir {tried.FullName}/$$\nexit 1\n");
        File.SetUnixFileMode(unshare, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.False(new PixelDecoder(new PixelDecoderOptions { SearchPath = programs }, first).IsConfined);
        var tries = tried.GetDirectories().Length;
        Assert.NotEqual(0, tries);
        Assert.False(new PixelDecoder(new PixelDecoderOptions { SearchPath = programs }, second).IsConfined);
        Assert.Equal(tries, tried.GetDirectories().Length);
        Assert.Equal(Assert.Single(first.Messages), Assert.Single(second.Messages));
    }

    [Fact]
    public void Without_namespaces_a_decoder_runs_under_its_limits_and_that_is_logged_once()
    {
        var programs = ProgramsWithoutNamespaces();
        var logger = new WarningLog();
        var decoder = new PixelDecoder(_decoder.Running("ulimit -n > seen; exit 1") with { SearchPath = $"{_decoder.Folder}:{programs}" }, logger);

        for (var tries = 0; tries < 2; tries++)
            Assert.Throws<InvalidVolumeException>(() => DicomSeries.Read(SeriesFiles.Of(_decoder.Series.Paths).Files, null, _decoder.Series.Scratch, decoder, ct: TestContext.Current.CancellationToken));

        Assert.All(_decoder.Left("seen"), seen => Assert.Equal("64", File.ReadAllText(seen).Trim()));
        Assert.Single(logger.Messages, message => message.Contains("no namespaces", StringComparison.Ordinal));
    }

    /// <summary>A folder with what starts a decoder under limits, but not in namespaces.</summary>
    private string ProgramsWithoutNamespaces()
    {
        var programs = Directory.CreateDirectory(Path.Combine(_decoder.Folder, "programs")).FullName;
        foreach (var name in new[] { "setsid", "prlimit", "true", "sh" })
            File.CreateSymbolicLink(Path.Combine(programs, name), Path.Combine("/usr/bin", name));
        return programs;
    }

    private sealed class WarningLog : ILogger
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add(formatter(state, exception));
    }
}
