using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>What a decoder can do to the service, tried with scripts in its place: nothing but fail.</summary>
public sealed class ConfinementTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sassnet-dicom-tests-");

    // A JPEG lossless image's header; the scripts do not look further.
    private static readonly byte[] JpegHeader = [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 16, 0, 5, 0, 6, 1, 1, 0x11, 0, 0];

    // The size segment of 6 by 5 pixels of 16 signed bits, and one tile of no bytes.
    private static readonly byte[] Jpeg2000 =
    [
        0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0, 0, 0, 0, 6, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x8F, 1, 1,
        0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 14, 0, 1, 0xFF, 0x93, 0xFF, 0xD9,
    ];

    private readonly DicomFolder _series = new(Enumerable.Range(0, 3).Select(slice => Compressed(slice, JpegHeader)));

    public static TheoryData<string, string> Misbehaviour => new()
    {
        { "fails", "exit 1" },
        { "crashes", "kill -SEGV $$" },
        { "writes nothing", "exit 0" },
        { "writes something else", "head -c 5000 /dev/zero > plain.dcm" },
        { "writes without end", "cat /dev/zero > plain.dcm" },
        { "takes memory without end", "while :; do x=\"$x$x$x 0123456789abcdef\"; done" },
        { "prints without end", "head -c 300000000 /dev/zero; exit 1" },
    };

    private static bool HidesFiles => (Environment.IsPrivilegedProcess && Grants("--mount", "--net", "--ipc", "--pid"))
        || (!Environment.IsPrivilegedProcess && Grants("--user", "--map-root-user", "--mount", "--net", "--ipc", "--pid"));

    public void Dispose()
    {
        _series.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Misbehaviour))]
    public void A_decoder_that_misbehaves_is_a_series_that_does_not_decode(string what, string script)
    {
        var fault = _series.Fault(decoder: Decoder(script));

        Assert.True(fault.Slug == "decode-failed", $"A decoder that {what} gave {fault.Slug}: {fault.Message}");
        Assert.Equal(InvalidVolumeKind.NotServable, fault.Kind);
        Assert.All(Directory.EnumerateFiles(_series.Scratch, "*", SearchOption.AllDirectories), file => Assert.InRange(new FileInfo(file).Length, 0, 2 << 20));
    }

    [Fact]
    public void A_decoder_that_hangs_is_killed_at_the_deadline_with_all_it_started()
    {
        var fault = _series.Fault(decoder: Decoder("(while :; do date > mark; sleep 0.05; done) & while :; do sleep 1; done") with { TimeLimit = TimeSpan.FromSeconds(1) });

        Assert.Equal((InvalidVolumeKind.TooSlow, "time-limit"), (fault.Kind, fault.Slug));
        Assert.Contains("1 s", fault.Message, StringComparison.Ordinal);
        RequireStill();
    }

    [Fact]
    public void What_a_decoder_leaves_behind_when_it_ends_is_killed_too()
    {
        _series.Fault(decoder: Decoder("(while :; do date > mark; sleep 0.05; done) & sleep 0.5; exit 1"));

        RequireStill();
    }

    [Fact]
    public void A_cancelled_request_kills_its_decoder()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        var decoder = new PixelDecoder(Decoder("while :; do sleep 1; done"), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        Assert.ThrowsAny<OperationCanceledException>(() => Sassnet.Model.Dicom.Series.DicomSeries.Read(SeriesFiles.Of(_series.Paths).Files, null, _series.Scratch, decoder, ct: cancellation.Token));
    }

    [Fact]
    public void A_decoder_runs_with_its_limits_an_empty_environment_a_folder_of_its_own_and_no_network()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        _series.Fault(decoder: Decoder($"{{ ulimit -v; ulimit -t; ulimit -f; ulimit -n; ulimit -c; env; pwd; (exec 3<> /dev/tcp/127.0.0.1/{port}) && echo reached; }} > seen; exit 1"));

        var lines = File.ReadAllLines(Left("seen").Single());
        Assert.InRange(long.Parse(lines[0], System.Globalization.CultureInfo.InvariantCulture), 1, 1 << 20);
        Assert.InRange(int.Parse(lines[1], System.Globalization.CultureInfo.InvariantCulture), 59, 60);
        Assert.InRange(long.Parse(lines[2], System.Globalization.CultureInfo.InvariantCulture), 1, 4096);
        Assert.Equal("64", lines[3]);
        Assert.Equal("0", lines[4]);

        // What a shell sets by itself.
        Assert.All(lines.Where(line => line.Contains('=', StringComparison.Ordinal)), line => Assert.Matches("^(PWD|SHLVL|_|OLDPWD)=", line));
        Assert.StartsWith(_series.Scratch, lines.First(line => line.StartsWith('/')), StringComparison.Ordinal);
        if (Grants("--user", "--net", "--pid"))
            Assert.DoesNotContain("reached", lines);
    }

    [Fact]
    public void A_decoder_sees_and_writes_no_file_but_programs_and_its_own()
    {
        Assert.SkipUnless(HidesFiles, "needs a kernel that gives this user mounts of its own");
        var others = Directory.CreateTempSubdirectory("sassnet-dicom-tests-");
        try
        {
            var secret = Path.Combine(others.FullName, "secret");
            File.WriteAllText(secret, "secret");

            _series.Fault(decoder: Decoder($$"""
                { for path in {{secret}} {{others.FullName}} {{_series.Paths[0]}} /etc/passwd /proc/self /proc/1 /outside/etc /root /home /var /sys /dev/mem; do [ -e $path ] && echo visible $path; done
                for path in /usr/written /written {{_folder.FullName}}/written /dev/written; do (echo x > $path) 2> /dev/null && echo written $path; done
                mount -t tmpfs none /usr 2> /dev/null && echo mounted
                chroot / true 2> /dev/null && echo changed
                [ -e /usr/bin/env ] && echo programs
                echo end; } > seen; exit 1
                """));

            Assert.Equal(["programs", "end"], File.ReadAllLines(Left("seen").Single()));
            Assert.Equal("secret", File.ReadAllText(secret));
        }
        finally
        {
            others.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2.4.70")]
    [InlineData("1.2.840.10008.1.2.4.90")]
    public void A_decoder_gets_nothing_of_the_patient_or_of_a_files_name(string syntax)
    {
        const string canary = "CANARYDOE19700101";
        var frame = syntax.EndsWith("70", StringComparison.Ordinal) ? JpegHeader : Jpeg2000;
        using var series = new DicomFolder();
        for (var slice = 0; slice < 2; slice++)
        {
            var file = new DicomScan { Syntax = syntax, PatientName = canary }.Slice(slice).Fragments([], frame);
            foreach (var (tag, vr) in new[] { (0x00080050u, "SH"), (0x00080080u, "LO"), (0x00081030u, "LO"), (0x0008103Eu, "LO"), (0x00100020u, "LO"), (0x00104000u, "LT"), (0x00181030u, "LO") })
                file.Text(tag, vr, canary);
            series.Paths.Add(Path.Combine(series.Path, $"{canary}-{slice}.dcm"));
            File.WriteAllBytes(series.Paths[^1], file.ToBytes());
        }

        var fault = series.Fault(decoder: Decoder("{ echo called \"$0\" \"$@\"; env; pwd; ls -la; cat *.*; } > seen 2>&1; exit 1"));

        Assert.Equal("decode-failed", fault.Slug);
        var seen = File.ReadAllText(Directory.EnumerateFiles(series.Scratch, "seen", SearchOption.AllDirectories).Single());
        Assert.Contains("called", seen, StringComparison.Ordinal);
        Assert.Contains(syntax.EndsWith("70", StringComparison.Ordinal) ? "coded.dcm" : "000001.j2k", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(canary, seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(canary, fault.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Where_the_kernel_grants_nothing_a_decoder_of_an_ordinary_user_still_starts_no_process_beyond_a_few()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, to run as another user");
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_111_111);
        string[] forks = ["-c", "n=0; while [ $n -lt 60 ]; do sleep 5 & n=$((n+1)); echo $n > started; done", "sh"];
        var command = Isolation.None.Command("/usr/bin/prlimit", _folder.FullName, _folder.FullName, "/bin/sh", forks);

        // A user that nothing else runs as.
        var ended = ConfinedProcess.Run(
            "/usr/bin/setsid", ["/usr/bin/setpriv", "--reuid=65531", "--regid=65531", "--clear-groups", "--", .. command], _folder.FullName, TimeSpan.FromSeconds(30), null, CancellationToken.None);

        Assert.False(ended.IsSuccess);
        Assert.InRange(int.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "started")), System.Globalization.CultureInfo.InvariantCulture), 1, 16);
    }

    [Fact]
    public void Whether_decoders_are_confined_is_told_before_one_is_needed_and_logged_where_they_are_not()
    {
        var (granted, refused, nothing) = (new WarningLog(), new WarningLog(), new WarningLog());
        var programs = Directory.CreateDirectory(Path.Combine(_folder.FullName, "programs")).FullName;
        foreach (var name in new[] { "setsid", "prlimit", "true", "sh" })
            File.CreateSymbolicLink(Path.Combine(programs, name), Path.Combine("/usr/bin", name));

        Assert.False(new PixelDecoder(new PixelDecoderOptions { SearchPath = programs }, refused).IsConfined);
        Assert.Contains("no namespaces", Assert.Single(refused.Messages), StringComparison.Ordinal);
        Assert.True(new PixelDecoder(new PixelDecoderOptions { SearchPath = "/nowhere" }, nothing).IsConfined);
        Assert.Empty(nothing.Messages);
        Assert.SkipUnless(HidesFiles, "needs a kernel that gives this user mounts of its own");
        Assert.True(new PixelDecoder(new PixelDecoderOptions { SearchPath = "/usr/bin:/bin" }, granted).IsConfined);
        Assert.Empty(granted.Messages);
    }

    [Fact]
    public void A_decoder_that_starts_processes_without_end_is_stopped_at_a_few()
    {
        Assert.SkipUnless(HidesFiles, "needs a kernel that gives this user mounts of its own");

        // dash ends at the first process that it cannot start; bash would go on trying. Sixty are the end in any case.
        var fault = _series.Fault(decoder: Decoder("exec /bin/sh -c 'n=0; while [ $n -lt 60 ]; do sleep 5 & n=$((n+1)); echo $n > seen; done; exit 1'"));

        Assert.Equal("decode-failed", fault.Slug);
        Assert.InRange(int.Parse(File.ReadAllText(Left("seen").Single()), System.Globalization.CultureInfo.InvariantCulture), 1, 16);
    }

    [Fact]
    public void Without_namespaces_a_decoder_runs_under_its_limits_and_that_is_logged_once()
    {
        var programs = Directory.CreateDirectory(Path.Combine(_folder.FullName, "programs")).FullName;
        foreach (var name in new[] { "setsid", "prlimit", "true", "sh" })
            File.CreateSymbolicLink(Path.Combine(programs, name), Path.Combine("/usr/bin", name));
        var logger = new WarningLog();
        var decoder = new PixelDecoder(Decoder("ulimit -n > seen; exit 1") with { SearchPath = $"{_folder.FullName}:{programs}" }, logger);

        for (var tries = 0; tries < 2; tries++)
            Assert.Throws<InvalidVolumeException>(() => Sassnet.Model.Dicom.Series.DicomSeries.Read(SeriesFiles.Of(_series.Paths).Files, null, _series.Scratch, decoder, ct: TestContext.Current.CancellationToken));

        Assert.All(Left("seen"), seen => Assert.Equal("64", File.ReadAllText(seen).Trim()));
        Assert.Single(logger.Messages, message => message.Contains("no namespaces", StringComparison.Ordinal));
    }

    [Fact]
    public void The_time_limit_is_one_for_a_series_however_many_decoders_it_needs()
    {
        Tools.Require("dcmdjpeg");
        var coding = Coding.All["JPEG lossless SV1"];
        using var series = new DicomFolder(Enumerable.Range(0, 2).Select(slice => coding.Compress(new DicomScan { BitsStored = 12 + (4 * slice), IsSigned = false, Value = (column, row, _) => (short)(column + row) }, slice)));
        var slow = Decoder("sleep 1.2; exec /usr/bin/dcmdjpeg \"$@\"");

        Assert.Equal(2, series.Read(decoder: slow).Volume.Size.Z);
        Assert.Equal("time-limit", series.Fault(decoder: slow with { TimeLimit = TimeSpan.FromSeconds(2) }).Slug);
    }

    [Fact]
    public void Without_the_decoder_a_compressed_series_is_refused_with_the_package_to_install_and_others_are_read()
    {
        var nothing = new PixelDecoderOptions { SearchPath = _folder.FullName };
        using var uncompressed = new DicomFolder(new DicomScan().Classic());
        using var runLengths = new DicomFolder(Enumerable.Range(0, 2).Select(slice => new DicomScan { Syntax = DicomBytes.Rle }.Slice(slice).Fragments([], RunLengths.Encode(new DicomScan().Frame(slice))).ToBytes()));

        var fault = _series.Fault(decoder: nothing);

        Assert.Equal((InvalidVolumeKind.Unsupported, "decoder-missing"), (fault.Kind, fault.Slug));
        Assert.Contains("dcmtk", fault.Message, StringComparison.Ordinal);
        Assert.Equal(120, uncompressed.Read(decoder: nothing).Volume.Voxels.Length);
        Assert.Equal(60, runLengths.Read(decoder: nothing).Volume.Voxels.Length);
    }

    [Theory]
    [InlineData(8, 5, 6, 1, "8 unsigned bits")]
    [InlineData(16, 6, 6, 1, "6x6")]
    [InlineData(16, 5, 6, 3, "3 components")]
    public void A_codestream_that_contradicts_the_header_never_reaches_a_decoder(byte bits, byte rows, byte columns, byte components, string says)
    {
        using var series = new DicomFolder(Enumerable.Range(0, 2).Select(slice => Compressed(slice, [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, bits, 0, rows, 0, columns, components, 1, 0x11, 0, 0])));
        var fault = series.Fault(decoder: Decoder("date > mark"));

        Assert.Equal("decode-failed", fault.Slug);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(series.Scratch, "mark", SearchOption.AllDirectories));
    }

    private static byte[] Compressed(int slice, byte[] frame) => new DicomScan { Syntax = "1.2.840.10008.1.2.4.70" }.Slice(slice).Fragments([], frame).ToBytes();

    private static bool Grants(params IEnumerable<string> namespaces)
    {
        using var process = System.Diagnostics.Process.Start("unshare", [.. namespaces, "--fork", "--kill-child", "--", "true"]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private void RequireStill()
    {
        var mark = Left("mark").Single();
        File.Delete(mark);
        Thread.Sleep(500);
        Assert.False(File.Exists(mark));
    }

    /// <summary>What decoders left in their working folders.</summary>
    private IEnumerable<string> Left(string name) => Directory.EnumerateFiles(_series.Scratch, name, SearchOption.AllDirectories);

    /// <summary>A folder in which the decoders of JPEG and JPEG 2000 are a script.</summary>
    private PixelDecoderOptions Decoder(string script)
    {
        // The decoder may run as another user.
        File.SetUnixFileMode(_folder.FullName, File.GetUnixFileMode(_folder.FullName) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        foreach (var name in (string[])["dcmdjpeg", "opj_decompress"])
        {
            var path = Path.Combine(_folder.FullName, name);
            File.WriteAllText(path, $"#!/bin/bash\n{script}\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        return new PixelDecoderOptions { SearchPath = $"{_folder.FullName}:/usr/bin:/bin" };
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
