using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>
/// Orthanc with its DICOMweb plugin, as Debian packages them, on free ports of this machine: the configuration that is shipped in <c>deploy/archive</c>, with ports
/// and folders of its own. Only where it is installed.
/// </summary>
internal sealed class OrthancServer : IAsyncDisposable
{
    public const string User = "sassnet";
    public const string Password = "open-sesame";

    private const string Program = "/usr/sbin/Orthanc";
    private const string Plugin = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so";

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-orthanc-").FullName;
    private readonly int _dicom;
    private Process? _process;

    /// <param name="dicom">Its port for DICOM.</param>
    /// <param name="http">Its port for DICOMweb.</param>
    private OrthancServer(int dicom, int http)
    {
        _dicom = dicom;
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{http}") };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
    }

    public HttpClient Client { get; }

    /// <summary>What it prints.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>The options of a service that uses it, as variables of the environment.</summary>
    public (string, string)[] Settings(string name) =>
    [
        ($"Sassnet__Archive__Servers__{name}__Url", $"{Client.BaseAddress}dicom-web/"),
        ($"Sassnet__Archive__Servers__{name}__User", User),
        ($"Sassnet__Archive__Servers__{name}__Password", Password),
    ];

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="rule">Whether a stable series starts a job, by the script that is shipped, and what differs from the rule there; null for none.</param>
    /// <param name="variables">Variables of its environment.</param>
    public static async Task<OrthancServer> StartAsync(JsonObject? rule = null, params (string Key, string Value)[] variables)
    {
        Require();
        var ports = FreePorts.Several(2);
        var orthanc = new OrthancServer(ports[0], ports[1]);
        try
        {
            await orthanc.RunAsync(rule, variables);
            return orthanc;
        }
        catch
        {
            await orthanc.DisposeAsync();
            throw;
        }
    }

    /// <summary>Skips the test where it is not installed.</summary>
    public static void Require()
    {
        Assert.SkipUnless(File.Exists(Program) && File.Exists(Plugin), "needs Orthanc and its plugin (Debian's packages orthanc and orthanc-dicomweb), which are not installed");
        Tools.Require("storescu");
    }

    /// <summary>One that something else started, with <see cref="Password"/>.</summary>
    public static OrthancServer At(int dicom, int http) => new(dicom, http);

    /// <summary>Pushes files as a modality does (C-STORE).</summary>
    /// <param name="files">The files.</param>
    /// <param name="modality">What it calls itself.</param>
    public void Push(IEnumerable<byte[]> files, string modality = "STORESCU")
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        foreach (var (number, bytes) in files.Index())
            File.WriteAllBytes(Path.Combine(folder, $"{number}"), bytes);
        Tools.Run("storescu", ["-aet", modality, "-aec", "SASSNET", "127.0.0.1", $"{_dicom}", .. Directory.GetFiles(folder)]);
    }

    /// <summary>The series of a study by modality: their identifiers, and how many instances each has.</summary>
    public async Task<ILookup<string, (string Uid, int Instances)>> SeriesAsync(string study)
    {
        var list = await Client.GetFromJsonAsync<JsonElement>($"/dicom-web/studies/{study}/series", TestContext.Current.CancellationToken);
        return list.EnumerateArray().ToLookup(
            series => Value(series, "00080060").GetString()!, series => (Value(series, "0020000E").GetString()!, Value(series, "00201209").GetInt32()));
    }

    /// <summary>Waits until a study has a series of a modality.</summary>
    public async Task<string> SeriesAsync(string study, string modality)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if ((await SeriesAsync(study))[modality].FirstOrDefault() is { Uid: { } uid })
                return uid;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"The study got no {modality} within a minute.\n{string.Join('\n', Lines)}");
        return string.Empty;
    }

    /// <summary>The files of a series.</summary>
    public async Task<List<byte[]>> FetchAsync(string study, string series)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/dicom-web/studies/{study}/series/{series}");
        request.Headers.TryAddWithoutValidation("Accept", "multipart/related; type=\"application/dicom\"; transfer-syntax=*");
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var boundary = response.Content.Headers.ContentType!.Parameters.Single(parameter => parameter.Name == "boundary").Value!.Trim('"');
        var reader = new MultipartReader(boundary, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var files = new List<byte[]>();
        while (await reader.ReadNextSectionAsync(TestContext.Current.CancellationToken) is { } part)
        {
            var bytes = new MemoryStream();
            await part.Body.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            files.Add(bytes.ToArray());
        }

        return files;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null)
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static JsonElement Value(JsonElement dataSet, string tag) => dataSet.GetProperty(tag).GetProperty("Value")[0];

    private async Task RunAsync(JsonObject? rule, (string Key, string Value)[] variables)
    {
        var shipped = Path.Combine(RepositoryFiles.Root, "deploy", "archive");
        var comments = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip };
        var configuration = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(shipped, "orthanc.json"), TestContext.Current.CancellationToken), null, comments)!.AsObject();
        configuration["StorageDirectory"] = Path.Combine(_folder, "storage");
        configuration["IndexDirectory"] = Path.Combine(_folder, "storage");
        configuration["DicomPort"] = _dicom;
        configuration["HttpPort"] = Client.BaseAddress!.Port;
        configuration["RemoteAccessAllowed"] = false;
        configuration["StableAge"] = 1;
        configuration["LuaScripts"] = rule is null ? new JsonArray() : new JsonArray(Path.Combine(shipped, "sassnet.lua"));
        foreach (var (key, value) in rule ?? [])
            configuration["Sassnet"]![key] = value?.DeepClone();
        var file = Path.Combine(_folder, "orthanc.json");
        await File.WriteAllTextAsync(file, configuration.ToJsonString(), TestContext.Current.CancellationToken);

        var start = new ProcessStartInfo(Program, [file]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        start.Environment["SASSNET_ARCHIVE_PASSWORD"] = Password;
        foreach (var (key, value) in variables)
            start.Environment[key] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Lines.Enqueue(line.Data ?? string.Empty);
        _process.ErrorDataReceived += (_, line) => Lines.Enqueue(line.Data ?? string.Empty);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (var tries = 0; tries < 300; tries++)
        {
            try
            {
                using var response = await Client.GetAsync("/dicom-web/studies", TestContext.Current.CancellationToken);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            Assert.False(_process.HasExited, $"Orthanc ended.\n{string.Join('\n', Lines)}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"Orthanc does not answer.\n{string.Join('\n', Lines)}");
    }
}
