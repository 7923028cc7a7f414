using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using SkiaSharp;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>What a person sees drawn of the phantom: compared with what the API says of the same job.</summary>
[Collection(PageService.Name)]
public sealed class DrawnResultTests(PageService service)
{
    // Where the boundary passes within a pixel of a voxel's middle, a pixel is not to be told to one side: shares of the probability, and millimetres.
    private const double NearTheThreshold = 0.06;
    private const double NearTheEnd = 0.3;

    private static readonly SKColor Label = new(61, 193, 255);

    private HttpClient Client => service.Service.Client;

    [Fact]
    public async Task A_dropped_scan_is_sent_followed_and_shown_with_the_mask_where_the_service_has_it()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        await page.EvaluateAsync("() => { window.said = []; new MutationObserver(() => said.push(document.getElementById('progress-text').textContent)).observe(document.getElementById('progress-text'), { childList: true, characterData: true, subtree: true }) }");
        await open.DropAsync(PageService.Phantom);
        await Expect(page.Locator("#selection")).ToContainTextAsync("phantom.nii.gz");

        // So small a job may have ended before the page asks for it the first time.
        await page.RouteAsync("**/jobs/*", async route =>
        {
            var answer = await route.FetchAsync();
            var job = JsonNode.Parse(await answer.TextAsync())!;
            (job["state"], job["ended"], job["progress"]) = ("running", null, 0.4);
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = job.ToJsonString() });
        }, new PageRouteOptions { Times = 1 });
        var id = await open.SegmentAsync();

        var said = await page.EvaluateAsync<string[]>("said");
        Assert.Contains(said, text => text.StartsWith("Sending", StringComparison.Ordinal));
        Assert.Contains(said, text => text.StartsWith("Segmenting, 40 %", StringComparison.Ordinal));
        await Expect(page.Locator("#jobs .job[aria-current=true]")).ToContainTextAsync("phantom");

        await AssertMaskAsync(open, await VolumeAsync(id, "segmentation"), await VolumeAsync(id, "probability"));
    }

    [Fact]
    public async Task The_threshold_moves_the_mask_at_once_and_says_that_the_figures_stay()
    {
        await using var open = await service.SampleAsync();
        var page = open.Page;
        var probability = await VolumeAsync(await open.ShownAsync(), "probability");
        await FillOnlyAsync(page);
        await page.CheckAsync("input[name=view][value=axial]", new PageCheckOptions { Force = true });
        var slice = Slice(probability, "axial", await SlicesAsync(page));
        var counts = new List<int>();
        foreach (var threshold in (double[])[0.2, 0.7])
        {
            await page.Locator("#threshold").FillAsync(threshold.ToString(System.Globalization.CultureInfo.InvariantCulture));
            counts.Add(await AssertShownAsync(open, Clear(slice, probability, threshold), voxel => probability[voxel] > threshold));
        }

        Assert.True(counts[0] > counts[1], "A lower threshold takes more in.");
        await Expect(page.Locator("#threshold-note")).ToContainTextAsync("A trial at 0.70");
        await page.ClickAsync("#threshold-reset");
        await Expect(page.Locator("#threshold-note")).ToBeHiddenAsync();
        Assert.Equal("0.5", await page.Locator("#threshold").InputValueAsync());
    }

    [Fact]
    public async Task The_outline_alone_is_drawn_at_the_boundary_and_the_fill_as_strong_as_is_asked()
    {
        await using var open = await service.SampleAsync();
        var page = open.Page;
        var id = await open.ShownAsync();
        var (mask, distance) = (await VolumeAsync(id, "segmentation"), await VolumeAsync(id, "distance"));
        await page.CheckAsync("input[name=view][value=axial]", new PageCheckOptions { Force = true });
        var slice = Slice(mask, "axial", await SlicesAsync(page));

        // Deep inside no pixel is coloured, and yet there are pixels that are: about as many as the boundary is long.
        await page.Locator("#opacity").FillAsync("0");
        Assert.Equal(0, (await open.ColoursAsync(slice.Where(voxel => distance[voxel] < -3))).Count(colour => Strength(colour!.Value) > 30));
        Assert.InRange(await ColouredAsync(), 100, 20_000);

        // Nothing at all without it, and more with more of the fill.
        await page.UncheckAsync("#outline");
        Assert.Equal(0, await ColouredAsync());
        var strengths = new List<double>();
        foreach (var fill in (string[])["20", "50", "80"])
        {
            await page.Locator("#opacity").FillAsync(fill);
            strengths.Add((await open.ColoursAsync(slice.Where(voxel => distance[voxel] < -3))).Average(colour => Strength(colour!.Value)));
        }

        Assert.Equal(strengths.Order(), strengths);
        Assert.True(strengths[2] - strengths[0] > 40, string.Join(", ", strengths));

        async Task<int> ColouredAsync()
        {
            await open.DrawnAsync();
            using var picture = SKBitmap.Decode(await page.Locator("#canvas").ScreenshotAsync());
            return picture.Pixels.Count(pixel => Strength(pixel) > 30);
        }

        static int Strength(SKColor colour) => colour.Blue - colour.Red;
    }

    [Fact]
    public async Task The_surface_is_seen_by_itself_and_beside_the_planes_in_the_colour_of_the_label()
    {
        await using var open = await service.SampleAsync();
        var page = open.Page;
        await page.CheckAsync("input[name=layer][value=none]", new PageCheckOptions { Force = true });
        foreach (var (view, isThere) in new[] { ("axial", false), ("all", true), ("surface", true) })
        {
            await page.CheckAsync($"input[name=view][value={view}]", new PageCheckOptions { Force = true });
            await open.DrawnAsync();
            using var picture = SKBitmap.Decode(await page.Locator("#canvas").ScreenshotAsync());
            var coloured = picture.Pixels.Count(pixel => pixel.Blue - pixel.Red > 60);
            Assert.True(isThere ? coloured > 500 : coloured == 0, $"{coloured} pixels of the view {view} have the colour of the label.");
        }
    }

    [Fact]
    public async Task The_bands_of_distance_have_the_colours_of_the_legend()
    {
        await using var open = await service.SampleAsync();
        var page = open.Page;
        var distance = await VolumeAsync(await open.ShownAsync(), "distance");
        await FillOnlyAsync(page);
        await page.CheckAsync("input[name=layer][value=bands]", new PageCheckOptions { Force = true });
        await page.Locator("#opacity").FillAsync("100");
        await page.CheckAsync("input[name=view][value=axial]", new PageCheckOptions { Force = true });
        await Expect(page.Locator("#legend li")).ToHaveCountAsync(7);
        var fills = await page.Locator("#legend rect").EvaluateAllAsync<string[]>("squares => squares.map((square) => square.getAttribute('fill'))");
        (float End, SKColor Colour)[] bands = [.. new[] { -10f, -5, -2, 0, 2, 5, 10 }.Zip(fills.Select(Colour))];

        var slice = Slice(distance, "axial", await SlicesAsync(page));
        var colours = await open.ColoursAsync(slice);
        var seen = new HashSet<float>();
        foreach (var (voxel, colour) in slice.Zip(colours))
        {
            var mm = distance[voxel];
            if (bands.FirstOrDefault(band => mm < band.End) is not { End: var end, Colour: { Alpha: 255 } expected } || bands.Any(band => Math.Abs(mm - band.End) < NearTheEnd))
                continue;
            Assert.True(IsNear(expected, colour!.Value), $"{mm} mm is drawn in {colour}, and the legend has {expected} for up to {end} mm.");
            seen.Add(end);
        }

        Assert.True(seen.Count >= 6, "Nearly all bands are in the middle slice.");
    }

    [Fact]
    public async Task A_job_that_is_left_while_its_scan_is_unpacked_does_not_come_back_over_the_next_one()
    {
        await using var open = await service.SampleAsync();
        var page = open.Page;
        var (left, next) = (await open.ShownAsync(), await Client.SubmittedAsync(Scan.Small, "?output=all&model=phantom"));
        (await Client.WaitAsync(next)).AssertSucceeded();
        await page.EvaluateAsync("""
            () => {
              const Original = DecompressionStream
              window.held = 0
              window.gate = new Promise((open) => { window.release = open })
              window.DecompressionStream = class {
                constructor(format) {
                  const [inner, gate] = [new Original(format), window.gate]
                  if (gate) window.held++
                  this.writable = inner.writable
                  this.readable = inner.readable.pipeThrough(new TransformStream({ async transform(chunk, to) { await gate; to.enqueue(chunk) } }))
                }
              }
              location.hash = ''
            }
            """);
        await page.EvaluateAsync("id => { location.hash = `job=${id}` }", left);
        await page.WaitForFunctionAsync("() => window.held > 0");
        await page.EvaluateAsync("id => { window.gate = undefined; location.hash = `job=${id}` }", next);
        Assert.Equal(next, await open.ShownAsync());

        await page.EvaluateAsync("() => { window.release() }");
        await page.WaitForTimeoutAsync(2000);
        Assert.Equal(next, await open.ShownAsync());
        Assert.Equal("20,18,16", await page.EvaluateAsync<string>("() => document.getElementById('canvas').viewer.counts.join()"));
        Assert.Equal(2, await page.EvaluateAsync<int>("() => document.getElementById('canvas').viewer.niivue.volumes.length"));
    }

    /// <summary>Checks that in each plane the mask is drawn where it is, and nowhere else.</summary>
    internal static async Task AssertMaskAsync(OpenPage open, Volume segmentation, Volume probability)
    {
        var mask = new Grid(segmentation);
        await FillOnlyAsync(open.Page);
        foreach (var view in (string[])["axial", "coronal", "sagittal"])
        {
            await open.Page.CheckAsync($"input[name=view][value={view}]", new PageCheckOptions { Force = true });
            await AssertShownAsync(open, Clear(Slice(mask, view, await SlicesAsync(open.Page)), new Grid(probability), 0.5), voxel => mask[voxel] > 0);
        }
    }

    /// <summary>The mask without outline, and covering the scan.</summary>
    private static async Task FillOnlyAsync(IPage page)
    {
        await page.UncheckAsync("#outline");
        await page.Locator("#opacity").FillAsync("100");
    }

    /// <summary>Checks that those voxels, and no others, have the colour of the label; returns how many.</summary>
    private static async Task<int> AssertShownAsync(OpenPage open, List<int[]> slice, Func<int[], bool> isIn)
    {
        var colours = await open.ColoursAsync(slice);
        var expected = slice.Where(isIn).ToList();
        Assert.NotEmpty(expected);
        Assert.NotEqual(slice.Count, expected.Count);
        Assert.Equal(
            expected.Select(voxel => string.Join(',', voxel)),
            slice.Zip(colours).Where(pair => IsNear(Label, pair.Second!.Value)).Select(pair => string.Join(',', pair.First)));
        return expected.Count;
    }

    private static bool IsNear(SKColor expected, SKColor seen) =>
        Math.Abs(expected.Red - seen.Red) <= 4 && Math.Abs(expected.Green - seen.Green) <= 4 && Math.Abs(expected.Blue - seen.Blue) <= 4;

    private static SKColor Colour(string rgb)
    {
        var values = rgb["rgb(".Length..^1].Split(',').Select(value => byte.Parse(value, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        return new SKColor(values[0], values[1], values[2]);
    }

    /// <summary>The slices shown, in voxels: the sample lies in RAS.</summary>
    private static async Task<int[]> SlicesAsync(IPage page) =>
        await page.EvaluateAsync<int[]>("() => [0, 1, 2].map((axis) => Number(document.getElementById(`slice-${axis}`).value))");

    private static List<int[]> Clear(List<int[]> slice, Grid probability, double threshold) =>
        [.. slice.Where(voxel => Math.Abs(probability[voxel] - threshold) > NearTheThreshold)];

    // Without what the crosshair covers.
    private static List<int[]> Slice(Volume volume, string view, int[] at)
    {
        var normal = view switch { "sagittal" => 0, "coronal" => 1, _ => 2 };
        int[] size = [volume.Size.X, volume.Size.Y, volume.Size.Z];
        return
        [
            .. from z in Enumerable.Range(0, size[2])
               from y in Enumerable.Range(0, size[1])
               from x in Enumerable.Range(0, size[0])
               let voxel = new[] { x, y, z }
               where Enumerable.Range(0, 3).All(axis => axis == normal ? voxel[axis] == at[axis] : voxel[axis] != at[axis])
               select voxel,
        ];
    }

    private async Task<Grid> VolumeAsync(string id, string output)
    {
        var bytes = await Client.ResultAsync(id, output);
        return new Grid(VolumeFile.Read(new MemoryStream(bytes), ct: TestContext.Current.CancellationToken).Volume);
    }

    private sealed record Grid(Volume Volume)
    {
        public float this[int[] voxel] => Volume.Voxels[(((voxel[2] * Volume.Size.Y) + voxel[1]) * Volume.Size.X) + voxel[0]];

        public static implicit operator Volume(Grid grid) => grid.Volume;
    }
}
