using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Sassnet.Api.Models;
using Sassnet.Api.Tests.Segmentation;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Packages;
using Xunit;

namespace Sassnet.Api.Tests.Reloading;

/// <summary>Packages that come, change and go in the folder of a running service.</summary>
public sealed class ExchangeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Versions_that_are_published_while_requests_run_take_over_on_two_devices_and_none_fails()
    {
        await using var watched = await WatchedService.StartAsync(("Sassnet:Inference:Device", "cpu,cpu"));
        using var ending = new CancellationTokenSource();
        var answered = Enumerable.Range(0, 3).Select(_ => new ConcurrentQueue<string>()).ToList();
        var pinned = new ConcurrentQueue<string>();
        Task[] clients = [.. answered.Select(answers => SendAsync(answers, "?output=report")), SendAsync(pinned, "?output=report&model=random@1.0.0")];

        await EachHasAsync("random@1.0.0");
        await PublishByCommandAsync(watched, watched.Make("1.1.0"));
        await EachHasAsync("random@1.1.0");
        watched.Publish("1.10.0", seed: 21);
        await EachHasAsync("random@1.10.0");
        Assert.Equal("random@1.10.0* random@1.1.0 random@1.0.0", await watched.ModelsAsync());
        await ending.CancelAsync();
        await Task.WhenAll(clients);

        // Each client sends one after another, so that it never sees an older version again.
        Assert.All(answered, answers => Assert.Equal(["random@1.0.0", "random@1.1.0", "random@1.10.0"], answers.Distinct()));
        Assert.All(answered, answers => Assert.Equal(Runs(answers), answers.Distinct().Count()));
        Assert.Equal(["random@1.0.0"], pinned.Distinct());
        Assert.Equal("ready", await watched.HealthAsync());

        async Task SendAsync(ConcurrentQueue<string> answers, string query)
        {
            while (!ending.IsCancellationRequested)
                answers.Enqueue((await watched.SegmentAsync(query)).Model);
        }

        Task EachHasAsync(string model) => WatchedService.UntilAsync(
            () => Task.FromResult(Array.Exists(clients, client => client.IsCompleted) || answered.TrueForAll(answers => answers.Contains(model))),
            async () => $"{model} does not answer; models {await watched.ModelsAsync()}");

        static int Runs(IEnumerable<string> answers) => 1 + answers.Zip(answers.Skip(1)).Count(pair => pair.First != pair.Second);
    }

    [Fact]
    public async Task What_was_begun_is_finished_with_what_it_was_begun_with_and_then_its_memory_is_free()
    {
        await using var watched = await WatchedService.StartAsync();
        var first = await watched.SegmentAsync("?output=probability");
        var taken = watched.Catalogue.MemoryTaken;
        ServedModel old;
        using (var lease = watched.Catalogue.Lease(null))
        {
            old = lease.Model;

            // The same version with other weights: as a careless hand does it.
            Replace(watched, "random@1.0.0", watched.Make("1.0.0", seed: 99));
            await WatchedService.UntilAsync(() => Task.FromResult(watched.Catalogue.Default != old), watched.ModelsAsync);
            Assert.Equal((1, 2 * taken), (old.Leases, watched.Catalogue.MemoryTaken));
            Assert.True(double.IsFinite(WarmUp.Once(old.On(0)!.Model, Cancelled)));
        }

        Assert.Equal((0, taken), (old.Leases, watched.Catalogue.MemoryTaken));
        Assert.Null(old.On(0));
        var second = await watched.SegmentAsync("?output=probability");
        Assert.Equal(("random@1.0.0", first.Model), (second.Model, second.Model));
        Assert.NotEqual(first.Answer, second.Answer);
        Assert.Contains(watched.Service.Logs.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("random@1.0.0 was exchanged for another one of the same version", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_memory_of_many_exchanges_comes_back()
    {
        // 2.4 million weights, 9 MiB in float32.
        const int Filters = 8;
        const long Mebibyte = 1 << 20;
        await using var watched = await WatchedService.StartAsync(("Sassnet:Models:Watch", "false"));
        await ExchangeAsync(1);
        await ExchangeAsync(2);
        var before = HeldMemory.Now();
        for (var seed = 3; seed < 9; seed++)
            await ExchangeAsync(seed);
        var after = HeldMemory.Now();
        Assert.InRange(after.Native, 0, before.Native + (16 * Mebibyte));
        Assert.InRange(after.Managed, 0, before.Managed + (8 * Mebibyte));

        async Task ExchangeAsync(int seed)
        {
            var old = watched.Catalogue.Default;
            Replace(watched, "random@1.0.0", watched.Make("1.0.0", seed, Filters));
            using var response = await watched.ReloadAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.NotEqual(old, watched.Catalogue.Default);
            await watched.SegmentAsync();
        }
    }

    [Fact]
    public async Task A_package_that_is_copied_slowly_is_served_once_it_is_whole_and_not_before()
    {
        await using var watched = await WatchedService.StartAsync();
        var package = watched.Make("2.0.0");
        var folder = Directory.CreateDirectory(Path.Combine(watched.Folder, "slow")).FullName;
        var weights = await File.ReadAllBytesAsync(Path.Combine(package.Folder, ModelPackage.WeightsFile), Cancelled);

        // In the order of cp -r, with pauses much longer than files take to settle.
        File.Copy(Path.Combine(package.Folder, ModelPackage.ManifestFile), Path.Combine(folder, ModelPackage.ManifestFile));
        Assert.Contains("lacks model.safetensors", await watched.UntilProblemAsync("slow"), StringComparison.Ordinal);
        await using (var copy = new FileStream(Path.Combine(folder, ModelPackage.WeightsFile), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite))
        {
            await copy.WriteAsync(weights.AsMemory(0, weights.Length / 2), Cancelled);
            await copy.FlushAsync(Cancelled);
            await WatchedService.UntilAsync(
                async () => (await watched.ProblemsAsync()).GetValueOrDefault("slow")?.Contains("SHA-256", StringComparison.Ordinal) == true, watched.ModelsAsync);
            Assert.Equal("random@1.0.0*", await watched.ModelsAsync());
            Assert.Equal("degraded", await watched.HealthAsync());
            using (var early = await watched.Service.SegmentAsync(Scan.Small, "?model=random@2.0.0"))
                await ProblemAssert.IsAsync(early, 404, "unknown-model");
            await copy.WriteAsync(weights.AsMemory(weights.Length / 2), Cancelled);
        }

        await watched.UntilModelsAsync("random@2.0.0* random@1.0.0");
        await watched.UntilSoundAsync();
        Assert.Equal("random@2.0.0", (await watched.SegmentAsync()).Model);
        Assert.Equal("ready", await watched.HealthAsync());
    }

    [Fact]
    public async Task A_package_of_links_is_served_and_exchanged_when_what_they_lead_to_is()
    {
        await using var watched = await WatchedService.StartAsync();
        var elsewhere = Directory.CreateTempSubdirectory("sassnet-api-linked-").FullName;
        try
        {
            // Relative links in a folder that is a link: they lead on from where the folder is.
            var links = Directory.CreateDirectory(Path.Combine(elsewhere, "sets", "of", "links")).FullName;
            CopyFiles(watched.Make("2.0.0"));
            foreach (var file in (string[])[ModelPackage.WeightsFile, ModelPackage.ManifestFile])
                File.CreateSymbolicLink(Path.Combine(links, file), Path.Combine("..", "..", "..", file));
            Directory.CreateSymbolicLink(Path.Combine(watched.Folder, "linked"), links);
            await watched.UntilModelsAsync("random@2.0.0* random@1.0.0");
            var first = await watched.SegmentAsync("?output=probability");

            CopyFiles(watched.Make("2.0.0", seed: 99));
            await WatchedService.UntilAsync(
                async () => !(await watched.SegmentAsync("?output=probability&model=random@2.0.0")).Answer.SequenceEqual(first.Answer), watched.ModelsAsync);
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }

        void CopyFiles(ModelPackage package)
        {
            foreach (var file in (string[])[ModelPackage.WeightsFile, ModelPackage.ManifestFile])
                File.Copy(Path.Combine(package.Folder, file), Path.Combine(elsewhere, file), overwrite: true);
        }
    }

    [Fact]
    public async Task A_package_that_is_taken_away_is_gone_but_for_a_pinned_default_which_is_served_on_until_another_one_is()
    {
        await using var watched = await WatchedService.StartAsync(
            before =>
            {
                before.Publish("1.1.0");
                before.Publish("1.2.0");
            },
            ("Sassnet:Models:Default", "random@1.1.0"));
        Assert.Equal("random@1.2.0 random@1.1.0* random@1.0.0", await watched.ModelsAsync());
        var taken = watched.Catalogue.MemoryTaken;
        Directory.Delete(Path.Combine(watched.Folder, "random@1.0.0"), recursive: true);
        await watched.UntilModelsAsync("random@1.2.0 random@1.1.0*");
        Assert.Equal(taken / 3 * 2, watched.Catalogue.MemoryTaken);
        using (var gone = await watched.Service.SegmentAsync(Scan.Small, "?model=random@1.0.0"))
            await ProblemAssert.IsAsync(gone, 404, "unknown-model");

        Directory.Delete(Path.Combine(watched.Folder, "random@1.1.0"), recursive: true);
        Assert.Contains("The package of random@1.1.0 is gone; the model is served on because it is the default", await watched.UntilProblemAsync("random@1.1.0"), StringComparison.Ordinal);
        Assert.Equal("random@1.1.0", (await watched.SegmentAsync()).Model);
        Assert.Equal("degraded", await watched.HealthAsync());
        using (var chosen = await watched.ChooseAsync("random"))
            Assert.Equal("random@1.2.0", (await ProblemAssert.JsonAsync(chosen)).GetProperty("model").GetString());
        Assert.Equal("random@1.2.0*", await watched.ModelsAsync());
        Assert.Equal((taken / 3, "ready"), (watched.Catalogue.MemoryTaken, await watched.HealthAsync()));
    }

    [Fact]
    public async Task The_newest_version_taken_away_gives_its_name_back_to_the_one_before()
    {
        await using var watched = await WatchedService.StartAsync(before => before.Publish("1.1.0"));
        Assert.Equal("random@1.1.0", (await watched.SegmentAsync()).Model);
        Directory.Delete(Path.Combine(watched.Folder, "random@1.1.0"), recursive: true);
        await watched.UntilModelsAsync("random@1.0.0*");
        Assert.Equal("random@1.0.0", (await watched.SegmentAsync()).Model);
        Assert.Equal("ready", await watched.HealthAsync());
    }

    [Fact]
    public async Task A_folder_that_is_empty_or_gone_at_once_changes_nothing_of_what_is_served()
    {
        await using var watched = await WatchedService.StartAsync(before => before.Publish("1.1.0"));
        var aside = Directory.CreateDirectory(Path.Combine(watched.Folder, ".aside")).FullName;
        foreach (var version in (string[])["random@1.0.0", "random@1.1.0"])
            Directory.Move(Path.Combine(watched.Folder, version), Path.Combine(aside, version));
        Assert.Contains("There is no package in the folder", await watched.UntilProblemAsync("."), StringComparison.Ordinal);
        Directory.Move(watched.Folder, watched.Folder + "-elsewhere");
        await WatchedService.UntilAsync(
            async () => (await watched.ProblemsAsync()).GetValueOrDefault(".")?.Contains("missing or cannot be read", StringComparison.Ordinal) == true, watched.ModelsAsync);
        Assert.Equal("random@1.1.0* random@1.0.0", await watched.ModelsAsync());
        Assert.Equal(("random@1.0.0", "degraded"), ((await watched.SegmentAsync("?model=random@1.0.0")).Model, await watched.HealthAsync()));

        Directory.Move(watched.Folder + "-elsewhere", watched.Folder);
        foreach (var version in (string[])["random@1.0.0", "random@1.1.0"])
            Directory.Move(Path.Combine(aside, version), Path.Combine(watched.Folder, version));
        var served = watched.Catalogue.Models;
        await watched.UntilSoundAsync();
        Assert.Equal(served, watched.Catalogue.Models);
    }

    [Fact]
    public async Task A_package_whose_folder_is_renamed_is_served_on_as_it_is()
    {
        await using var watched = await WatchedService.StartAsync(before => before.Publish("1.1.0"));
        var served = watched.Catalogue.Models;
        Directory.Move(Path.Combine(watched.Folder, "random@1.0.0"), Path.Combine(watched.Folder, "renamed"));
        Directory.Move(Path.Combine(watched.Folder, "random@1.1.0"), Path.Combine(watched.Folder, "left"));
        using (var response = await watched.ReloadAsync())
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await watched.ProblemsAsync());
        Assert.Equal(served, watched.Catalogue.Models);
    }

    private static void Replace(WatchedService watched, string folder, ModelPackage package)
    {
        var target = Path.Combine(watched.Folder, folder);
        Directory.Move(target, Path.Combine(watched.Folder, ".old"));
        Directory.Move(package.Folder, target);
        Directory.Delete(Path.Combine(watched.Folder, ".old"), recursive: true);
    }

    private static async Task PublishByCommandAsync(WatchedService watched, ModelPackage package)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Sassnet.Training");
        using var publish = Process.Start(program, ["publish", "--package", package.Folder, "--models", watched.Folder]);
        await publish.WaitForExitAsync(Cancelled);
        Assert.Equal(0, publish.ExitCode);
    }
}
