using Microsoft.Playwright;
using Sassnet.Api.Tests.Archive;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Page;
using Sassnet.Api.Tests.Service;
using SkiaSharp;
using Xunit;
using Xunit.Sdk;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Viewer;

/// <summary>Results in the memory of OHIF, and on its screen: every voxel, at its place in the patient.</summary>
[Collection(ViewedArchive.Name)]
public sealed class ViewerTests(ViewedArchive archive)
{
    private const string Viewport = "[data-cy=viewport-pane]";

    // Frames of parts of a byte, and of whole ones in disorder.
    private static readonly PushedScan[] Few = [new(1, 75, 71, "oblique", false), new(2, 48, 40, "sagittal", true)];

    // Frames of an odd number of bytes too; large ones; maps.
    private static readonly PushedScan[] Others =
    [
        new(3, 48, 40, "axial", false), new(4, 24, 19, "axial", false), new(5, 75, 71, "axial", false), new(6, 183, 140, "axial", false), new(7, 183, 140, "oblique", false),
        new(8, 183, 140, "sagittal", false), new(9, 75, 71, "sagittal", false), new(10, 48, 40, "reversed", false), new(11, 75, 71, "reversed", false),
        new(12, 48, 40, "oblique", true), new(13, 75, 71, "axial", true), new(14, 24, 19, "reversed", true), new(15, 183, 140, "oblique", true),
    ];

    [Fact]
    public async Task What_a_modality_pushes_is_seen_segmented_in_the_viewer()
    {
        await archive.StartAsync();
        var scan = new PushedScan(100, 64, 64, "axial", false) { Slices = 24, Spacing = [1.875, 1.875, 3.5] };
        var before = await JobsAsync();
        archive.Orthanc.Push(scan.Files());
        await archive.Orthanc.SeriesAsync(scan.Study, "SEG");
        var job = Assert.Single((await JobsAsync()).Except(before));

        await using var open = await archive.OpenAsync(scan.Study);
        var page = open.Page;
        await page.GetByText("Skip all").ClickAsync();
        await page.Locator("[data-cy=confirm-and-hide-button]").ClickAsync();
        await page.Locator("[data-cy=study-browser-thumbnail-no-image]").Filter(new LocatorFilterOptions { HasText = "SEG" }).DblClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Yes" }).ClickAsync();
        await Expect(page.GetByText("Do you want to open this Segmentation?")).ToBeHiddenAsync();
        (await archive.Service.WaitAsync(job)).AssertSucceeded();
        await AssertSegmentationAsync(open, scan, job);
        await AssertSeenAsync(open, scan);
    }

    [Fact]
    public async Task What_is_dropped_on_the_page_beside_it_is_seen_segmented_there()
    {
        await archive.StartAsync();
        await using var open = await archive.OpenPageAsync();
        await open.DropAsync(PageService.Phantom);
        await open.Page.Locator("#model").SelectOptionAsync(await open.Page.Locator("#model option[value^=phantom]").GetAttributeAsync("value") ?? string.Empty);
        var id = await open.SegmentAsync();
        await DrawnResultTests.AssertMaskAsync(open, await archive.VolumeAsync(id, "segmentation"), await archive.VolumeAsync(id, "probability"));
    }

    // Orthanc listens for DICOM on every address of the machine.
    [Fact]
    public async Task Whom_the_archive_does_not_know_it_takes_no_image_of()
    {
        await archive.StartAsync();
        var scan = new PushedScan(103, 24, 19, "axial", false);
        Assert.Contains("storescu failed", Assert.ThrowsAny<XunitException>(() => archive.Orthanc.Push(scan.Files(), "ELSEWHERE")).Message, StringComparison.Ordinal);
        Assert.Empty(await archive.Orthanc.SeriesAsync(scan.Study));
    }

    [Fact]
    public async Task Segmentation_and_distance_map_lie_over_the_scan_voxel_by_voxel() => await AssertAllAsync(Few);

    [Fact(Explicit = true)]
    public async Task They_do_on_every_grid() => await AssertAllAsync(Others);

    [Fact(Explicit = true)]
    public async Task They_do_as_a_label_map() => await AssertAllAsync([new(16, 75, 71, "axial", false)], "?segEncoding=labelmap");

    // What is avoided is really there: the comparison sees it, and a count would not.
    [Fact(Explicit = true)]
    public async Task Bits_of_frames_that_end_within_a_byte_are_seen_at_wrong_places()
    {
        await archive.StartAsync();
        var scan = new PushedScan(102, 75, 71, "axial", false);
        var job = Assert.Single(await SegmentedAsync([scan], "?segEncoding=binary"));
        await using var open = await archive.OpenAsync(scan.Study);
        await open.ShowAsync(scan.Study, "SEG");
        var (masks, expected) = (await open.MasksAsync(scan.Study), await archive.VolumeAsync(job, "segmentation"));
        var fault = Assert.ThrowsAny<XunitException>(() => ViewedGrid.AssertAre("bits", masks, expected));
        Assert.Matches("^bits: [1-9][0-9]* of [0-9]+ voxels differ", fault.Message);
    }

    [Fact(Explicit = true)]
    public async Task Of_a_map_with_frames_that_the_viewer_cannot_read_it_says_so_and_shows_none()
    {
        await archive.StartAsync();
        var scan = new PushedScan(101, 75, 71, "axial", false);
        await SegmentedAsync([scan]);
        await using var open = await archive.OpenAsync(scan.Study);
        await open.ShowAsync(scan.Study, "PMAP");
        await Expect(open.Page.GetByText("Something went wrong").First).ToBeVisibleAsync();
        Assert.False(await open.Page.EvaluateAsync<bool>("study => look.isLoaded(study, 'PMAP')", scan.Study));
        Assert.Contains(open.Errors, error => error.Contains("start offset of Float32Array should be a multiple of 4", StringComparison.Ordinal));
    }

    private async Task AssertAllAsync(PushedScan[] scans, string query = "")
    {
        await archive.StartAsync();
        var jobs = await SegmentedAsync(scans, query);
        await using var open = await archive.OpenAsync(scans.Select(scan => scan.Study));
        foreach (var (scan, job) in scans.Zip(jobs))
        {
            await open.ShowAsync(scan.Study, "SEG");
            await AssertSegmentationAsync(open, scan, job);

            // OHIF 3.13.2 takes a frame's number of pixels for that of its bytes, and so opens no other map.
            if (scan.Columns * scan.Rows % 4 != 0)
                continue;
            await open.ShowAsync(scan.Study, "PMAP");
            ViewedGrid.AssertAre($"{scan} MR", [await open.VolumeAsync(scan.Study, "MR")], await archive.VolumeAsync(job, "image"));

            // It shows a hundred times the millimetres, and says so.
            ViewedGrid.AssertAre($"{scan} PMAP", [await open.VolumeAsync(scan.Study, "PMAP")], await archive.VolumeAsync(job, "distance"), scale: 100);
        }
    }

    /// <summary>Pushes scans and has them segmented by the random model; returns the jobs.</summary>
    private async Task<List<string>> SegmentedAsync(PushedScan[] scans, string query = "")
    {
        archive.Orthanc.Push(scans.SelectMany(scan => scan.Files()));
        var jobs = new List<string>();
        foreach (var scan in scans)
            jobs.Add(await archive.Service.OrderedAsync(scan.Study, scan.Series, query: query, server: "orthanc"));
        foreach (var job in jobs)
        {
            var ended = await archive.Service.WaitAsync(job);
            Assert.True(ended.State() == "succeeded", ended.ToString());
        }

        return jobs;
    }

    private async Task<List<string>> JobsAsync()
    {
        using var response = await archive.Service.GetAsync("/jobs", TestContext.Current.CancellationToken);
        return [.. (await ProblemAssert.JsonAsync(response)).GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("id").GetString()!)];
    }

    private async Task AssertSegmentationAsync(ViewerPage open, PushedScan scan, string job)
    {
        var masks = await open.MasksAsync(scan.Study);
        var expected = await archive.VolumeAsync(job, "segmentation");
        Assert.True(expected.Voxels.Contains(1) && expected.Voxels.Contains(0), $"{scan} has nothing to compare.");
        ViewedGrid.AssertAre($"{scan} SEG", masks, expected);
    }

    /// <summary>Checks the colours at the middles of pixels: the label's where the mask is, grey elsewhere. Keeps the picture where <c>SASSNET_PICTURES</c> names a folder.</summary>
    private static async Task AssertSeenAsync(ViewerPage open, PushedScan scan)
    {
        var pixels = await open.PixelsAsync(scan.Study);
        var pane = (await open.Page.Locator(Viewport).BoundingBoxAsync())!;
        List<double[]> free = [.. pixels.Where(at => at[0] > pane.X + 90 && at[0] < pane.X + pane.Width - 90 && at[1] > pane.Y + 90 && at[1] < pane.Y + pane.Height - 90)];
        Assert.Equal(2, free.DistinctBy(at => at[2]).Count());
        for (var tries = 0; ; tries++)
        {
            var picture = await open.Page.ScreenshotAsync();
            using var colours = SKBitmap.Decode(picture);
            var wrong = free.Count(at => IsColoured(colours.GetPixel((int)at[0], (int)at[1])) != at[2] > 0);
            if (wrong > 0 && tries < 100)
            {
                // Not drawn yet.
                await Task.Delay(200, TestContext.Current.CancellationToken);
                continue;
            }

            Assert.True(wrong == 0, $"{wrong} of {free.Count} pixels have the wrong colour.");
            if (Environment.GetEnvironmentVariable("SASSNET_PICTURES") is { Length: > 0 } folder)
                await File.WriteAllBytesAsync(Path.Combine(folder, "viewer.png"), picture, TestContext.Current.CancellationToken);
            return;
        }
    }

    private static bool IsColoured(SKColor colour) => Math.Max(colour.Red, Math.Max(colour.Green, colour.Blue)) - Math.Min(colour.Red, Math.Min(colour.Green, colour.Blue)) > 30;
}
