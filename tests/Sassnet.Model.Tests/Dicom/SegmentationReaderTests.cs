using System.Globalization;
using System.Text.Json;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Segmentation objects as the readers of other packages have them in memory: every voxel, at its place in the patient.</summary>
public sealed class SegmentationReaderTests
{
    private static readonly Dictionary<string, double[]> Orientations = new()
    {
        ["axial"] = [1, 0, 0, 0, 1, 0],
        ["oblique"] = [0.8, 0.6, 0, -0.48, 0.64, 0.6],
        ["sagittal"] = [0, 1, 0, 0, 0, -1],
        ["reversed"] = [1, 0, 0, 0, -1, 0],
    };

    // Even; a byte too many; frames that end within a byte.
    private static readonly (int Columns, int Rows)[] Grids = [(16, 12), (8, 9), (75, 71), (183, 140)];

    [Theory]
    [InlineData(16, 12, 3, SegmentationEncoding.Binary)]
    [InlineData(8, 9, 2, SegmentationEncoding.Binary)]
    [InlineData(8, 9, 3, SegmentationEncoding.Fractional)]
    [InlineData(75, 71, 3, SegmentationEncoding.Fractional)]
    [InlineData(75, 71, 16, SegmentationEncoding.Fractional)]
    [InlineData(183, 140, 3, SegmentationEncoding.Fractional)]
    public void Bits_are_taken_where_frames_end_with_a_byte_and_no_byte_pads(int columns, int rows, int frames, SegmentationEncoding expected)
    {
        var size = new GridSize(columns, rows, frames);
        var labels = new LabelMap(size, [.. Enumerable.Repeat((byte)1, (int)size.Count)], Affine.Scaling(VoxelSize.Unit));

        Assert.Equal(expected, DicomSegmentation.EncodingOf(labels, ResultFiles.About()));
        Assert.Equal(SegmentationEncoding.LabelMap, DicomSegmentation.EncodingOf(labels, ResultFiles.About() with { Encoding = SegmentationEncoding.LabelMap }));
        Assert.Null(DicomSegmentation.WarningOf(labels, ResultFiles.About()));
        Assert.Equal(
            expected == SegmentationEncoding.Binary ? null : "binary-misread",
            DicomSegmentation.WarningOf(labels, ResultFiles.About() with { Encoding = SegmentationEncoding.Binary })?.Slug);
    }

    [Fact]
    public void Dcmqi_has_every_voxel_at_its_place_on_every_grid()
    {
        using var cases = new Cases(SegmentationEncoding.Auto);
        Assert.All(cases.Read("dcmqi"), read => Assert.True(IsRightByDcmqi(read.Case, read.Read), $"{read.Case.Name} {Error(read.Read)}"));
    }

    // What is avoided is really there: the comparison would see it.
    [Fact]
    public void Dcmqi_reads_bits_wrong_on_one_of_the_grids()
    {
        using var cases = new Cases(SegmentationEncoding.Binary);
        var read = cases.Read("dcmqi").ToLookup(read => read.Case.Scan.Columns == 75, read => IsRightByDcmqi(read.Case, read.Read));
        Assert.All(read[true], Assert.False);
        Assert.All(read[false], Assert.True);
    }

    [Theory]
    [InlineData(SegmentationEncoding.Auto)]
    [InlineData(SegmentationEncoding.LabelMap)]
    public void Cornerstone_has_every_voxel_on_its_frame_on_every_grid(SegmentationEncoding encoding)
    {
        using var cases = new Cases(encoding);
        foreach (var (one, read) in cases.Read("cornerstone"))
        {
            Assert.False(read.TryGetProperty("error", out var error), $"{one.Name} {error}");
            var found = read.GetProperty("segmented").EnumerateArray()
                .Select(pair => (Slice: one.Order[pair[0].GetInt32()], Pixel: pair[1].GetInt32()))
                .Select(at => (at.Pixel % one.Scan.Columns, at.Pixel / one.Scan.Columns, at.Slice));
            Assert.True(one.Segmented.SetEquals(found), one.Name);
        }
    }

    private static bool IsRightByDcmqi(Case one, JsonElement read)
    {
        if (read.TryGetProperty("error", out _))
            return false;
        var size = read.GetProperty("size").EnumerateArray().Select(side => side.GetInt32()).ToArray();
        var (origin, spacing, direction) = (Numbers(read, "origin"), Numbers(read, "spacing"), Numbers(read, "direction"));
        return one.Segmented.SetEquals(read.GetProperty("segmented").EnumerateArray().Select(index => index.GetInt32()).Select(index =>
        {
            int[] voxel = [index % size[0], index / size[0] % size[1], index / size[0] / size[1]];
            return IndexAt(one.Scan, [.. Enumerable.Range(0, 3).Select(row => origin[row] + Enumerable.Range(0, 3).Sum(axis => direction[(3 * row) + axis] * spacing[axis] * voxel[axis]))]);
        }));
    }

    private static string Error(JsonElement read) => read.TryGetProperty("error", out var error) ? error.GetString()! : string.Empty;

    private static double[] Numbers(JsonElement read, string name) => [.. read.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    /// <summary>The column, row and slice of a scan that lie at a position, reckoned from the scan alone.</summary>
    private static (int Column, int Row, int Slice) IndexAt(DicomScan scan, double[] position)
    {
        double Along(IEnumerable<double> axis) => axis.Select((part, i) => part * (position[i] - scan.Origin[i])).Sum();
        double[] index = [Along(scan.Orientation.Take(3)) / scan.Spacing[0], Along(scan.Orientation.Skip(3)) / scan.Spacing[1], Along(scan.Normal) / scan.Spacing[2]];
        Assert.All(index, value => Assert.Equal(Math.Round(value), value, 1e-3));
        return ((int)Math.Round(index[0]), (int)Math.Round(index[1]), (int)Math.Round(index[2]));
    }

    /// <summary>A source and the voxels that are segmented in it.</summary>
    /// <param name="Name">Which one, for people.</param>
    /// <param name="Scan">The source.</param>
    /// <param name="Order">The slices in the order in which the readers are told of them.</param>
    /// <param name="Segmented">Column, row and slice of each voxel.</param>
    private sealed record Case(string Name, DicomScan Scan, int[] Order, HashSet<(int Column, int Row, int Slice)> Segmented);

    /// <summary>All grids in all orientations, classic and enhanced, written by the code under test.</summary>
    private sealed class Cases : IDisposable
    {
        private static readonly int[] Enhanced = [2, 0, 3, 1];
        private static readonly int[] Classic = [0, 1, 2, 3];

        private readonly List<DicomFolder> _folders = [];
        private readonly List<Case> _cases = [];
        private readonly List<object> _told = [];

        public Cases(SegmentationEncoding encoding)
        {
            foreach (var (columns, rows) in Grids)
            {
                foreach (var (geometry, orientation) in Orientations)
                {
                    foreach (var isEnhanced in geometry is "axial" or "oblique" ? [false, true] : (bool[])[false])
                        Add($"{columns}x{rows} {geometry} {(isEnhanced ? "enhanced" : "classic")}", new DicomScan { Columns = columns, Rows = rows, Orientation = orientation, Origin = [12.5, -7, 33] }, isEnhanced, encoding);
                }
            }
        }

        /// <summary>What a reader has of each.</summary>
        public IEnumerable<(Case Case, JsonElement Read)> Read(string reader)
        {
            var script = Path.Combine(RepositoryFiles.Root, "tests", "DicomReaders", "read.mjs");
            Assert.SkipUnless(Directory.Exists(Path.Combine(Path.GetDirectoryName(script)!, "node_modules")), "needs the npm packages of tests/DicomReaders: npm ci --ignore-scripts there");
            var list = Path.Combine(_folders[0].Scratch, "cases.json");
            File.WriteAllText(list, JsonSerializer.Serialize(_told));
            var lines = Tools.Run("node", script, reader, list).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] == '{').ToList();
            Assert.Equal(_cases.Count, lines.Count);
            return _cases.Zip(lines, (one, line) => (one, JsonDocument.Parse(line).RootElement));
        }

        public void Dispose() => _folders.ForEach(folder => folder.Dispose());

        private void Add(string name, DicomScan scan, bool isEnhanced, SegmentationEncoding encoding)
        {
            var order = isEnhanced ? Enhanced : Classic;
            var folder = isEnhanced ? new DicomFolder(scan.Enhanced(order).ToBytes()) : new DicomFolder(scan.Classic());
            _folders.Add(folder);
            var file = folder.Read();

            // Three slices of four, without any symmetry.
            var segmented = new HashSet<(int, int, int)>();
            var labels = new byte[file.Volume.Size.Count];
            var random = new Random(scan.Columns);
            foreach (var slice in (int[])[0, 2, 3])
            {
                for (var row = 0; row < scan.Rows; row++)
                {
                    for (var column = 0; column < scan.Columns; column++)
                    {
                        if (random.Next(column + row + 4) > 3)
                            continue;
                        segmented.Add((column, row, slice));
                        labels[file.Volume.Size.IndexOf(column, scan.Rows - 1 - row, slice)] = 1;
                    }
                }
            }

            var path = ResultFiles.Write(folder, stream => DicomSegmentation.Write(
                stream, new LabelMap(file.Volume.Size, labels, file.Volume.Affine), file.Source, ResultFiles.About() with { Encoding = encoding }));
            _cases.Add(new Case(name, scan, order, segmented));
            _told.Add(new
            {
                path,
                rows = scan.Rows,
                columns = scan.Columns,
                spacing = (double[])[scan.Spacing[1], scan.Spacing[0]],
                orientation = scan.Orientation,
                series = DicomScan.SeriesUid,
                frameOfReference = "1.2.826.0.1.3680043.10.2",
                sop = isEnhanced ? DicomScan.EnhancedMrClass : DicomScan.MrClass,
                frames = order.Select((slice, place) => new
                {
                    instance = isEnhanced ? $"{DicomScan.SeriesUid}.1" : string.Create(CultureInfo.InvariantCulture, $"{DicomScan.SeriesUid}.{slice + 1}"),
                    number = place + 1,
                    position = scan.Position(slice),
                }).ToList(),
            });
        }
    }
}
