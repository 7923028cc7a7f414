using System.Globalization;
using Sassnet.Model.Inference;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Training.Segmentation;
using Sassnet.Training.Tests.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>A folder of links to scans that lie elsewhere.</summary>
public sealed class LinkedScanTests : IDisposable
{
    private readonly SegmentedFolder _segmented = new();
    private readonly RawScans _elsewhere;

    public LinkedScanTests()
    {
        _elsewhere = new RawScans(Path.Combine(_segmented.Folder, "elsewhere"));
        _elsewhere.WriteFlat("first", 901, suffix: null);
        Link("first.nii.gz");
    }

    private string Scan => Path.Combine(_elsewhere.Folder, "first.nii.gz");

    private string InScans => Path.Combine(_segmented.Scans.Folder, "scan.nii.gz");

    [Theory]
    [InlineData("another time")]
    [InlineData("another length")]
    [InlineData("another file of the same length and time")]
    public async Task One_whose_scan_is_another_now_is_segmented_again_and_else_not(string change)
    {
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(new FileInfo(Scan).Length.ToString(CultureInfo.InvariantCulture), Assert.Single(_segmented.Rows())["input_bytes"]);
        var first = _segmented.Written("scan");
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(first, _segmented.Written("scan"));

        var (length, time) = (new FileInfo(Scan).Length, File.GetLastWriteTimeUtc(Scan));
        switch (change)
        {
            case "another time":
                File.SetLastWriteTimeUtc(Scan, DateTime.UnixEpoch);
                break;
            case "another length":
                _elsewhere.WriteFlat("first", 902, suffix: null);
                File.SetLastWriteTimeUtc(Scan, time);
                Assert.NotEqual(length, new FileInfo(Scan).Length);
                break;
            default:
                File.Copy(Scan, Path.Combine(_elsewhere.Folder, "second.nii.gz"));
                File.SetLastWriteTimeUtc(Path.Combine(_elsewhere.Folder, "second.nii.gz"), time);
                File.Delete(InScans);
                Link("second.nii.gz");
                break;
        }

        Assert.Equal(0, await _segmented.Segment());
        Assert.NotEqual(first, _segmented.Written("scan"));
    }

    [Fact]
    public async Task One_of_a_series_whose_slice_is_another_now_is_segmented_again()
    {
        File.Delete(InScans);
        _elsewhere.WriteSeries("series", 901);
        var slices = Directory.CreateDirectory(Path.Combine(_segmented.Scans.Folder, "scan")).FullName;
        foreach (var slice in Directory.EnumerateFiles(Path.Combine(_elsewhere.Folder, "series")))
            File.CreateSymbolicLink(Path.Combine(slices, Path.GetFileName(slice)), slice);
        Assert.Equal(0, await _segmented.Segment());
        var first = _segmented.Written("scan");
        File.SetLastWriteTimeUtc(Path.Combine(_elsewhere.Folder, "series", "IM3"), DateTime.UtcNow);
        Assert.Equal(0, await _segmented.Segment());
        Assert.NotEqual(first, _segmented.Written("scan"));
    }

    [Fact]
    public void That_its_scan_is_changed_while_it_is_segmented_is_seen()
    {
        TorchRuntime.Load();
        var raw = Assert.Single(FolderSegmentation.Find(_segmented.Scans.Folder).Cases.Values);
        var identity = CaseIdentity.Of(_segmented.Scans.Folder, raw, ModelPackage.Open(SegmentedFolder.Phantom), new SegmentationRequest());
        Assert.True(identity.IsStill(raw));
        File.SetLastWriteTimeUtc(Scan, DateTime.UnixEpoch);
        Assert.False(identity.IsStill(raw));
    }

    public void Dispose() => _segmented.Dispose();

    private void Link(string name) => File.CreateSymbolicLink(InScans, Path.Combine(_elsewhere.Folder, name));
}
