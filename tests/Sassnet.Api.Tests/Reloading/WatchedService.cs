using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Models;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Training.Publishing;
using TorchSharp;
using Xunit;

namespace Sassnet.Api.Tests.Reloading;

/// <summary>A running service, and the folder of packages that it watches, which has <c>random@1.0.0</c> at first.</summary>
public sealed class WatchedService : IAsyncDisposable
{
    public const int Filters = 2;

    private readonly string _made = Directory.CreateTempSubdirectory("sassnet-api-made-").FullName;

    private WatchedService()
    {
        Folder = Directory.CreateTempSubdirectory("sassnet-api-watched-").FullName;
        Publish("1.0.0");
    }

    /// <summary>The folder of packages.</summary>
    public string Folder { get; }

    public TestService Service { get; private set; } = null!;

    internal ModelCatalogue Catalogue => Service.Services.GetRequiredService<ModelCatalogue>();

    /// <summary>Starts one that notices changes soon.</summary>
    public static Task<WatchedService> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    /// <summary>Starts one whose folder is made ready before.</summary>
    public static async Task<WatchedService> StartAsync(Action<WatchedService> prepare, params (string Key, string Value)[] settings)
    {
        var watched = new WatchedService();
        prepare(watched);
        watched.Service = await watched.AnotherAsync(settings);

        // Not only the default.
        await UntilAsync(() => Task.FromResult(watched.Catalogue.Models.All(model => model.State != ModelState.Loading && model.Leases == 1)), watched.ModelsAsync);
        return watched;
    }

    /// <summary>Starts another service of the same folder.</summary>
    public Task<TestService> AnotherAsync(params (string Key, string Value)[] settings) => TestService.StartAsync(
        [("Sassnet:Models:Folder", Folder), ("Sassnet:Models:SettlingTime", "00:00:00.050"), ("Sassnet:Models:PollPeriod", "00:00:00.500"), .. settings]);

    /// <summary>Makes a package outside the folder: the same weights for the same seed.</summary>
    public ModelPackage Make(string version, int seed = 20, int filters = Filters, Action<VNet>? change = null, int[]? patch = null)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        torch.random.manual_seed(seed);
        using var network = new VNet(filters);
        change?.Invoke(network);
        var manifest = RandomModel.Manifest(version);
        manifest = manifest with { Architecture = new Architecture("vnet-sdm", filters), Inference = manifest.Inference with { Patch = patch ?? manifest.Inference.Patch } };
        return ModelPackage.Write(Path.Combine(_made, Guid.NewGuid().ToString("N")), network, manifest);
    }

    /// <summary>Publishes a version as <c>publish</c> does; returns its folder.</summary>
    public string Publish(string version, int seed = 20, int filters = Filters, int[]? patch = null) =>
        new ModelsFolder(Folder).Publish(Make(version, seed, filters, patch: patch), evaluation: null).Folder;

    /// <summary>Sends a scan; returns the model that answered, and the answer.</summary>
    public async Task<(string Model, byte[] Answer)> SegmentAsync(string query = "")
    {
        using var response = await Service.SegmentAsync(Scan.Small, query);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (response.Headers.GetValues("Sassnet-Model").Single(), await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    public async Task<JsonElement> JsonAsync(string path)
    {
        using var response = await Service.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await ProblemAssert.JsonAsync(response);
    }

    /// <summary>What <c>GET /models</c> says is wrong, by the names of folders.</summary>
    public async Task<Dictionary<string, string>> ProblemsAsync() => (await JsonAsync("/models")).GetProperty("problems").EnumerateArray()
        .ToDictionary(problem => problem.GetProperty("folder").GetString()!, problem => problem.GetProperty("detail").GetString()!);

    /// <summary>The models that <c>GET /models</c> lists, the default with a star.</summary>
    public async Task<string> ModelsAsync() => string.Join(' ', (await JsonAsync("/models")).GetProperty("models").EnumerateArray()
        .Select(model => $"{model.GetProperty("name")}@{model.GetProperty("version")}{(model.GetProperty("isDefault").GetBoolean() ? "*" : "")}"));

    public Task<HttpResponseMessage> ReloadAsync() => Service.Client.PostAsync("/models/reload", null, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> ChooseAsync(string name) => Service.Client.PutAsync($"/models/{name}/default", null, TestContext.Current.CancellationToken);

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, Func<Task<string>> what)
    {
        for (var tries = 0; tries < 2400; tries++)
        {
            if (await holds())
                return;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail(await what());
    }

    /// <summary>Waits until the models are these.</summary>
    public Task UntilModelsAsync(string expected) => UntilAsync(async () => await ModelsAsync() == expected, async () => $"expected {expected}, got {await ModelsAsync()}");

    /// <summary>Waits until nothing is said to be wrong any more: models are exchanged one by one, and what is wrong is told anew after the last of them.</summary>
    public Task UntilSoundAsync() => UntilAsync(async () => (await ProblemsAsync()).Count == 0, async () => string.Join(' ', (await ProblemsAsync()).Values));

    /// <summary>Waits until a package's problem is told; returns it.</summary>
    public async Task<string> UntilProblemAsync(string folder)
    {
        await UntilAsync(async () => (await ProblemsAsync()).ContainsKey(folder), async () => $"no problem with {folder}; models {await ModelsAsync()}");
        return (await ProblemsAsync())[folder];
    }

    /// <summary>The state that the health check tells, while it answers 200.</summary>
    public async Task<string> HealthAsync() => (await JsonAsync("/health/ready")).GetProperty("status").GetString()!;

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        Directory.Delete(_made, recursive: true);
    }
}
