using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Sassnet.Api.Tests.EndToEnd;
using Sassnet.Model.Metrics;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Uploads;

/// <summary>Series of the phantom as odd as those of bug reports, in zips of tests/cases: what is in them is found whole.</summary>
public sealed class DicomCasesTests(BundledService bundled) : IClassFixture<BundledService>
{
    private const string Series = "1.2.826.0.1.3680043.10.1338.7.2";
    private const double LeastDice = 0.93;

    public static TheoryData<string, string, string?> Whole => new()
    {
        { "uid_SOPInstanceUID_all", string.Empty, "SOPInstanceUID" },
        { "other_h264", $"&series={Series}", null },
        { "other_truncated", $"&series={Series}", "cannot be read" },
        { "frames_0", string.Empty, null },
        { "study_description_1500", string.Empty, "(0008,1030)" },
        { "meta_explicit_data_implicit", string.Empty, "another encoding" },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public async Task A_series_is_found_whole_and_what_is_odd_is_said(string name, string query, string? warning)
    {
        await using var all = await AllAsync(name, query);
        var labels = Read(all, "segmentation.nii.gz");
        var truth = VolumeFile.Read(Path.Combine(RepositoryFiles.Root, "docs", "phantom-label.nii.gz"), ct: TestContext.Current.CancellationToken).Volume;

        Assert.Equal(48, labels.Size.Z);
        var dice = Overlap.Between(Labels(labels), Moved(truth, labels)).Dice;
        Assert.True(dice > LeastDice, $"Dice {dice:0.0000}");
        var warnings = Warnings(all);
        if (warning is null)
            Assert.Empty(warnings);
        else
            Assert.Contains(warning, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dicom_results_that_cannot_be_made_are_left_out_with_the_reason()
    {
        await using var all = await AllAsync("uid_SOPInstanceUID_all", string.Empty);
        await using var sound = await AllAsync("frames_0", string.Empty);

        Assert.DoesNotContain(all.Entries, entry => entry.FullName.EndsWith(".dcm", StringComparison.Ordinal));
        Assert.Equal(
            ["segmentation.dcm", "distance.dcm", "measurements.dcm", "contours.dcm"],
            sound.Entries.Select(entry => entry.FullName).Where(name => name.EndsWith(".dcm", StringComparison.Ordinal)));
        Assert.Contains("DICOM results cannot be made", Assert.Single(Warnings(all)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Steps_of_positions_with_one_decimal_are_those_that_were_rounded()
    {
        await using var all = await AllAsync("rounded_0.625_1", string.Empty);
        var labels = Read(all, "segmentation.nii.gz");

        Assert.Equal(48, labels.Size.Z);
        Assert.Equal(0.625, labels.VoxelSize.Z, 1e-6);
        Assert.Contains(Warnings(all), warning => warning.Contains("taken as equal, 0.625 mm each", StringComparison.Ordinal));
    }

    private async Task<ZipArchive> AllAsync(string name, string query)
    {
        var body = await File.ReadAllBytesAsync(Path.Combine(RepositoryFiles.Root, "tests", "cases", $"{name}.zip"), TestContext.Current.CancellationToken);
        using var response = await bundled.Service.SegmentAsync(body, $"?model=phantom&output=all{query}");
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return new ZipArchive(new MemoryStream(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
    }

    private static Volume Read(ZipArchive all, string name)
    {
        var content = new MemoryStream();
        using (var entry = all.GetEntry(name)!.Open())
            entry.CopyTo(content);
        content.Position = 0;
        return VolumeFile.Read(content, ct: TestContext.Current.CancellationToken).Volume;
    }

    private static List<string> Warnings(ZipArchive all)
    {
        using var entry = all.GetEntry("report.json")!.Open();
        return [.. JsonNode.Parse(entry)!["warnings"]!.AsArray().Select(warning => warning!["sentence"]!.ToString())];
    }

    private static byte[] Labels(Volume volume) => [.. volume.Voxels.Select(value => (byte)value)];

    /// <summary>The truth on the grid of an answer, which has the same voxels in another order.</summary>
    private static byte[] Moved(Volume truth, Volume answer)
    {
        var places = new Dictionary<(int, int, int), byte>();
        foreach (var (place, index) in Places(truth))
            places[place] = (byte)truth.Voxels[index];
        var moved = new byte[answer.Voxels.Length];
        foreach (var (place, index) in Places(answer))
            moved[index] = places[place];
        return moved;
    }

    private static IEnumerable<((int R, int A, int S) Place, int Index)> Places(Volume volume)
    {
        for (var index = 0; index < volume.Voxels.Length; index++)
        {
            var (x, y, z) = (index % volume.Size.X, index / volume.Size.X % volume.Size.Y, index / (volume.Size.X * volume.Size.Y));
            var (r, a, s) = volume.Affine.Apply(x, y, z);
            yield return (((int)Math.Round(r * 8), (int)Math.Round(a * 8), (int)Math.Round(s * 8)), index);
        }
    }
}
