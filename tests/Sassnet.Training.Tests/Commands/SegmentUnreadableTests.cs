using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Training.Segmentation;
using Sassnet.Training.Tests.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>Results of scans that cannot be read when they are asked for again.</summary>
public sealed class SegmentUnreadableTests : IDisposable
{
    private readonly SegmentedFolder _segmented = new();
    private readonly RawScans _elsewhere;

    public SegmentUnreadableTests() => _elsewhere = new RawScans(Path.Combine(_segmented.Folder, "elsewhere"));

    [Theory]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public async Task They_stay_where_the_scans_go_away_before_it_is_their_turn(float threshold)
    {
        _segmented.Scans.WriteFlat("first", 901, suffix: null);
        _segmented.Scans.WriteSeries("second", 902);
        Assert.Equal(0, await _segmented.Segment());
        var (files, rows) = (Files(), _segmented.Rows());
        TorchRuntime.Load();
        var (package, request) = (ModelPackage.Open(SegmentedFolder.Phantom), new SegmentationRequest(Threshold: threshold));
        CaseOutput[] outputs = [CaseOutput.Segmentation, CaseOutput.Sdm];
        var cases = FolderSegmentation.Find(_segmented.Scans.Folder).Cases.Values;
        var away = Path.Combine(_segmented.Folder, "away");
        using (var folder = OutputFolder.Open(_segmented.Output, outputs))
            Assert.Equal(2, await new FolderSegmentation(package, request, outputs, TextWriter.Null).Run(_segmented.Scans.Folder, cases, folder, LoadLate, TestContext.Current.CancellationToken));
        Stayed(files, rows);

        // What is there needs nothing once the scans are back.
        Directory.Move(away, _segmented.Scans.Folder);
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(files, Files());
        Assert.Equal(rows, _segmented.Rows());

        LoadedModel LoadLate()
        {
            Directory.Move(_segmented.Scans.Folder, away);
            return LoadedModel.Load(package, new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        }
    }

    [Theory]
    [InlineData("first.nii.gz")]
    [InlineData("first.nii.gz", "--outputs", "segmentation", "sdm")]
    [InlineData("first.nii.gz", "--threshold", "0.9")]
    [InlineData("second/IM3")]
    [InlineData("second/IM3", "--outputs", "segmentation", "sdm")]
    [InlineData("second/IM3", "--threshold", "0.9")]
    public async Task They_stay_where_a_file_cannot_be_opened_from_the_beginning(string file, params string[] options)
    {
        LinkScans();
        Assert.Equal(0, await _segmented.Segment());
        var (files, rows) = (Files(), _segmented.Rows());
        var scan = Path.Combine(_elsewhere.Folder, file);
        File.Move(scan, scan + ".away");
        Assert.Equal(3, await _segmented.Segment(options));
        var name = file.Split('.', '/')[0];
        Stayed([.. files.Where(one => one.Case == name)], [.. rows.Where(row => row["case"] == name)]);

        // Once it can be opened again nothing is to be done for it.
        File.Move(scan + ".away", scan);
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(files.Where(one => one.Case == name), Files().Where(one => one.Case == name));
        Assert.Equal(rows.Single(row => row["case"] == name), _segmented.Rows().Single(row => row["case"] == name));
    }

    [Fact]
    public async Task They_are_replaced_once_a_scan_can_be_read_that_is_another_now()
    {
        LinkScans();
        Assert.Equal(0, await _segmented.Segment());
        var first = _segmented.Written("first");
        var scan = Path.Combine(_elsewhere.Folder, "first.nii.gz");
        File.Delete(scan);
        Assert.Equal(3, await _segmented.Segment());
        Assert.Equal(first, _segmented.Written("first"));
        _elsewhere.WriteFlat("first", 903, suffix: null);
        Assert.Equal(0, await _segmented.Segment());
        Assert.NotEqual(first, _segmented.Written("first"));
        Assert.All(_segmented.Rows(), row => Assert.Equal("", row["error"]));

        // A copy that broke off is another scan, of which what is there is not.
        File.WriteAllBytes(scan, File.ReadAllBytes(scan)[..1000]);
        Assert.Equal(3, await _segmented.Segment());
        Assert.False(Directory.Exists(Path.Combine(_segmented.Output, "first")));
        Assert.Equal("", _segmented.Rows()[0]["volume_ml"]);
    }

    [Fact]
    public async Task Those_of_other_options_stay_until_there_is_something_to_take_their_place()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        Assert.Equal(0, await _segmented.Segment("--outputs", "segmentation", "sdm"));
        var (files, rows) = (Files(), _segmented.Rows());
        Assert.Equal(3, await _segmented.Segment("--threshold", "0.9", "--outputs", "segmentation", "dicom-seg"));
        Stayed(files, rows);
        Assert.Equal(0, await _segmented.Segment("--threshold", "0.9"));
        Assert.Equal(["segmentation.nii.gz"], Files().Select(one => one.File));
        Assert.Equal("0.9", Assert.Single(_segmented.Rows())["threshold"]);
    }

    [Fact]
    public async Task Those_of_other_options_stay_where_the_scan_goes_away_before_its_image_is_read()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        Assert.Equal(0, await _segmented.Segment());
        var (files, rows) = (Files(), _segmented.Rows());
        TorchRuntime.Load();
        var (package, request) = (ModelPackage.Open(SegmentedFolder.Phantom), new SegmentationRequest(Threshold: 0.9f));
        var raw = Assert.Single(FolderSegmentation.Find(_segmented.Scans.Folder).Cases.Values);
        CaseOutput[] outputs = [CaseOutput.Segmentation, CaseOutput.Image];
        using (var folder = OutputFolder.Open(_segmented.Output, outputs))
        {
            using var network = LoadedModel.Load(package, new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
            var work = new CaseWork(raw, CaseIdentity.Of(_segmented.Scans.Folder, raw, package, request), package.Manifest, request, outputs).Read(TestContext.Current.CancellationToken);
            work.Infer(network, TestContext.Current.CancellationToken);
            File.Delete(raw.Image!);
            folder.Record(work.Finish(folder));
        }

        Stayed(files, rows);
    }

    [Fact]
    public async Task A_file_beside_a_series_that_is_never_read_need_not_be_there()
    {
        _segmented.Scans.WriteSeries("series", 902);
        File.CreateSymbolicLink(Path.Combine(_segmented.Scans.Folder, "series", "notes.txt"), Path.Combine(_segmented.Folder, "gone"));
        Assert.Equal(0, await _segmented.Segment());
        var files = Files();
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(files, Files());
    }

    public void Dispose() => _segmented.Dispose();

    // A volume and a series, as links to what lies elsewhere.
    private void LinkScans()
    {
        _elsewhere.WriteFlat("first", 901, suffix: null);
        _elsewhere.WriteSeries("second", 902);
        foreach (var file in Directory.EnumerateFiles(_elsewhere.Folder, "*", SearchOption.AllDirectories))
        {
            var link = Path.Combine(_segmented.Scans.Folder, Path.GetRelativePath(_elsewhere.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, file);
        }
    }

    // The files are as they were, and so are the rows but for an error.
    private void Stayed(List<(string Case, string File, DateTime Written)> files, List<Dictionary<string, string>> rows)
    {
        var cases = rows.Select(row => row["case"]).ToList();
        Assert.Equal(files, Files().Where(one => cases.Contains(one.Case)));
        var now = _segmented.Rows().Where(row => cases.Contains(row["case"])).ToList();
        Assert.All(now, row => Assert.NotEqual("", row["error"]));
        Assert.Equal(rows, now.Select(row => new Dictionary<string, string>(row) { ["error"] = "" }));
    }

    private List<(string Case, string File, DateTime Written)> Files() =>
    [
        .. Directory.EnumerateDirectories(_segmented.Output).Order(StringComparer.Ordinal).SelectMany(folder => Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            .Select(path => (Path.GetFileName(Path.GetDirectoryName(path))!, Path.GetFileName(path), File.GetLastWriteTimeUtc(path))),
    ];
}
