using System.Net;
using Sassnet.Api.Tests.Scheduling;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Packages;
using TorchSharp;
using Xunit;

namespace Sassnet.Api.Tests.Reloading;

/// <summary>Packages that cannot be served: the others go on, and everybody is told why.</summary>
public sealed class RefusedPackageTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Faults => new()
    {
        { "truncated", "model.safetensors has SHA-256" },
        { "other hash", "model.json was written for 0000" },
        { "other shapes", "has shape [4" },
        { "other network", "1 unknown key 'other'" },
        { "no numbers", "is no number" },
        { "no manifest", "model.json is not a manifest" },
        { "no weights", "lacks model.safetensors" },
        { "no safetensors", "Not a safetensors file" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_bad_package_leaves_the_old_one_serving_and_is_reported_until_it_is_mended(string fault, string reason)
    {
        await using var watched = await WatchedService.StartAsync();
        var folder = Path.Combine(watched.Folder, "bad");
        Directory.Move(Bad(watched, fault), folder);
        var detail = await watched.UntilProblemAsync("bad");
        Assert.Contains(reason, detail, StringComparison.Ordinal);
        Assert.DoesNotContain(watched.Folder, detail, StringComparison.Ordinal);

        // The log has it a moment after those who ask.
        await ScheduledScan.UntilAsync(() => watched.Service.Logs.Lines.Any(
            line => line.StartsWith("Warning ", StringComparison.Ordinal) && line.Contains($"The package in bad has a problem: {detail}", StringComparison.Ordinal)));
        Assert.Equal("random@1.0.0*", await watched.ModelsAsync());
        Assert.Equal("random@1.0.0", (await watched.SegmentAsync("?model=random")).Model);
        var health = await watched.JsonAsync("/health/ready");
        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.Equal("Something is wrong with the package in 'bad'; GET /models says what.", Assert.Single(health.GetProperty("problems").EnumerateArray()).GetString());
        Assert.Equal(watched.Catalogue.Default.MemoryBytes, watched.Catalogue.MemoryTaken);

        Directory.Delete(folder, recursive: true);
        Directory.Move(watched.Make("2.0.0").Folder, folder);
        await watched.UntilModelsAsync("random@2.0.0* random@1.0.0");
        await watched.UntilSoundAsync();
        Assert.Equal("ready", await watched.HealthAsync());
    }

    [Fact]
    public async Task A_package_that_is_damaged_where_it_lies_is_served_on_as_it_was()
    {
        await using var watched = await WatchedService.StartAsync();
        var before = (await watched.SegmentAsync("?output=probability")).Answer;
        await File.WriteAllBytesAsync(Path.Combine(watched.Folder, "random@1.0.0", ModelPackage.WeightsFile), new byte[5000], Cancelled);
        Assert.Contains("SHA-256", await watched.UntilProblemAsync("random@1.0.0"), StringComparison.Ordinal);
        Assert.Equal(before, (await watched.SegmentAsync("?output=probability")).Answer);
        using (var again = await watched.ReloadAsync())
            Assert.Equal(1, (await ProblemAssert.JsonAsync(again)).GetProperty("problems").GetArrayLength());
        Assert.Equal(before, (await watched.SegmentAsync("?output=probability")).Answer);
    }

    [Fact]
    public async Task A_package_that_cannot_be_read_is_tried_again()
    {
        await using var watched = await WatchedService.StartAsync();
        var package = watched.Make("2.0.0");

        // Nobody else can open it, and nothing of it changes when they can.
        await using (new FileStream(Path.Combine(package.Folder, ModelPackage.WeightsFile), FileMode.Open, FileAccess.Read, FileShare.None))
        {
            Directory.Move(package.Folder, Path.Combine(watched.Folder, "locked"));
            Assert.Contains("cannot be read (IOException)", await watched.UntilProblemAsync("locked"), StringComparison.Ordinal);
        }

        await watched.UntilModelsAsync("random@2.0.0* random@1.0.0");
        await watched.UntilSoundAsync();
    }

    [Fact]
    public async Task A_second_package_of_one_version_is_refused_and_takes_over_when_the_first_is_gone()
    {
        await using var watched = await WatchedService.StartAsync();
        Directory.Move(watched.Make("1.0.0").Folder, Path.Combine(watched.Folder, "twin"));
        Assert.Contains("It is random@1.0.0, as the one in 'random@1.0.0' is", await watched.UntilProblemAsync("twin"), StringComparison.Ordinal);
        Directory.Delete(Path.Combine(watched.Folder, "random@1.0.0"), recursive: true);
        await watched.UntilSoundAsync();
        Assert.Equal("random@1.0.0*", await watched.ModelsAsync());
    }

    [Fact]
    public async Task Another_spelling_of_a_version_is_refused_at_the_start_and_later_and_takes_over_when_the_first_is_gone()
    {
        await using var watched = await WatchedService.StartAsync(before => Directory.Move(before.Make("1.0", seed: 21).Folder, Path.Combine(before.Folder, "short")));
        const string told = "whose random@1.0.0 is the same version. Remove one of them, or change its version.";
        Assert.Equal($"It is random@1.0, as the one in 'random@1.0.0' is, {told}", await watched.UntilProblemAsync("short"));
        Directory.Move(watched.Make("01.00.00", seed: 22).Folder, Path.Combine(watched.Folder, "zeros"));
        Assert.Equal($"It is random@01.00.00, as the one in 'random@1.0.0' is, {told}", await watched.UntilProblemAsync("zeros"));
        Assert.Equal("random@1.0.0*", await watched.ModelsAsync());

        Directory.Delete(Path.Combine(watched.Folder, "zeros"), recursive: true);
        Directory.Delete(Path.Combine(watched.Folder, "random@1.0.0"), recursive: true);
        await watched.UntilModelsAsync("random@1.0*");
        await watched.UntilSoundAsync();
    }

    [Fact]
    public async Task A_package_beyond_the_memory_is_refused_with_figures_and_loaded_when_there_is_room()
    {
        await using var watched = await WatchedService.StartAsync();
        var one = watched.Catalogue.Default.MemoryBytes;
        await using var small = await WatchedService.StartAsync(
            before => before.Publish("0.9.0"), ("Sassnet:Models:Default", "random@1.0.0"), ("Sassnet:Models:MemoryBytes", $"{2 * one}"));
        small.Publish("1.1.0");
        Assert.Equal(
            $"It needs {one} bytes of memory beside the {2 * one} of the models that are loaded, and they may have {2 * one} together (Sassnet:Models:MemoryBytes). Remove a package, or allow more.",
            await small.UntilProblemAsync("random@1.1.0"));
        Assert.Equal("random@1.0.0* random@0.9.0", await small.ModelsAsync());
        Directory.Delete(Path.Combine(small.Folder, "random@0.9.0"), recursive: true);
        await small.UntilModelsAsync("random@1.1.0 random@1.0.0*");
        await small.UntilSoundAsync();
    }

    [Fact]
    public async Task A_bad_package_beside_the_default_does_not_stop_the_start()
    {
        await using var watched = await WatchedService.StartAsync(before =>
        {
            Directory.Move(Bad(before, "truncated"), Path.Combine(before.Folder, "truncated"));
            Directory.Move(Bad(before, "no numbers"), Path.Combine(before.Folder, "random@2.0.0"));
        });
        await WatchedService.UntilAsync(
            async () => (await watched.JsonAsync("/models/random@2.0.0")).GetProperty("state").GetString() == "failed", watched.ModelsAsync);
        Assert.Equal("random@1.0.0", (await watched.SegmentAsync()).Model);
        Assert.Equal("random@2.0.0 random@1.0.0*", await watched.ModelsAsync());
        var list = await watched.JsonAsync("/models");
        Assert.Contains("is no number", list.GetProperty("models")[0].GetProperty("fault").GetString(), StringComparison.Ordinal);
        Assert.Equal(["truncated"], (await watched.ProblemsAsync()).Keys);
        Assert.Equal("degraded", await watched.HealthAsync());
        using var refused = await watched.Service.SegmentAsync(Scan.Small, "?model=random@2.0.0");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    private static string Bad(WatchedService watched, string fault)
    {
        var package = fault switch
        {
            "other shapes" => watched.Make("2.0.0", filters: 4),
            "no numbers" => watched.Make("2.0.0", change: network =>
            {
                foreach (var weight in network.parameters())
                    weight.fill_(float.NaN);
            }),
            _ => watched.Make("2.0.0"),
        };
        var (manifest, weights) = (Path.Combine(package.Folder, ModelPackage.ManifestFile), Path.Combine(package.Folder, ModelPackage.WeightsFile));
        switch (fault)
        {
            case "truncated":
                using (var file = File.OpenWrite(weights))
                    file.SetLength(file.Length / 2);
                break;
            case "other hash":
                File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(package.Manifest.Sha256, new string('0', 64), StringComparison.Ordinal));
                break;
            case "other shapes":
                package.With(package.Manifest with { Architecture = package.Manifest.Architecture with { Filters = WatchedService.Filters } });
                break;
            case "other network":
                using (var tensor = torch.zeros(1))
                    SafetensorsWriter.Write(weights, [KeyValuePair.Create("other", tensor)]);
                Rehash(package);
                break;
            case "no safetensors":
                File.WriteAllBytes(weights, new byte[1000]);
                Rehash(package);
                break;
            case "no manifest":
                File.WriteAllText(manifest, "{\"name\": 5");
                break;
            case "no weights":
                File.Delete(weights);
                break;
        }

        return package.Folder;
    }

    private static void Rehash(ModelPackage package)
    {
        var (manifest, weights) = (Path.Combine(package.Folder, ModelPackage.ManifestFile), Path.Combine(package.Folder, ModelPackage.WeightsFile));
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(weights)));
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(package.Manifest.Sha256, digest, StringComparison.Ordinal));
    }
}
