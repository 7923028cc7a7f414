using System.Text.Json;
using Microsoft.Playwright;
using Sassnet.Api.Tests.Archive;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Page;
using Xunit;

namespace Sassnet.Api.Tests.Viewer;

/// <summary>Results in the memory of OHIF: every voxel, at its place in the patient.</summary>
[Collection(ViewedArchive.Name)]
public sealed class ViewerTests(ViewedArchive archive) : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    // Even; frames of an odd number of bytes; frames that end within a byte.
    private static readonly PushedScan[] Scans =
    [
        new(1, 48, 40, "axial", false),
        new(2, 24, 19, "axial", false),
        new(3, 75, 71, "axial", false),
        new(4, 183, 140, "axial", false),
        new(5, 75, 71, "oblique", false),
        new(6, 183, 140, "sagittal", false),
        new(7, 48, 40, "reversed", false),
        new(8, 48, 40, "oblique", true),
        new(9, 75, 71, "axial", true),
    ];

    private static readonly Dictionary<int, string> Jobs = [];
    private static OpenPage? _open;

    private static IPage Page => _open!.Page;

    public static TheoryData<int> Numbers => [.. Scans.Select(scan => scan.Number)];

    public async ValueTask InitializeAsync()
    {
        await archive.StartAsync();
        if (_open is not null)
            return;
        archive.Orthanc.Push(Scans.SelectMany(scan => scan.Files()));
        foreach (var scan in Scans)
            Jobs[scan.Number] = await archive.Service.OrderedAsync(scan.Study, scan.Series, server: "orthanc");
        foreach (var job in Jobs.Values)
        {
            var ended = await archive.Service.WaitAsync(job);
            Assert.True(ended.State() == "succeeded", ended.ToString());
        }

        _open = await archive.OpenAsync([.. Scans.Select(scan => scan.Study)]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task The_segmentation_lies_over_the_scan_voxel_by_voxel(int number)
    {
        var study = Scans[number - 1].Study;
        await Page.EvaluateAsync("study => look.show(study, 'SEG')", study);
        await Page.WaitForFunctionAsync("study => look.labels(look.set(study, 'SEG'))", study);

        var masks = JsonSerializer.Deserialize<ViewedGrid[]>(await Page.EvaluateAsync<string>("study => JSON.stringify(look.masks(study))", study), Options)!;
        var expected = await archive.VolumeAsync(Jobs[number], "segmentation");
        TestContext.Current.TestOutputHelper!.WriteLine($"{expected.Voxels.Count(voxel => voxel > 0)} of {expected.Voxels.Length}");
        Assert.Contains(1, expected.Voxels);
        Assert.Contains(0, expected.Voxels);
        ViewedGrid.AssertAre(masks, expected);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task The_distance_map_lies_over_the_scan_voxel_by_voxel(int number)
    {
        var scan = Scans[number - 1];
        await Page.EvaluateAsync("study => look.show(study, 'PMAP')", scan.Study);
        foreach (var (modality, output, scale) in ((string, string, float)[])[("MR", "image", 1), ("PMAP", "distance", 100)])
        {
            await Page.WaitForFunctionAsync("([study, modality]) => look.volume(study, modality)", new[] { scan.Study, modality });
            var volume = JsonSerializer.Deserialize<ViewedGrid>(await Page.EvaluateAsync<string>("([study, modality]) => JSON.stringify(look.volume(study, modality))", new[] { scan.Study, modality }), Options)!;
            ViewedGrid.AssertAre([volume], await archive.VolumeAsync(Jobs[number], output), scale);
        }
    }
}
