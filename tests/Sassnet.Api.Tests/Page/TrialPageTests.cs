using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Model.Tests.Nifti;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using SkiaSharp;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>A threshold that is tried on the page: what is drawn of it, and where it begins and ends.</summary>
[Collection(PageService.Name)]
public sealed class TrialPageTests(PageService service)
{
    private static readonly SKColor Label = new(61, 193, 255);

    private HttpClient Client => service.Service.Client;

    [Fact]
    public async Task Brought_back_to_the_threshold_of_the_result_it_shows_the_result_without_the_parts_that_were_removed()
    {
        var id = await Client.SubmittedAsync(TwoPhantoms(), "?output=all&model=phantom");
        (await Client.WaitAsync(id)).AssertSucceeded();
        Assert.NotEqual(0, (int)JsonNode.Parse(await Client.ResultAsync(id, "report"))!["labels"]![0]!["componentsRemoved"]!);
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        await open.ShownAsync();
        var page = open.Page;
        await FillOnlyAsync(page, "coronal");
        var (mask, probability) = (await VolumeAsync(id, "segmentation"), await VolumeAsync(id, "probability"));
        var at = int.Parse(await page.Locator("#slice-1").InputValueAsync(), System.Globalization.CultureInfo.InvariantCulture);
        List<int[]> removed =
        [
            .. from z in Enumerable.Range(0, mask.Size.Z)
               from x in Enumerable.Range(0, mask.Size.X)
               let voxel = mask.Size.IndexOf(x, at, z)
               where mask.Voxels[voxel] == 0 && probability.Voxels[voxel] > 0.9f
               select new[] { x, at, z },
        ];
        Assert.True(removed.Count > 20, $"{removed.Count} voxels of the part that was removed are in the plane.");

        await page.Locator("#threshold").FillAsync("0.4");
        await Expect(page.Locator("#threshold-note")).ToBeVisibleAsync();

        // The crosshair covers a column of them.
        Assert.InRange(await DrawnAsync(), removed.Count * 0.8, removed.Count);
        await page.Locator("#threshold").FillAsync("0.5");
        await Expect(page.Locator("#threshold-note")).ToBeHiddenAsync();
        await Expect(page.Locator("output[for=threshold]")).ToHaveTextAsync("0.50");
        Assert.Equal(0, await DrawnAsync());

        async Task<int> DrawnAsync() => (await open.ColoursAsync(removed)).Count(colour => IsLabel(colour!.Value));
    }

    [Fact]
    public async Task It_is_drawn_as_a_mask_where_the_distance_was_chosen_and_ends_where_the_distance_is_chosen_again()
    {
        await using var open = await service.SampleAsync();
        var page = open.Page;
        var probability = await VolumeAsync(await open.ShownAsync(), "probability");
        await FillOnlyAsync(page, "axial");
        await page.CheckAsync("input[name=layer][value=bands]", new PageCheckOptions { Force = true });
        await Expect(page.Locator("#legend")).ToBeVisibleAsync();

        await page.Locator("#threshold").FillAsync("0.3");
        await Expect(page.Locator("#threshold-text")).ToContainTextAsync("A trial at 0.30");
        await Expect(page.Locator("#threshold-text")).ToContainTextAsync("The surface, the measurements and the files are at 0.5");
        await Expect(page.Locator("input[name=layer][value=mask]")).ToBeCheckedAsync();
        await Expect(page.Locator("#legend")).ToBeHiddenAsync();
        var at = int.Parse(await page.Locator("#slice-2").InputValueAsync(), System.Globalization.CultureInfo.InvariantCulture);
        List<int[]> inside =
        [
            .. from y in Enumerable.Range(0, probability.Size.Y)
               from x in Enumerable.Range(0, probability.Size.X)
               where probability.Voxels[probability.Size.IndexOf(x, y, at)] > 0.9f
               select new[] { x, y, at },
        ];

        // The crosshair covers some of them.
        Assert.InRange((await open.ColoursAsync(inside)).Count(colour => IsLabel(colour!.Value)), inside.Count * 0.8, inside.Count);

        await page.CheckAsync("input[name=layer][value=bands]", new PageCheckOptions { Force = true });
        await Expect(page.Locator("#threshold-note")).ToBeHiddenAsync();
        await Expect(page.Locator("#legend")).ToBeVisibleAsync();
        Assert.Equal("0.5", await page.Locator("#threshold").InputValueAsync());
    }

    [Fact]
    public async Task Of_the_values_that_the_slider_passes_between_two_pictures_the_last_alone_is_worked_out_and_none_after_the_trial_has_ended()
    {
        await using var open = await service.SampleAsync();
        var page = open.Page;
        await page.EvaluateAsync("""
            () => {
              const { viewer } = document.getElementById('canvas')
              const set = viewer.setThreshold.bind(viewer)
              window.tried = []
              viewer.setThreshold = (value) => { window.tried.push(value); return set(value) }
            }
            """);
        await SlideAsync("0.2", "0.3", "0.4");
        await Expect(page.Locator("output[for=threshold]")).ToHaveTextAsync("0.40");
        await Expect(page.Locator("#threshold-text")).ToContainTextAsync("A trial at 0.40");
        Assert.Equal(0.4, Assert.Single(await page.EvaluateAsync<double[]>("window.tried")));

        await page.EvaluateAsync("""
            () => {
              const slider = document.getElementById('threshold')
              slider.value = '0.3'
              slider.dispatchEvent(new Event('input'))
              document.getElementById('threshold-reset').click()
            }
            """);
        await open.DrawnAsync();
        await Expect(page.Locator("#threshold-note")).ToBeHiddenAsync();
        await Expect(page.Locator("output[for=threshold]")).ToHaveTextAsync("0.50");

        Task SlideAsync(params string[] values) => page.EvaluateAsync(
            """
            (values) => {
              const slider = document.getElementById('threshold')
              for (const value of values) {
                slider.value = value
                slider.dispatchEvent(new Event('input'))
              }
            }
            """, values);
    }

    [Fact]
    public async Task No_step_over_the_voxels_makes_a_list_of_them_first()
    {
        // Of more than some hundred million the browser ends the tab, and for those of a usual scan it takes seconds. The corners of a surface's triangles, which the
        // viewer's library lists, are none.
        await using var open = await service.Chromium.OpenAsync(new Uri("about:blank"));
        var page = open.Page;
        await page.AddInitScriptAsync("""
            const arrays = Object.getPrototypeOf(Uint8Array)
            const from = arrays.from
            window.lists = []
            arrays.from = function (source, ...rest) {
              if (source?.length > 10000 && !(source instanceof Uint32Array)) window.lists.push(source.length)
              return from.call(this, source, ...rest)
            }
            """);
        await open.GoToAsync(service.Service.Address);
        await page.ClickAsync("#pick-sample");
        await Expect(page.Locator("#start")).ToBeEnabledAsync();
        await open.SegmentAsync();
        await page.Locator("#threshold").FillAsync("0.3");
        await Expect(page.Locator("#threshold-note")).ToBeVisibleAsync();
        Assert.Empty(await page.EvaluateAsync<int[]>("window.lists"));
    }

    [Fact]
    public async Task A_threshold_is_tried_on_as_many_voxels_as_the_service_takes()
    {
        await using var open = await service.SampleAsync();

        // Without a picture of them, for which a machine without a graphics card has no memory.
        var voxels = await open.Page.EvaluateAsync<double>("""
            () => {
              const { viewer } = document.getElementById('canvas')
              const { overlay, probabilities, numbers, mask } = viewer
              const size = viewer.image.hdr.pixDims
              const probability = new Float32Array(134217728).fill(0.6, 0, 125000)
              Object.assign(viewer, { overlay: undefined, numbers: new Uint8Array(probability.length), probabilities: [probability] })
              viewer.choose(0)
              const millilitres = viewer.setThreshold(0.4)
              Object.assign(viewer, { overlay, probabilities, numbers, mask, trial: null })
              return (millilitres * 1000) / (size[1] * size[2] * size[3])
            }
            """);
        Assert.Equal(125_000, voxels, 0.5);
    }

    /// <summary>The sample twice, one above the other: the model finds two parts, and one of them is kept.</summary>
    private static byte[] TwoPhantoms()
    {
        using var file = File.OpenRead(PageService.Phantom);
        double[] voxels = Array.ConvertAll(VolumeFile.Read(file, ct: TestContext.Current.CancellationToken).Volume.Voxels, value => (double)value);
        var scan = new NiftiBytes
        {
            Dim = [3, 80, 72, 96, 1, 1, 1, 1],
            PixDim = [1, 1.25, 1.25, 1.25, 0, 0, 0, 0],
            SRow = [1.25, 0, 0, -49.375, 0, 1.25, 0, -44.375, 0, 0, 1.25, -59.375],
            QOffset = [-49.375, -44.375, -59.375],
            Stored = [.. voxels, .. voxels],
        };
        return NiftiBytes.Gzip(scan.ToBytes());
    }

    // The mask without outline, and covering the scan.
    private static async Task FillOnlyAsync(IPage page, string view)
    {
        await page.UncheckAsync("#outline");
        await page.Locator("#opacity").FillAsync("100");
        await page.CheckAsync($"input[name=view][value={view}]", new PageCheckOptions { Force = true });
    }

    private static bool IsLabel(SKColor seen) =>
        Math.Abs(Label.Red - seen.Red) <= 4 && Math.Abs(Label.Green - seen.Green) <= 4 && Math.Abs(Label.Blue - seen.Blue) <= 4;

    private async Task<Volume> VolumeAsync(string id, string output) =>
        VolumeFile.Read(new MemoryStream(await Client.ResultAsync(id, output)), ct: TestContext.Current.CancellationToken).Volume;
}
