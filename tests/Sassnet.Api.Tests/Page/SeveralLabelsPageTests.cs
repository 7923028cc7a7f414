using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.VolumeFiles;
using Sassnet.Tests;
using SkiaSharp;
using TorchSharp;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>What a person sees of a result of two labels.</summary>
public sealed class SeveralLabelsPageTests : IAsyncLifetime
{
    private static readonly string Phantom = Path.Combine(RepositoryFiles.Root, "docs", "phantom.nii.gz");

    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("sassnet-page-models-");
    private readonly Chromium _chromium = new();
    private TestService _service = null!;

    public async ValueTask InitializeAsync()
    {
        WriteAtriumAndRest(Path.Combine(_models.FullName, "atrium-and-rest"));
        _service = await TestService.StartAsync(("Sassnet:Models:Folder", _models.FullName), ("Sassnet:Models:Default", "atrium-and-rest"));
    }

    [Fact]
    public async Task Each_label_is_shown_in_its_colour_and_what_is_of_one_label_only_is_switched_off()
    {
        await using var open = await _chromium.OpenAsync(_service.Address);
        var page = open.Page;
        await open.DropAsync(Phantom);
        var id = await open.SegmentAsync();
        await Expect(page.Locator("#threshold")).ToBeDisabledAsync();
        await Expect(page.Locator("#table thead")).ToContainTextAsync("the rest");

        await page.UncheckAsync("#outline");
        await page.FillAsync("#opacity", "100");
        await page.CheckAsync("input[name=view][value=axial]", new() { Force = true });
        await open.DrawnAsync();
        var labels = VolumeFile.Read(new MemoryStream(await _service.Client.ResultAsync(id, "segmentation")), ct: TestContext.Current.CancellationToken).Volume;
        var at = await page.EvaluateAsync<int[]>("() => [0, 1, 2].map((axis) => Number(document.getElementById(`slice-${axis}`).value))");

        // Without what the crosshair covers, and the letters of the directions at the edges.
        int[][] slice = [.. from y in Enumerable.Range(8, labels.Size.Y - 16) from x in Enumerable.Range(8, labels.Size.X - 16) where x != at[0] && y != at[1] select new[] { x, y, at[2] }];
        var colours = await open.ColoursAsync(slice);
        var seen = slice.Zip(colours).GroupBy(pair => labels.Voxels[labels.Size.IndexOf(pair.First[0], pair.First[1], pair.First[2])], pair => pair.Second!.Value).ToDictionary(group => group.Key, group => group.ToList());
        Assert.Equal([5f, 9], seen.Keys.Where(label => label > 0).Order());
        Assert.All(seen[5], colour => Assert.True(IsNear(new SKColor(0xe6, 0x19, 0x4b), colour), $"{colour}"));
        Assert.All(seen[9], colour => Assert.True(IsNear(new SKColor(0x3c, 0xb4, 0x4b), colour), $"{colour}"));
        Assert.Equal(2, await page.EvaluateAsync<int>("() => document.getElementById('canvas').viewer.niivue.meshes.length"));
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        await _service.DisposeAsync();
        _models.Delete(recursive: true);
    }

    private static bool IsNear(SKColor expected, SKColor seen) =>
        Math.Abs(expected.Red - seen.Red) <= 4 && Math.Abs(expected.Green - seen.Green) <= 4 && Math.Abs(expected.Blue - seen.Blue) <= 4;

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
