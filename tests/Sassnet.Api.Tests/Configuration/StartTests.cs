using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Configuration;

/// <summary>The service started as a user starts it, a process of its own: what cannot work is said in one line, and the exit code is 1.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("Sassnet__Uploads__MaxCompresedBytes", "5", "MaxCompresedBytes")]
    [InlineData("Sassnet__Upload__MaxCompressedBytes", "5", "Upload")]
    [InlineData("Sassnet__Device", "cpu", "Sassnet:Device; accepted below Sassnet: Access, Archive, Audit, Dicom, Inference, Jobs, Limits, Models, Oidc, Queue, Requests, Scheduling, Server, Uploads")]
    [InlineData("Sassnet", "5", "Sassnet is a section and takes no value; accepted below it: Access, Archive, Audit, Dicom")]
    [InlineData("Sassnet__Jobs", "5", "Sassnet:Jobs is a section and takes no value; accepted below it: Cache, CallbackAttempts")]
    [InlineData("Sassnet__Limits", "x", "Sassnet:Limits is a section and takes no value; accepted below it: BytesPerHour")]
    [InlineData("Sassnet__Jobs__S3", "scans", "Sassnet:Jobs:S3 is a section and takes no value; accepted below it: AccessKey, Bucket")]
    [InlineData("Sassnet__Archive__Servers", "pacs", "Sassnet:Archive:Servers is a section and takes no value; accepted below it: names of one's own")]
    [InlineData("Sassnet__Archive__Servers__pacs", "https://pacs", "Sassnet:Archive:Servers:pacs is a section and takes no value; accepted below it: Authorities, Bearer")]
    [InlineData("Sassnet__Archive__Series__left-atrium@1.2.0__Modality", "MR", "Sassnet:Archive: Series:left-atrium@1.2.0 is for no model; accepted: the name of a model")]
    [InlineData("Sassnet__Server__Hosts__0", "sassnet.example.org", "Sassnet:Server:Hosts is one value, and there are keys below it: Sassnet:Server:Hosts:0.")]
    [InlineData("Sassnet__Queue__Length__Most", "5", "Sassnet:Queue:Length is one value, and there are keys below it: Sassnet:Queue:Length:Most.")]
    [InlineData("Sassnet__Dicom__DecoderTimelimits", "00:01:00", "DecoderTimelimits")]
    [InlineData("Sassnet__Requests__TimeLimit", "2.00:00:00", "Sassnet:Requests: The field TimeLimit")]
    [InlineData("Sassnet__Queue__Length", "0", "Length")]
    [InlineData("Sassnet__Queue__Length", "many", "many")]
    [InlineData("Sassnet__Inference__Device", "gpu", "auto, cpu, cuda or cuda:N")]
    [InlineData("Sassnet__Inference__Device", "cpu,gpu", "Sassnet:Inference: The field Device has 'gpu'")]
    [InlineData("Sassnet__Queue__MaxWait", "00:00:00", "Sassnet:Queue: The field MaxWait")]
    [InlineData("Sassnet__Scheduling__PreparedScans", "0", "Sassnet:Scheduling: The field PreparedScans")]
    [InlineData("Sassnet__Scheduling__MemoryBytes", "0", "Sassnet:Scheduling: The field MemoryBytes")]
    [InlineData("Sassnet__Inference__Precision", "Float8", "Float8")]
    [InlineData("Sassnet__Uploads__MaxConcurrent", "0", "Sassnet:Uploads: The field MaxConcurrent")]
    [InlineData("Sassnet__Uploads__MaxTemporaryBytes", "0", "Sassnet:Uploads: The field MaxTemporaryBytes")]
    [InlineData("Sassnet__Uploads__TimeLimit", "00:00:00", "TimeLimit")]
    [InlineData("Sassnet__Server__PathBase", "sassnet/", "PathBase is empty or a path such as /sassnet")]
    [InlineData("Sassnet__Server__Proxies", "10.0.0.1;proxy", "'proxy', which is neither an IP address nor a network")]
    [InlineData("Sassnet__Server__MaxConnections", "0", "MaxConnections")]
    [InlineData("Sassnet__Server__KeepAlive", "75", "KeepAlive must be between 00:00:01 and 01:00:00. It is 75.00:00:00.")]
    [InlineData("Sassnet__Server__Hosts", "sassnet.example.org:8080", "'sassnet.example.org:8080'; accepted: names without scheme, port and path")]
    [InlineData("Sassnet__Server__Hosts", "*.example.org; https://sassnet.example.org", "'https://sassnet.example.org'; accepted: names without")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:99999", "'http://127.0.0.1:99999' is no address to listen on")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:eighty", "'http://127.0.0.1:eighty' is no address to listen on")]
    [InlineData("ASPNETCORE_URLS", "localhost:8080", "'localhost:8080' is no address to listen on")]
    [InlineData("ASPNETCORE_URLS", "https://127.0.0.1:0", "No server certificate was specified")]
    [InlineData("Kestrel__Certificates__Default__Path", "/nowhere.pfx", "/nowhere.pfx")]
    [InlineData("Logging__LogLevel__Default", "Loud", "Logging: Configuration value 'Loud' is not supported.")]
    [InlineData("Sassnet__Models__Folder", "nowhere", "nowhere")]
    [InlineData("Sassnet__Models__Folder", "", "Sassnet:Models: The Folder field")]
    [InlineData("Sassnet__Uploads__Folder", "", "Sassnet:Uploads: The field Folder")]
    [InlineData("Sassnet__Jobs__Folder", "", "Sassnet:Jobs: The field Folder")]
    [InlineData("Sassnet__Access__KeyFile", "", "Sassnet:Access: The field KeyFile")]
    [InlineData("Sassnet__Audit__File", "", "Sassnet:Audit: The field File")]
    [InlineData("Sassnet__Archive__Servers__pacs__Authorities", "", "Servers:pacs: The field Authorities")]
    [InlineData("Sassnet__Archive__Servers__pacs__ClientCertificate", "", "Servers:pacs: The field ClientCertificate")]
    [InlineData("Sassnet__Archive__Servers__pacs__ClientKey", "", "Servers:pacs: The field ClientKey")]
    [InlineData("Sassnet__Models__Default", "nobody", "'nobody'; the packages in")]
    [InlineData("Sassnet__Uploads__Folder", "/proc/uploads", "/proc/uploads")]
    [InlineData("Sassnet__Audit__File", "/proc/audit.jsonl", "The audit file /proc/audit.jsonl, which Sassnet:Audit:File names, cannot be written")]
    [InlineData("Sassnet__Audit__File", "/", "The audit file /, which Sassnet:Audit:File names, cannot be written")]
    [InlineData("Sassnet__Jobs__Store", "s3", "Sassnet:Jobs: Store s3 and the section S3, with the field Bucket, go together")]
    [InlineData("Sassnet__Jobs__CallbackHosts", "https://pacs.example.org", "Sassnet:Jobs: The field CallbackHosts has 'https://pacs.example.org'; accepted: names or addresses without scheme and path")]
    [InlineData("Sassnet__Jobs__CallbackHosts", "pacs.example.org,ris.example.org", "The field CallbackHosts has 'pacs.example.org,ris.example.org'; accepted")]
    [InlineData("Sassnet__Jobs__CallbackHosts", "pacs.example.org/hook", "The field CallbackHosts has 'pacs.example.org/hook'; accepted")]
    [InlineData("Sassnet__Jobs__S3__Buckett", "scans", "Buckett")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense", "OTEL_EXPORTER_OTLP_ENDPOINT is 'nonsense'; accepted: an http or https address")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT is 'collector:4317'; accepted: an http or https address")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes", "OTEL_TRACES_SAMPLER is 'sometimes'; accepted: always_on, always_off, traceidratio")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "10%", "OTEL_TRACES_SAMPLER_ARG is '10%'; accepted: a number from 0 to 1.")]
    [InlineData("SASSNET_LIBTORCH", "/nowhere", "SASSNET_LIBTORCH is '/nowhere', which is no folder; accepted: a folder with the libraries of LibTorch 2.10")]
    public async Task A_wrong_option_stops_the_start_with_one_line_that_names_it(string key, string value, string named)
    {
        var (exit, _, error) = await RunAsync((key, value));
        Assert.Equal(1, exit);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("Sassnet cannot start: ", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bucket", "Scans", "S3: The field Bucket")]
    [InlineData("Prefix", "/run", "S3: The field Prefix")]
    [InlineData("Endpoint", "http://192.0.2.1:9000", "S3: The field Endpoint has the scheme http; accepted: https, and http on this machine or with Http")]
    [InlineData("AccessKey", "one", "S3: The fields AccessKey and SecretKey go together")]
    public async Task A_wrong_bucket_stops_the_start(string key, string value, string named)
    {
        var (exit, _, error) = await RunAsync(("Sassnet__Jobs__Store", "s3"), ("Sassnet__Jobs__S3__Bucket", "scans"), ("Sassnet__Jobs__S3__Region", "eu-central-1"), ($"Sassnet__Jobs__S3__{key}", value));
        Assert.Equal(1, exit);
        Assert.Contains(named, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "is 'http/json'; accepted: grpc or http/protobuf.")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "10s", "is '10s'; accepted: a whole number from 1 to 2147483647, in milliseconds.")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "zstd", "is 'zstd'; accepted: gzip or none.")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "secret", "cannot be read; accepted: NAME=VALUE, several separated by commas.")]
    [InlineData("OTEL_BSP_SCHEDULE_DELAY", "-1", "is '-1'; accepted: a whole number from 1")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "1m", "is '1m'; accepted: a whole number from 1")]
    public async Task Where_anything_is_sent_a_wrong_setting_of_how_stops_the_start(string key, string value, string told)
    {
        var (exit, _, error) = await RunAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"), (key, value));
        Assert.Equal(1, exit);
        Assert.Equal("Sassnet cannot start: ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries))[..22]);
        Assert.Contains($"{key} {told}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_options_of_several_sections_are_all_named_in_one_line()
    {
        var (exit, _, error) = await RunAsync(("Sassnet__Uploads__MaxFiles", "0"), ("Sassnet__Queue__Length", "0"), ("Sassnet__Inference__Threads", "-1"));
        Assert.Equal(1, exit);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (var named in (string[])["Sassnet:Uploads: The field MaxFiles", "Sassnet:Queue: The field Length", "Sassnet:Inference: The field Threads"])
            Assert.Contains(named, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_decoders_cannot_be_confined_the_service_says_so_at_the_start_and_does_not_start_where_that_is_required()
    {
        // A machine without unshare is one whose kernel grants nothing.
        var programs = Directory.CreateTempSubdirectory("sassnet-programs-");
        foreach (var name in (string[])["setsid", "prlimit", "true", "sh"])
            File.CreateSymbolicLink(Path.Combine(programs.FullName, name), Path.Combine("/usr/bin", name));
        (string, string) where = ("Sassnet__Dicom__DecoderPath", programs.FullName);

        var (exit, _, error) = await RunAsync(where, ("Sassnet__Dicom__RequireConfinement", "true"));
        await using var service = await ServiceProcess.StartAsync(null, where);
        programs.Delete(recursive: true);

        Assert.Equal(1, exit);
        Assert.Contains("Sassnet:Dicom:RequireConfinement", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains(service.Lines, line => line.Contains("warn: ", StringComparison.Ordinal) && line.Contains("The kernel gives this user no namespaces", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_few_open_files_stop_the_start_with_one_line_that_says_how_many_are_needed()
    {
        var (exit, _, error) = await RunAsync(openFiles: 250);
        Assert.Equal(1, exit);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("Sassnet cannot start: The process may have 250 files open, and this service needs 512.", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_runs_on_the_LibTorch_that_is_named_and_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-libtorch-").FullName;
        foreach (var library in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so", "libgomp-98b21ff3.so.1"])
            File.Copy(Path.Combine(AppContext.BaseDirectory, "libtorch", library), Path.Combine(folder, library));
        await using (var service = await ServiceProcess.StartAsync(null, ("SASSNET_LIBTORCH", folder)))
            Assert.Contains(service.Lines, line => line.Contains($"LibTorch 2.10.0 from {folder}", StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_damaged_package_stops_the_start_with_one_line()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-damaged-").FullName;
        var package = Directory.CreateDirectory(Path.Combine(folder, "one")).FullName;
        var source = Directory.EnumerateDirectories(RandomModel.Folder).First();
        File.Copy(Path.Combine(source, "model.json"), Path.Combine(package, "model.json"));
        await File.WriteAllBytesAsync(Path.Combine(package, "model.safetensors"), new byte[100], TestContext.Current.CancellationToken);
        var (exit, _, error) = await RunAsync(("Sassnet__Models__Folder", folder));
        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, exit);
        Assert.Contains("SHA-256", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task A_link_in_the_place_of_the_upload_folder_stops_the_start_and_its_target_stays_as_it_is(string end)
    {
        const UnixFileMode open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        var folder = Directory.CreateTempSubdirectory("sassnet-link-").FullName;
        var target = Directory.CreateDirectory(Path.Combine(folder, "target"), open).FullName;
        var link = Path.Combine(folder, "link");
        Directory.CreateSymbolicLink(link, target);
        var (exit, _, error) = await RunAsync(("Sassnet__Uploads__Folder", link + end));
        var mode = File.GetUnixFileMode(target);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, exit);
        Assert.Contains("is a symbolic link", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(open, mode);
    }

    [Fact]
    public async Task An_upload_folder_of_another_user_stops_the_start_and_stays_as_it_is()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a folder away.");
        const UnixFileMode open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        var folder = Directory.CreateTempSubdirectory("sassnet-other-").FullName;
        File.SetUnixFileMode(folder, open);
        using (var change = Process.Start("chown", ["65534", folder]))
            await change.WaitForExitAsync(TestContext.Current.CancellationToken);
        var (exit, _, error) = await RunAsync(("Sassnet__Uploads__Folder", folder));
        var mode = File.GetUnixFileMode(folder);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, exit);
        Assert.Contains("belongs to user 65534", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(open, mode);
    }

    [Fact]
    public async Task An_address_in_use_stops_the_start_with_a_line_that_says_so()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var (exit, _, error) = await RunAsync(("ASPNETCORE_URLS", $"http://{taken.LocalEndpoint}"));
        Assert.Equal(1, exit);
        Assert.Contains("address already in use", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_this_machine_does_not_have_stops_the_start_with_one_line_that_names_it()
    {
        // Set aside for documentation (RFC 5737).
        var (exit, _, error) = await RunAsync(("ASPNETCORE_URLS", "http://192.0.2.1:8099"), ("Sassnet__Access__AllowAnonymous", "true"));
        Assert.Equal(1, exit);
        Assert.StartsWith(
            "Sassnet cannot start: The service cannot listen on 192.0.2.1:8099: ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_localhost_cannot_be_listened_on_one_line_says_why()
    {
        // A user without privileges, and a network in which port 80 takes them.
        string[] apart = ["--user", "--net"];
        using (var tried = Process.Start("unshare", [.. apart, "true"]))
        {
            await tried.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.SkipUnless(tried.ExitCode == 0, "The kernel gives this user no network of its own.");
        }

        var folder = Directory.CreateTempSubdirectory("sassnet-unprivileged-").FullName;
        var usual = ServiceProcess.Command(null, ("ASPNETCORE_URLS", "http://localhost:80"), ("Sassnet__Uploads__Folder", folder));
        var start = new ProcessStartInfo("unshare", [.. apart, usual.FileName, .. usual.ArgumentList]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in usual.Environment)
            start.Environment[key] = value;
        var (exit, _, error) = await ServiceProcess.RunAsync(start);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, exit);
        Assert.StartsWith(
            "Sassnet cannot start: The service cannot listen on 127.0.0.1:80: ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_crashed_process_left_is_removed_and_what_a_living_one_has_stays()
    {
        var root = Directory.CreateTempSubdirectory("sassnet-uploads-").FullName;
        var living = await TestService.StartAsync(("Sassnet:Uploads:Folder", root));
        var before = Directory.GetDirectories(root);
        var abandoned = Directory.CreateDirectory(Path.Combine(root, "crashed")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(abandoned, "upload"), new byte[10], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(abandoned + ".lock", [], TestContext.Current.CancellationToken);
        await using (await TestService.StartAsync(("Sassnet:Uploads:Folder", root)))
        {
            Assert.False(Directory.Exists(abandoned));
            Assert.All(before, folder => Assert.True(Directory.Exists(folder)));
        }

        await UntilAsync(() => Directory.GetDirectories(root).Length == before.Length);
        Assert.Equal(before, Directory.GetDirectories(root));
        await living.DisposeAsync();
        await UntilAsync(() => Directory.GetFileSystemEntries(root).Length == 0);
        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
        Directory.Delete(root);
    }

    /// <summary>Waits, for a while: a service clears its upload folder on a thread of its own, which may be after its factory has returned.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var tries = 0; tries < 1200 && !condition(); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }

    private static Task<(int Exit, string Output, string Error)> RunAsync(params (string Key, string Value)[] environment) => RunAsync(null, environment);

    private static Task<(int Exit, string Output, string Error)> RunAsync(int? openFiles, params (string Key, string Value)[] environment) =>
        ServiceProcess.RunAsync(ServiceProcess.Command(openFiles, environment));
}
