using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Reloading;

/// <summary><c>PUT /models/{name}/default</c> and <c>POST /models/reload</c>.</summary>
public sealed class DefaultModelTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_default_can_be_chosen_and_stays_so_after_a_restart_and_for_other_services_of_the_folder()
    {
        await using var watched = await WatchedService.StartAsync(before => before.Publish("1.1.0"));
        await using var other = await watched.AnotherAsync();
        Assert.Equal("random@1.1.0", (await watched.SegmentAsync()).Model);
        using (var chosen = await watched.ChooseAsync("random@1.0.0"))
        {
            var answer = await ProblemAssert.JsonAsync(chosen);
            Assert.Equal(("random@1.0.0", "random@1.0.0", true), (
                answer.GetProperty("default").GetString(), answer.GetProperty("model").GetString(), answer.GetProperty("isKept").GetBoolean()));
        }

        Assert.Equal("random@1.1.0 random@1.0.0*", await watched.ModelsAsync());
        Assert.Equal("random@1.0.0", (await watched.SegmentAsync()).Model);

        // A new version does not change what is pinned.
        watched.Publish("1.2.0");
        await watched.UntilModelsAsync("random@1.2.0 random@1.1.0 random@1.0.0*");
        await WatchedService.UntilAsync(async () => await ModelOfAsync(other) == "random@1.0.0", watched.ModelsAsync);
        await using (var restarted = await watched.AnotherAsync(("Sassnet:Models:Default", "random@1.1.0")))
        {
            Assert.Equal("random@1.0.0", await ModelOfAsync(restarted));
            Assert.Contains(restarted.Logs.Lines, line => line.Contains("as it was chosen while a service ran, whatever the configuration says", StringComparison.Ordinal));
        }

        using (var chosen = await watched.ChooseAsync("random"))
            Assert.Equal("random@1.2.0", (await ProblemAssert.JsonAsync(chosen)).GetProperty("model").GetString());
        Assert.Equal("random@1.2.0", (await watched.SegmentAsync()).Model);
    }

    [Fact]
    public async Task A_default_that_cannot_be_kept_holds_until_a_restart_and_the_answer_says_so()
    {
        await using var watched = await WatchedService.StartAsync(before =>
        {
            before.Publish("1.1.0");

            // In the file's place, so that root cannot write it either.
            Directory.CreateDirectory(Path.Combine(before.Folder, ".default"));
        });
        using (var chosen = await watched.ChooseAsync("random@1.0.0"))
            Assert.False((await ProblemAssert.JsonAsync(chosen)).GetProperty("isKept").GetBoolean());
        using (var reloaded = await watched.ReloadAsync())
            Assert.Equal(HttpStatusCode.OK, reloaded.StatusCode);
        Assert.Equal("random@1.0.0", (await watched.SegmentAsync()).Model);
        await using var restarted = await watched.AnotherAsync();
        Assert.Equal("random@1.1.0", await ModelOfAsync(restarted));
    }

    [Fact]
    public async Task A_kept_default_that_is_no_longer_there_is_reported_and_the_configured_one_serves()
    {
        await using var watched = await WatchedService.StartAsync(before => File.WriteAllText(Path.Combine(before.Folder, ".default"), "random@9.0.0\n"));
        Assert.Equal("random@1.0.0", (await watched.SegmentAsync()).Model);
        Assert.Contains("'random@9.0.0', is not served", (await watched.ProblemsAsync())["."], StringComparison.Ordinal);
        watched.Publish("9.0.0");
        await watched.UntilModelsAsync("random@9.0.0* random@1.0.0");
        await watched.UntilSoundAsync();
    }

    [Fact]
    public async Task A_model_that_is_not_there_cannot_be_the_default()
    {
        await using var watched = await WatchedService.StartAsync();
        using var response = await watched.ChooseAsync("nobody");
        await ProblemAssert.IsAsync(response, 404, "unknown-model");
        Assert.Equal("random@1.0.0*", await watched.ModelsAsync());
        Assert.False(File.Exists(Path.Combine(watched.Folder, ".default")));
    }

    [Fact]
    public async Task Without_watching_changes_are_taken_over_when_it_is_asked_for_and_the_answer_has_them()
    {
        await using var watched = await WatchedService.StartAsync(("Sassnet:Models:Watch", "false"));
        watched.Publish("1.1.0");
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(watched.Folder, "bad")).FullName, "model.json"), "{", Cancelled);
        using var response = await watched.ReloadAsync();
        var list = await ProblemAssert.JsonAsync(response);
        Assert.Equal(["1.1.0", "1.0.0"], list.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("version").GetString()));
        Assert.Equal("bad", Assert.Single(list.GetProperty("problems").EnumerateArray()).GetProperty("folder").GetString());
        Assert.Equal("random@1.1.0", (await watched.SegmentAsync()).Model);
    }

    private static async Task<string> ModelOfAsync(TestService service)
    {
        using var response = await service.SegmentAsync(Scan.Small);
        return response.Headers.GetValues("Sassnet-Model").Single();
    }
}
