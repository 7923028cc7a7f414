using Microsoft.Playwright;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Model.VolumeFiles;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>Jobs on the page: what is sent is not lost.</summary>
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
    public async Task A_job_without_a_report_has_its_warnings_on_the_page()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=segmentation&threshold=0.999");
        var job = await service.Service.Client.WaitAsync(id);
        var warnings = job.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("sentence").GetString()!).ToArray();
        Assert.NotEmpty(warnings);
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        await Expect(open.Page.Locator("#downloads")).ToBeVisibleAsync();
        await Expect(open.Page.Locator("#warnings li").First).ToBeVisibleAsync();
        Assert.Equal(warnings, await open.Page.Locator("#warnings li").AllTextContentsAsync());
    }
}
