using Sassnet.Api.Tests.Jobs;
using Sassnet.Model.Tests.Nifti;
using Sassnet.Model.VolumeFiles;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>Where the page has a scan in the patient, and of which size: as the service has it, of whatever a header can say.</summary>
[Collection(PageService.Name)]
public sealed class PlacementPageTests(PageService service)
{
    // A tilt of 17°, whose quaternion is longer than 1 in single precision, as every second one is.
    private static readonly double[] Tilted = [0, Math.Sin(0.15), Math.Cos(0.15)];
    private static readonly double[] TurnedRound = [0, 0, 1];
    private static readonly double[] Corner = [49.375, 44.375, -29.375];

    public static TheoryData<string> Headers => [.. Changes.Keys];

    private static Dictionary<string, Func<NiftiBytes, NiftiBytes>> Changes { get; } = new()
    {
        ["a qform of a higher code, which has left and right the other way round"] = scan => scan with { QformCode = 2, Quaternion = TurnedRound, QOffset = Corner },
        ["a qform alone, of a quaternion that rounding made longer than 1"] = scan => scan with { SformCode = 0, Quaternion = Tilted, QOffset = Corner },
        ["edges that are not the sform's"] = scan => scan with { QformCode = 0, PixDim = [1, 1.25, 1.25, 5, 0, 0, 0, 0] },
        ["micrometres"] = scan => Scaled(scan, 3, 1000),
        ["metres"] = scan => Scaled(scan, 1, 0.001),
        ["micrometres in NIfTI-2, and a qform alone"] = scan => Scaled(scan, 3, 1000) with { Version = 2, SformCode = 0 },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task A_scan_is_shown_where_the_service_has_it_and_measured_as_large(string header)
    {
        var (client, cancellation) = (service.Service.Client, TestContext.Current.CancellationToken);
        var id = await client.SubmittedAsync(NiftiBytes.Gzip(Changes[header](Phantom()).ToBytes()), "?output=all&model=phantom");
        (await client.WaitAsync(id)).AssertSucceeded();
        var probability = VolumeFile.Read(new MemoryStream(await client.ResultAsync(id, "probability")), ct: cancellation).Volume;
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        await open.ShownAsync();

        foreach (var layer in (int[])[0, 1])
        {
            var shown = await open.Page.EvaluateAsync<double[]>("layer => document.getElementById('canvas').viewer.niivue.volumes[layer].hdr.affine.slice(0, 3).flat()", layer);
            Assert.All(shown, (entry, index) => Assert.Equal(probability.Affine[index / 4, index % 4], entry, 0.001));
            var edges = await open.Page.EvaluateAsync<double[]>("layer => document.getElementById('canvas').viewer.niivue.volumes[layer].hdr.pixDims.slice(1, 4)", layer);
            Assert.All(edges, edge => Assert.Equal(1.25, edge, 0.001));
        }

        await open.Page.Locator("#threshold").FillAsync("0.3");
        var millilitres = probability.Voxels.Count(value => value > 0.3f) * Math.Pow(1.25, 3) / 1000;
        Assert.InRange(millilitres, 20, 80);
        await Expect(open.Page.Locator("#threshold-note")).ToContainTextAsync(FormattableString.Invariant($" {millilitres:F1} ml"));
    }

    private static NiftiBytes Phantom() => new()
    {
        Dim = [3, 80, 72, 48, 1, 1, 1, 1],
        PixDim = [1, 1.25, 1.25, 1.25, 0, 0, 0, 0],
        SRow = [1.25, 0, 0, -49.375, 0, 1.25, 0, -44.375, 0, 0, 1.25, -29.375],
        QOffset = [-49.375, -44.375, -29.375],
        Stored = Array.ConvertAll(Voxels(), value => (double)value),
    };

    private static float[] Voxels()
    {
        using var file = File.OpenRead(PageService.Phantom);
        return VolumeFile.Read(file, ct: TestContext.Current.CancellationToken).Volume.Voxels;
    }

    private static NiftiBytes Scaled(NiftiBytes scan, int unit, double factor) => scan with
    {
        XyztUnits = unit,
        PixDim = [scan.PixDim[0], .. scan.PixDim[1..4].Select(edge => edge * factor), .. scan.PixDim[4..]],
        SRow = [.. scan.SRow.Select(entry => entry * factor)],
        QOffset = [.. scan.QOffset.Select(entry => entry * factor)],
    };
}
