using System.Reflection;
using System.Text.Json;
using Microsoft.Playwright;
using Sassnet.Api.Archive;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Problems;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Model.VolumeFiles;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>Jobs on the page: what is sent is not lost, and what is refused is said.</summary>
[Collection(PageService.Name)]
public sealed class JobPageTests(PageService service)
{
    private const string Waiting = "Waiting";

    private static readonly DicomScan Ball = new() { Columns = 20, Rows = 18, Slices = 16, Value = (column, row, slice) => (short)Scan.Voxels(20, 18, 16)[(((slice * 18) + row) * 20) + column] };

    [Fact]
    public async Task A_reload_while_the_job_waits_loses_nothing()
    {
        await using var slow = await TestService.StartAsync();
        var before = await slow.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await slow.Client.WaitAsync(before, "running");
        await using var open = await service.Chromium.OpenAsync(slow.Address);
        var page = open.Page;
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "scan.nii", MimeType = "application/octet-stream", Buffer = Scan.Small });
        await page.ClickAsync("#start");
        await Expect(page.Locator("#progress-text")).ToContainTextAsync(Waiting);
        await page.ReloadAsync();
        await Expect(page.Locator("#progress-text")).ToContainTextAsync(Waiting);
        await Expect(page.Locator("#jobs .job[aria-current=true]")).ToContainTextAsync("waiting");

        // Closed, and the job found again in the list of a new page.
        var id = new Uri(page.Url).Fragment["#job=".Length..];
        await page.GotoAsync("about:blank");
        (await slow.Client.CallAsync(HttpMethod.Delete, $"/jobs/{before}")).Dispose();
        await open.GoToAsync(slow.Address);
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        Assert.Equal(id, await open.ShownAsync());
        await Expect(page.Locator("#figures")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_is_chosen_while_another_scan_is_being_sent_waits_for_its_turn_and_stays_chosen()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        var received = new TaskCompletionSource();
        await page.RouteAsync("**/jobs?**", async route =>
        {
            if (route.Request.Method == "POST")
                await received.Task;
            await route.ContinueAsync();
        });
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "first.nii", MimeType = "application/octet-stream", Buffer = Scan.Small });
        await page.ClickAsync("#start");
        await Expect(page.Locator("#progress-text")).ToContainTextAsync("Sen");
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "second.nii", MimeType = "application/octet-stream", Buffer = Scan.Small });
        await Expect(page.Locator("#selection")).ToContainTextAsync("second.nii");
        var mayStart = await page.Locator("#start").IsEnabledAsync();
        received.SetResult();
        var first = await open.ShownAsync();
        await Expect(page.Locator("#selection")).ToContainTextAsync("second.nii");
        Assert.False(mayStart, "Two uploads at once have one bar and one button to cancel.");
        await page.ClickAsync("#start");
        await page.WaitForFunctionAsync("first => !location.hash.includes(first)", first);
        await open.ShownAsync();
    }

    [Fact]
    public async Task A_dropped_folder_of_a_DICOM_series_is_shown_as_the_service_read_it()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-page-");
        try
        {
            var below = folder.CreateSubdirectory("series");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, ".DS_Store"), "clutter", TestContext.Current.CancellationToken);
            foreach (var (file, number) in Ball.Classic().Select((file, number) => (file, number)))
                await File.WriteAllBytesAsync(Path.Combine(below.FullName, $"{number}.dcm"), file, TestContext.Current.CancellationToken);
            await using var open = await service.OpenAsync();
            await open.DropAsync(folder.FullName);
            await Expect(open.Page.Locator("#selection")).ToContainTextAsync("16 files");
            var id = await open.SegmentAsync();

            var outputs = (await service.Service.Client.JobAsync(id)).Outputs();
            Assert.Contains("dicom-seg", outputs);
            var image = await service.Service.Client.ResultAsync(id, "image");
            var volume = VolumeFile.Read(new MemoryStream(image), ct: TestContext.Current.CancellationToken).Volume;
            var shown = await open.Page.EvaluateAsync<float[]>("() => [...document.getElementById('canvas').viewer.niivue.volumes[0].img]");
            Assert.Equal(volume.Voxels, shown);
            Assert.Equal(Scan.Voxels(20, 18, 16).Order().Select(value => (float)value), shown.Order());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_dropped_zip_of_a_DICOM_series_gives_DICOM_results_too_of_the_model_that_was_chosen()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-page-");
        try
        {
            var zip = Path.Combine(folder.FullName, "series.zip");
            await File.WriteAllBytesAsync(zip, ZipBytes.Of([.. Ball.Classic().Select((file, number) => ($"series/{number}.dcm", file))]), TestContext.Current.CancellationToken);
            await using var open = await service.OpenAsync();
            var page = open.Page;
            await open.DropAsync(zip);
            await Expect(page.Locator("#selection")).ToContainTextAsync("series.zip");
            var other = await page.Locator("#model option[value^=left-atrium]").GetAttributeAsync("value");
            await page.SelectOptionAsync("#model", other!);
            await Expect(page.Locator("#segments")).ToContainTextAsync("left atrium", new LocatorAssertionsToContainTextOptions { IgnoreCase = true });
            await page.ClickAsync("details summary");
            await page.CheckAsync("#deidentify");
            var id = await open.SegmentAsync();

            var job = await service.Service.Client.JobAsync(id);
            Assert.Equal(other, job.GetProperty("model").GetString());

            // Those of every scan ToldResultTests saves: Chromium takes eleven within a second for one too many.
            var outputs = job.Outputs().Where(output => output.StartsWith("dicom-", StringComparison.Ordinal)).ToList();
            Assert.Superset(new HashSet<string> { "dicom-seg", "dicom-sr", "dicom-sc" }, outputs.ToHashSet());
            foreach (var output in outputs)
            {
                var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync($"#files-list button[data-output={output}]"));
                Assert.Equal(await service.Service.Client.ResultAsync(id, output), await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken));
            }

            await using var elsewhere = await service.OpenAsync();
            await elsewhere.Page.ClickAsync($"#jobs .job[data-id='{id}']");
            Assert.Equal(id, await elsewhere.ShownAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_file_that_is_no_scan_is_refused_with_what_to_do_and_may_be_replaced()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "no scan at all, but a text of some length"u8.ToArray() });
        await page.ClickAsync("#start");
        var problem = page.Locator("#problem");
        await Expect(problem.Locator("h2")).Not.ToBeEmptyAsync();
        await Expect(problem).ToContainTextAsync("a NIfTI header needs 348 bytes");
        await page.ClickAsync("#pick-sample");
        await Expect(problem).ToBeEmptyAsync();
        await open.SegmentAsync();
    }

    [Fact]
    public async Task A_file_that_was_changed_since_it_was_chosen_is_not_taken_for_a_service_that_is_away()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, Scan.Small, TestContext.Current.CancellationToken);
            await using var open = await service.OpenAsync();
            var page = open.Page;
            await page.SetInputFilesAsync("#files", path);
            await File.WriteAllBytesAsync(path, Scan.Small[..^100], TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(1));
            await page.ClickAsync("#start");
            await Expect(page.Locator("#problem")).ToContainTextAsync("A file can no longer be read");
            await page.SetInputFilesAsync("#files", new FilePayload { Name = "scan.nii", MimeType = "application/octet-stream", Buffer = Scan.Small });
            await open.SegmentAsync();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_job_that_failed_says_why_whenever_it_is_opened()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "cut.nii", MimeType = "application/octet-stream", Buffer = Scan.Small[..^100] });
        await page.ClickAsync("#start");
        await page.WaitForFunctionAsync("() => location.hash.startsWith('#job=')");
        await Expect(page.Locator("#problem")).Not.ToBeEmptyAsync();
        var text = await page.Locator("#problem").TextContentAsync();
        var id = new Uri(page.Url).Fragment["#job=".Length..];
        var told = (await service.Service.Client.JobAsync(id)).GetProperty("problem");
        Assert.Contains(told.GetProperty("title").GetString()!, text, StringComparison.Ordinal);
        Assert.Contains(told.GetProperty("detail").GetString()!, text, StringComparison.Ordinal);
        await page.ReloadAsync();
        await Expect(page.Locator("#problem")).ToContainTextAsync(told.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task A_cancel_that_is_refused_is_told_as_long_as_the_job_goes_on()
    {
        await using var slow = await TestService.StartAsync();
        var id = await slow.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await using var open = await service.Chromium.OpenAsync(slow.Address);
        var page = open.Page;
        await page.RouteAsync("**/jobs/*", route => route.Request.Method != "DELETE" ? route.ContinueAsync() : route.FulfillAsync(new RouteFulfillOptions
        {
            Status = 429,
            ContentType = "application/problem+json",
            Body = JsonSerializer.Serialize(new { title = "Too many", status = 429, detail = "Later." }),
        }));
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        await Expect(page.Locator("#cancel")).ToBeVisibleAsync();
        await page.ClickAsync("#cancel");
        await Expect(page.Locator("#problem")).ToContainTextAsync("Too many");

        // Two rounds of asking how far it is.
        await page.WaitForResponseAsync($"**/jobs/{id}");
        await page.WaitForResponseAsync($"**/jobs/{id}");
        await Expect(page.Locator("#problem")).ToContainTextAsync("Too many");
        await Expect(page.Locator("#progress")).ToBeVisibleAsync();
        (await slow.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}")).Dispose();
    }

    [Fact]
    public async Task Cancel_while_a_result_is_fetched_leaves_the_job_and_fetches_nothing_again()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=all");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.OpenAsync();
        var page = open.Page;
        var asked = 0;
        await page.RouteAsync("**/results/**", _ =>
        {
            Interlocked.Increment(ref asked);
            return Task.CompletedTask;
        });
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        await Expect(page.Locator("#progress-text")).ToContainTextAsync("Fetching the result");
        var before = asked;
        await page.ClickAsync("#cancel");
        await Expect(page.Locator("#welcome")).ToBeVisibleAsync();
        await Expect(page.Locator("#progress")).ToBeHiddenAsync();
        Assert.DoesNotContain(id, page.Url, StringComparison.Ordinal);
        Assert.Equal(before, asked);
        (await service.Service.Client.JobAsync(id)).AssertSucceeded();
    }

    [Fact]
    public async Task A_viewer_that_cannot_be_loaded_is_not_taken_for_a_browser_that_cannot_show_it()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=all");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.OpenAsync();
        var page = open.Page;
        await page.RouteAsync("**/assets/viewer*.js", route => route.FulfillAsync(new RouteFulfillOptions { Status = 404 }));
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        await Expect(page.Locator("#problem")).ToContainTextAsync("The viewer could not be loaded");
        await Expect(page.Locator("#problem")).ToContainTextAsync("reload the page");
        await Expect(page.Locator("#figures")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Every_problem_of_the_api_is_readable()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        var types = new[] { typeof(ProblemTypes), typeof(JobProblemTypes), typeof(ArchiveProblemTypes) }
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(field => field.GetValue(null)).OfType<ProblemType>()
            .Concat(VolumeProblemTypes.Examples).Where(type => type != ProblemTypes.Unauthenticated).ToList();
        Assert.True(types.Count > 50);
        ProblemType? next = null;
        await page.RouteAsync("**/jobs?**", route => route.Request.Method != "POST" ? route.ContinueAsync() : route.FulfillAsync(new RouteFulfillOptions
        {
            Status = next!.Status,
            ContentType = "application/problem+json",
            Headers = new Dictionary<string, string> { ["Retry-After"] = "12" },
            Body = JsonSerializer.Serialize(new { type = next.Urn, title = next.Title, status = next.Status, detail = next.Example, requestId = "0f6b8f5c" }),
        }));
        await page.ClickAsync("#pick-sample");
        foreach (var type in types)
        {
            next = type;
            await page.ClickAsync("#start");
            await Expect(page.Locator("#problem h2")).ToHaveTextAsync(type.Title);
            await Expect(page.Locator("#problem")).ToContainTextAsync(type.Example);
            await Expect(page.Locator("#problem")).ToContainTextAsync("Try again in 12 seconds. Request 0f6b8f5c".Replace(". ", ".", StringComparison.Ordinal));
            await page.EvaluateAsync("document.getElementById('problem').replaceChildren()");
        }

        // What is no problem of the API is said too: an answer of a proxy, and none at all.
        await page.UnrouteAllAsync();
        await page.RouteAsync("**/jobs?**", route => route.FulfillAsync(new RouteFulfillOptions { Status = 502, ContentType = "text/html", Body = "<h1>Bad gateway</h1>" }));
        await page.ClickAsync("#start");
        await Expect(page.Locator("#problem")).ToContainTextAsync("HTTP 502");
        await page.UnrouteAllAsync();
        await page.RouteAsync("**/jobs?**", route => route.AbortAsync());
        await page.ClickAsync("#start");
        await Expect(page.Locator("#problem")).ToContainTextAsync("The service cannot be reached");
    }

    [Fact]
    public async Task A_job_is_cancelled_and_removed_from_the_page()
    {
        await using var slow = await TestService.StartAsync();
        var before = await slow.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await using var open = await service.Chromium.OpenAsync(slow.Address);
        var page = open.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "scan.nii", MimeType = "application/octet-stream", Buffer = Scan.Small });
        await page.ClickAsync("#start");
        await page.WaitForFunctionAsync("() => location.hash.startsWith('#job=')");
        var id = new Uri(page.Url).Fragment["#job=".Length..];
        await page.ClickAsync("#cancel");
        await Expect(page.Locator("#problem")).ToContainTextAsync("cancelled");
        Assert.Equal("cancelled", (await slow.Client.JobAsync(id)).State());
        var item = page.Locator("#jobs li").Filter(new LocatorFilterOptions { Has = page.Locator($".job[data-id='{id}']") });
        await item.Locator(".remove").ClickAsync();
        await Expect(item).ToHaveCountAsync(0);
        using var gone = await slow.Client.CallAsync(HttpMethod.Get, $"/jobs/{id}");
        await ProblemAssert.IsAsync(gone, 404, "unknown-job");
        (await slow.Client.CallAsync(HttpMethod.Delete, $"/jobs/{before}")).Dispose();
    }

    [Fact]
    public async Task A_running_job_is_followed_on_and_the_refusal_stays_where_the_next_scan_was_not_taken()
    {
        await using var slow = await TestService.StartAsync();
        var id = await slow.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await slow.Client.WaitAsync(id, "running");
        await using var open = await service.Chromium.OpenAsync(new Uri(slow.Address, $"#job={id}"));
        var page = open.Page;
        await Expect(page.Locator("#progress-text")).ToContainTextAsync("Segmenting");
        await page.RouteAsync("**/jobs?**", route => route.Request.Method == "POST" ? route.AbortAsync() : route.ContinueAsync());
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "next.nii", MimeType = "application/octet-stream", Buffer = Scan.Small });
        await page.ClickAsync("#start");
        await Expect(page.Locator("#problem")).ToContainTextAsync("The service cannot be reached");
        await Expect(page.Locator("#progress-text")).ToContainTextAsync("Segmenting", new LocatorAssertionsToContainTextOptions { Timeout = 10_000 });
        await Expect(page.Locator("#progress")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 10_000 });
        await Expect(page.Locator("#problem")).ToContainTextAsync("The service cannot be reached");
        (await slow.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}")).Dispose();
        await Expect(page.Locator("#problem")).ToContainTextAsync("cancelled");
    }

    [Fact]
    public async Task A_job_without_a_report_has_its_warnings_on_the_page()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=segmentation&threshold=0.999");
        var job = await service.Service.Client.WaitAsync(id);
        var warnings = job.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("sentence").GetString()!).ToArray();
        Assert.NotEmpty(warnings);
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        await Expect(open.Page.Locator("#downloads")).ToBeVisibleAsync();
        await Expect(open.Page.Locator("#warnings li").First).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 10_000 });
        Assert.Equal(warnings, await open.Page.Locator("#warnings li").AllTextContentsAsync());
    }
}
