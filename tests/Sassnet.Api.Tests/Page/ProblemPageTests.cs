using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sassnet.Api.Archive;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Problems;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>What goes wrong, as the page says it: why, and what to do.</summary>
[Collection(PageService.Name)]
public sealed partial class ProblemPageTests(PageService service)
{
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_a_refusal_names_by_its_number_is_named_as_it_is_called_in_the_folder(bool isDropped)
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-page-");
        try
        {
            var below = folder.CreateSubdirectory("study");
            foreach (var (slice, number) in new DicomScan().Classic().Select((slice, number) => (slice, number)))
                await File.WriteAllBytesAsync(Path.Combine(below.FullName, $"IM{number}.dcm"), number == 2 ? slice[..100] : slice, TestContext.Current.CancellationToken);
            await using var open = await service.OpenAsync();
            var page = open.Page;
            if (isDropped)
                await open.DropAsync(folder.FullName);
            else
                await page.SetInputFilesAsync("#folder", folder.FullName);
            await page.ClickAsync("#start");
            await Expect(page.Locator("#problem")).ToContainTextAsync(DamagedNumber());
            var text = (await page.Locator("#problem").TextContentAsync())!;
            var file = DamagedNumber().Match(text).Groups[1].Value;
            Assert.Contains($"File {file} is {folder.Name}/study/IM2.dcm", text, StringComparison.Ordinal);
            Assert.Single(NamedFile().Matches(text));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Files_in_a_zip_and_files_beyond_those_that_were_sent_are_given_no_names()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        await page.RouteAsync("**/jobs?**", route => route.Request.Method != "POST" ? route.ContinueAsync() : route.FulfillAsync(new RouteFulfillOptions
        {
            Status = 400,
            ContentType = "application/problem+json",
            Body = JsonSerializer.Serialize(new { title = "Refused", status = 400, detail = "SeriesInstanceUID is missing in file 1; frame 2 of file 2 and file 3 are others." }),
        }));
        await page.SetInputFilesAsync("#files", Payload("series.zip"));
        await page.ClickAsync("#start");
        await Expect(page.Locator("#problem")).ToContainTextAsync("Refused");
        await Expect(page.Locator("#problem")).Not.ToContainTextAsync(NamedFile());
        await page.SetInputFilesAsync("#files", [Payload("one.dcm"), Payload("two.dcm")]);
        await page.ClickAsync("#start");
        await Expect(page.Locator("#problem")).ToContainTextAsync("File 2 is two.dcm");
        Assert.Equal(["File 1 is one.dcm", "File 2 is two.dcm"], await page.Locator("#problem p").Filter(new LocatorFilterOptions { HasTextRegex = NamedFile() }).AllTextContentsAsync());

        static FilePayload Payload(string name) => new() { Name = name, MimeType = "application/octet-stream", Buffer = "some bytes"u8.ToArray() };
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
        await Expect(page.Locator("#progress-text")).ToContainTextAsync("Segmenting");
        await Expect(page.Locator("#progress")).ToBeVisibleAsync();
        await Expect(page.Locator("#problem")).ToContainTextAsync("The service cannot be reached");
        (await slow.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}")).Dispose();
        await Expect(page.Locator("#problem")).ToContainTextAsync("cancelled");
    }

    [GeneratedRegex(@"damaged: number (\d+) \(")]
    private static partial Regex DamagedNumber();

    [GeneratedRegex(@"File \d+ is ")]
    private static partial Regex NamedFile();
}
