using Microsoft.Playwright;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Segmentation;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Tests;
using SkiaSharp;
using TorchSharp;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>What a person sees of a result of two labels.</summary>
public sealed class SeveralLabelsPageTests(Chromium chromium) : IAsyncLifetime
{
    private static readonly string Phantom = Path.Combine(RepositoryFiles.Root, "docs", "phantom.nii.gz");

    private static readonly SKColor Atrium = new(0x3c, 0xb4, 0x4b);
    private static readonly SKColor Rest = new(0xe6, 0x19, 0x4b);

    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("sassnet-page-models-");
    private TestService _service = null!;

    public async ValueTask InitializeAsync()
    {
        WriteAtriumAndRest(Path.Combine(_models.FullName, "atrium-and-rest"));
        _service = await TestService.StartAsync(("Sassnet:Models:Folder", _models.FullName), ("Sassnet:Models:Default", "atrium-and-rest"));
    }

    [Fact]
    public async Task Each_label_is_shown_in_its_colour_with_its_outline_and_one_that_is_chosen_with_its_threshold_and_its_distance()
    {
        await using var open = await chromium.OpenAsync(_service.Address);
        var page = open.Page;
        await open.DropAsync(Phantom);
        var id = await open.SegmentAsync();
        await Expect(page.Locator("#table thead")).ToContainTextAsync("the rest");
        Assert.Equal(["atrium", "the rest"], await page.Locator("#structures-legend li").AllTextContentsAsync());
        await page.CheckAsync("input[name=view][value=axial]", new() { Force = true });
        var (labels, probability, distance) = (await MapAsync(id, "segmentation"), await MapAsync(id, "probability"), await MapAsync(id, "distance"));
        var slice = Slice(labels, await page.EvaluateAsync<int[]>("() => [0, 1, 2].map((axis) => Number(document.getElementById(`slice-${axis}`).value))"));

        // All of them: what is of one label only is switched off.
        await Expect(page.Locator("#threshold")).ToBeDisabledAsync();
        await Expect(page.Locator("input[name=layer][value=bands]")).ToBeDisabledAsync();
        await page.FillAsync("#opacity", "0");
        foreach (var (colour, volume) in new[] { (Atrium, 0), (Rest, 1) })
        {
            Assert.DoesNotContain(await open.ColoursAsync(slice.Where(voxel => At(distance, voxel, volume) < -3)), seen => IsNear(colour, seen!.Value, 40));
            Assert.InRange(await PixelsAsync(open, colour), 50, 20_000);
        }

        await page.UncheckAsync("#outline");
        await page.FillAsync("#opacity", "100");
        await AssertShownAsync(open, slice, voxel => At(labels, voxel) switch { 9 => Atrium, 5 => Rest, _ => null });
        Assert.Equal("true, true", await SurfacesAsync(page));

        // One of them, as answered and at another threshold: what is likelier the other label stays the other's.
        await page.SelectOptionAsync("#structure", "the rest");
        Assert.Equal("false, true", await SurfacesAsync(page));
        await page.FillAsync("#opacity", "100");
        await AssertShownAsync(open, slice.Where(voxel => IsClear(voxel, 0.5f)), voxel => At(labels, voxel) == 5 ? Rest : null);
        await page.FillAsync("#threshold", "0.7");
        await Expect(page.Locator("#threshold-note")).ToContainTextAsync("A trial at 0.70: all of the rest that is above it,");
        await AssertShownAsync(open, slice.Where(voxel => IsClear(voxel, 0.7f)), voxel => At(probability, voxel, 1) > 0.7 ? Rest : null);

        // Its own distance, inside in the colours of the first four bands.
        await page.CheckAsync("input[name=layer][value=bands]", new() { Force = true });
        await page.FillAsync("#opacity", "100");
        await Expect(page.Locator("#legend li")).ToHaveCountAsync(7);
        foreach (var (voxel, colour) in slice.Zip(await open.ColoursAsync(slice)).Where(pair => Math.Abs(At(distance, pair.First, 1)) is > 0.5f and < 1.5f))
            Assert.True(IsNear(At(distance, voxel, 1) < 0 ? new SKColor(188, 224, 246) : new SKColor(255, 232, 150), colour!.Value), $"{At(distance, voxel, 1)} mm is drawn in {colour}.");

        await page.SelectOptionAsync("#structure", "All");
        await Expect(page.Locator("input[name=layer][value=mask]")).ToBeCheckedAsync();
        await Expect(page.Locator("#threshold")).ToBeDisabledAsync();
        await Expect(page.Locator("#threshold-note")).ToBeHiddenAsync();
        await page.CheckAsync("#outline");

        // Where the boundary passes near a voxel's middle, a pixel is not to be told to one side.
        bool IsClear(int[] voxel, float threshold) => Math.Abs(At(probability, voxel, 1) - threshold) > 0.06;
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _models.Delete(recursive: true);
    }

    private async Task<NiftiAnswer> MapAsync(string id, string output) => NiftiAnswer.Parse(await _service.Client.ResultAsync(id, output));

    private static float At(NiftiAnswer map, int[] voxel, int volume = 0) =>
        map.Voxels[(((((volume * map.Dim[3]) + voxel[2]) * map.Dim[2]) + voxel[1]) * map.Dim[1]) + voxel[0]];

    // Without what the crosshair covers, and the letters of the directions at the edges.
    private static List<int[]> Slice(NiftiAnswer map, int[] at) =>
        [.. from y in Enumerable.Range(8, map.Dim[2] - 16) from x in Enumerable.Range(8, map.Dim[1] - 16) where x != at[0] && y != at[1] select new[] { x, y, at[2] }];

    /// <summary>Checks that each voxel has the colour that is expected, and one where none is expected neither label's.</summary>
    private static async Task AssertShownAsync(OpenPage open, IEnumerable<int[]> voxels, Func<int[], SKColor?> expected)
    {
        var slice = voxels.ToList();
        var seen = slice.Zip(await open.ColoursAsync(slice), (voxel, colour) => (Expected: expected(voxel), Seen: colour!.Value)).ToList();
        Assert.Contains(seen, pair => pair.Expected is not null);
        Assert.All(seen, pair => Assert.True(pair.Expected is { } colour ? IsNear(colour, pair.Seen) : !IsNear(Atrium, pair.Seen) && !IsNear(Rest, pair.Seen), $"{pair.Seen} in place of {pair.Expected}"));
    }

    /// <summary>Which of the labels' surfaces are shown.</summary>
    private static Task<string> SurfacesAsync(IPage page) => page.EvaluateAsync<string>("() => document.getElementById('canvas').viewer.niivue.meshes.map((mesh) => mesh.visible).join(', ')");

    private static async Task<int> PixelsAsync(OpenPage open, SKColor colour)
    {
        await open.DrawnAsync();
        using var picture = SKBitmap.Decode(await open.Page.Locator("#canvas").ScreenshotAsync());
        return picture.Pixels.Count(pixel => IsNear(colour, pixel, 40));
    }

    private static bool IsNear(SKColor expected, SKColor seen, int by = 4) =>
        Math.Abs(expected.Red - seen.Red) <= by && Math.Abs(expected.Green - seen.Green) <= by && Math.Abs(expected.Blue - seen.Blue) <= by;

    // The bundled phantom's network, with a second structure wherever the first is not.
    private static void WriteAtriumAndRest(string folder)
    {
        var phantom = ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom"));
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        using var one = phantom.LoadNetwork();
        using var two = new VNet(one.Filters, classes: 2);
        var source = one.state_dict();
        foreach (var (key, target) in two.state_dict())
            target.copy_(key.StartsWith("out_conv", StringComparison.Ordinal) ? torch.cat([source[key], -source[key]], 0) : source[key]);
        ModelPackage.Write(folder, two, phantom.Manifest with
        {
            Name = "atrium-and-rest",
            Architecture = new Architecture("vnet-sdm", one.Filters, Classes: 2),
            Labels = [new Label(9, "atrium", Colour: "#3cb44b"), new Label(5, "the rest", Colour: "#e6194b")],
            Range = null,
        });
    }
}
