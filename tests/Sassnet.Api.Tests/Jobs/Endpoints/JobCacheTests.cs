using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Archive;
using Sassnet.Api.Tests.Reloading;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Packages;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Endpoints;

public sealed class JobCacheTests
{
    private const string Header = "Sassnet-Cache";

    private static readonly (string Key, string Value) On = ("Sassnet:Jobs:Cache", "true");

    [Fact]
    public async Task The_same_request_again_has_the_results_at_once_in_a_job_of_its_own()
    {
        await using var service = await TestService.StartAsync(On);
        var (first, miss) = await SubmitAsync(service.Client, Scan.Small, "?output=all&threshold=0.5");
        Assert.Equal("miss", miss);
        var made = await service.Client.WaitAsync(first);

        // Spelled otherwise, it is the same.
        var (again, hit) = await SubmitAsync(service.Client, Scan.Small, "?keepLargest=true&output=all");
        Assert.Equal("hit", hit);
        Assert.NotEqual(first, again);
        var job = await service.Client.JobAsync(again);
        Assert.Equal(("succeeded", JsonValueKind.Null, 1.0), (job.State(), job.GetProperty("started").ValueKind, job.GetProperty("progress").GetDouble()));
        Assert.Equal(made.Outputs(), job.Outputs());
        foreach (var output in job.Outputs())
            Assert.Equal(await service.Client.ResultAsync(first, output), await service.Client.ResultAsync(again, output));

        // Each keeps what it has.
        using (await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{first}"))
            Assert.NotEmpty(await service.Client.ResultAsync(again, "surface"));
        Assert.Equal("hit", (await SubmitAsync(service.Client, Scan.Small, "?output=all")).Cache);
        var metrics = await service.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("sassnet_jobs_cache_total{", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_differs_in_anything_that_results_depend_on_is_made()
    {
        await using var service = await TestService.StartAsync(On);
        await service.Client.WaitAsync((await SubmitAsync(service.Client, Scan.Small, string.Empty)).Id);
        var other = (byte[])Scan.Small.Clone();
        other[^1] ^= 1;
        foreach (var (scan, query) in new[] { (other, string.Empty), (Scan.Small, "?threshold=0.25"), (Scan.Small, "?output=sdm"), (Scan.Small, "?inference=window"), (Scan.Small, "?keepLargest=false") })
            Assert.Equal("miss", (await SubmitAsync(service.Client, scan, query)).Cache);
    }

    [Fact]
    public async Task What_a_package_answers_otherwise_since_it_was_measured_anew_is_made()
    {
        await using var watched = await WatchedService.StartAsync(On, ("Sassnet:Models:Watch", "false"));
        var client = watched.Service.Client;
        await client.WaitAsync((await SubmitAsync(client, Scan.Small, string.Empty)).Id);
        Assert.Equal("hit", (await SubmitAsync(client, Scan.Small, string.Empty)).Cache);

        // The weights are the same, and auto takes another mode.
        var package = watched.Catalogue.Default.Package;
        package.With(package.Manifest with { Inference = package.Manifest.Inference with { ValidationDice = new Dictionary<string, double> { ["whole"] = 0.8, ["window"] = 0.9 } } });
        using (var reloaded = await client.PostAsync("/models/reload", null, TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.OK, reloaded.StatusCode);
        Assert.Equal("miss", (await SubmitAsync(client, Scan.Small, string.Empty)).Cache);
    }

    [Fact]
    public async Task Results_are_those_of_the_model_that_made_them_and_not_of_the_one_that_the_job_was_accepted_for()
    {
        await using var archive = await BallArchive.StartAsync();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        archive.Instead = async _ =>
        {
            await goOn.Task;
            return false;
        };
        await using var watched = await WatchedService.StartAsync(
            On, ("Sassnet:Models:Watch", "false"), ("Sassnet:Jobs:Concurrent", "1"), ("Sassnet:Archive:Servers:pacs:Url", archive.Url));
        var client = watched.Service.Client;

        // Accepted for one model behind a job that waits for its scan, and made by what was put in that one's place meanwhile.
        var ahead = await client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, store: false);
        await client.WaitAsync(ahead, "running");
        var (id, _) = await SubmitAsync(client, Scan.Small, string.Empty);
        var package = watched.Catalogue.Default.Package;
        var before = package.Manifest;
        await PutAsync(before with { Inference = before.Inference with { ValidationDice = new Dictionary<string, double> { ["whole"] = 0.8, ["window"] = 0.9 } } });
        goOn.SetResult();
        (await client.WaitAsync(id)).AssertSucceeded();
        Assert.Equal("hit", (await SubmitAsync(client, Scan.Small, string.Empty)).Cache);

        // What was put in its place is taken back.
        await PutAsync(before);
        Assert.Equal("miss", (await SubmitAsync(client, Scan.Small, string.Empty)).Cache);

        async Task PutAsync(ModelManifest manifest)
        {
            package.With(manifest);
            using var reloaded = await watched.ReloadAsync();
            Assert.Equal(HttpStatusCode.OK, reloaded.StatusCode);
        }
    }

    [Fact]
    public async Task Results_are_found_by_the_number_format_that_they_were_made_in_whoever_chose_it()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-formats-");
        Precision measured;
        await using (var service = await StartAsync(Precision.Auto))
        {
            var (id, _) = await SubmitAsync(service.Client, Scan.Small, "?output=report");
            (await service.Client.WaitAsync(id)).AssertSucceeded();
            var report = JsonDocument.Parse(await service.Client.ResultAsync(id, "report")).RootElement;
            measured = Enum.Parse<Precision>(report.GetProperty("precision").GetString()!, ignoreCase: true);
            Assert.Equal("hit", (await SubmitAsync(service.Client, Scan.Small, "?output=report")).Cache);
        }

        foreach (var precision in (Precision[])[measured, measured == Precision.Float32 ? Precision.BFloat16 : Precision.Float32])
        {
            await using var service = await StartAsync(precision);
            var (id, cache) = await SubmitAsync(service.Client, Scan.Small, "?output=report");
            Assert.Equal(precision == measured ? "hit" : "miss", cache);
            await service.Client.WaitAsync(id);
        }

        folder.Delete(recursive: true);

        Task<TestService> StartAsync(Precision precision) =>
            TestService.StartAsync(On, ("Sassnet:Jobs:Folder", folder.FullName), ("Sassnet:Inference:Precision", $"{precision}"));
    }

    [Fact]
    public async Task What_another_caller_has_sent_is_made_anew()
    {
        await using var locked = await LockedService.StartAsync(On);
        var (mine, other) = (locked.Key("jobs"), locked.Key("jobs"));
        var id = (await SubmitAsync(locked.Service.Client, Scan.Small, string.Empty, mine)).Id;
        for (var tries = 0; tries < 600; tries++)
        {
            using var response = await locked.GetAsync($"/jobs/{id}", mine);
            if ((await ProblemAssert.JsonAsync(response)).State() == "succeeded")
                break;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal("miss", (await SubmitAsync(locked.Service.Client, Scan.Small, string.Empty, other)).Cache);
        Assert.Equal("hit", (await SubmitAsync(locked.Service.Client, Scan.Small, string.Empty, mine)).Cache);
    }

    [Fact]
    public async Task Results_that_take_more_than_all_the_room_are_made_anew()
    {
        await using var service = await TestService.StartAsync(On, ("Sassnet:Jobs:MaxBytes", $"{Scan.Small.Length + 1}"));
        var made = await service.Client.WaitAsync((await SubmitAsync(service.Client, Scan.Small, "?output=all")).Id);
        made.AssertSucceeded();
        Assert.True(ResultBytes(made) > Scan.Small.Length + 1);
        var (again, cache) = await SubmitAsync(service.Client, Scan.Small, "?output=all");
        Assert.Equal("miss", cache);
        (await service.Client.WaitAsync(again)).AssertSucceeded();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Results_that_have_no_room_twice_are_made_anew_and_go_only_where_the_scan_needs_theirs(bool isRoomForBoth)
    {
        var most = Scan.Endless.Length + (1 << 20);
        await using var service = await TestService.StartAsync(On, ("Sassnet:Jobs:MaxBytes", $"{most}"));
        var first = (await SubmitAsync(service.Client, Scan.Small, "?output=all")).Id;
        var made = await service.Client.WaitAsync(first);
        made.AssertSucceeded();
        Assert.True(ResultBytes(made) > Scan.Small.Length);
        var running = (await SubmitAsync(service.Client, Scan.Endless, "?inference=window")).Id;

        // As if its scan had as many bytes more: what it leaves suffices for the small one, without the results that there are or with them.
        var left = Scan.Small.Length + (isRoomForBoth ? ResultBytes(made) : 0);
        await service.Services.GetRequiredService<JobDatabase>().UseAsync(
            db => db.Jobs.Where(job => job.Id == running).ExecuteUpdateAsync(set => set.SetProperty(job => job.InputBytes, most - left), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        Assert.Equal("miss", (await SubmitAsync(service.Client, Scan.Small, "?output=all")).Cache);
        using (var earlier = await service.Client.CallAsync(HttpMethod.Get, $"/jobs/{first}"))
            Assert.Equal(isRoomForBoth ? HttpStatusCode.OK : HttpStatusCode.NotFound, earlier.StatusCode);
        using (await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{running}"))
            await service.Client.WaitAsync(running);
    }

    [Fact]
    public async Task However_many_had_the_results_at_once_it_is_known_how_long_the_others_took()
    {
        await using var service = await TestService.StartAsync(On);
        (await service.Client.WaitAsync((await SubmitAsync(service.Client, Scan.Small, string.Empty)).Id)).AssertSucceeded();
        for (var time = 0; time < 20; time++)
            Assert.Equal("hit", (await SubmitAsync(service.Client, Scan.Small, string.Empty)).Cache);
        var running = (await SubmitAsync(service.Client, Scan.Endless, "?inference=window")).Id;
        var job = await service.Client.WaitAsync(running, "running");
        Assert.Equal(JsonValueKind.Number, job.GetProperty("estimate").ValueKind);
        using var cancelled = await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{running}");
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
    }

    [Fact]
    public async Task Without_the_option_nothing_is_looked_for()
    {
        await using var service = await TestService.StartAsync();
        for (var time = 0; time < 2; time++)
        {
            var (id, cache) = await SubmitAsync(service.Client, Scan.Small, string.Empty);
            Assert.Null(cache);
            Assert.Equal(JsonValueKind.String, (await service.Client.WaitAsync(id)).GetProperty("started").ValueKind);
        }
    }

    private static long ResultBytes(JsonElement job) => job.GetProperty("results").EnumerateArray().Sum(result => result.GetProperty("bytes").GetInt64());

    private static async Task<(string Id, string? Cache)> SubmitAsync(HttpClient client, byte[] scan, string query, string? credential = null)
    {
        using var response = await client.SubmitAsync(scan, query, credential: credential);
        var job = await ProblemAssert.JsonAsync(response);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, job.ToString());
        return (job.GetProperty("id").GetString()!, response.Headers.TryGetValues(Header, out var values) ? values.Single() : null);
    }
}
