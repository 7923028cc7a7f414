using System.Globalization;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;
using Xunit;
using static Sassnet.Model.Tests.Dicom.ResultFiles;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Secondary captures, read back by pydicom and dcmtk and checked by dciodvfy.</summary>
public sealed class DicomCaptureTests
{
    private const string Reader = """
        import sys, pydicom
        d = pydicom.dcmread(sys.argv[1])
        for i, groups in enumerate(d.PerFrameFunctionalGroupsSequence):
            count = 3 * d.Rows * d.Columns
            print(";".join([" ".join(map(str, groups.PlanePositionSequence[0].ImagePositionPatient)), " ".join(map(str, d.PixelData[count * i:count * (i + 1)]))]))
        """;

    [Fact]
    public void A_capture_is_valid_and_shows_the_scan_with_the_contour_in_the_labels_colour()
    {
        // The label is a rectangle of 4 by 3 pixels in two slices; 7 by 5 by 5 pixels of three bytes are an odd number of bytes.
        var scan = new DicomScan { Columns = 7, Rows = 5, Slices = 5, Orientation = [0, 1, 0, 0, 0, -1] };
        using var folder = new DicomFolder(scan.Classic().Reverse());
        var file = folder.Read();
        static bool IsLabel(int column, int row, int slice) => column is >= 1 and <= 4 && row is >= 1 and <= 3 && slice is (1 or 2);
        static bool IsInner(int column, int row) => column is 2 or 3 && row == 2;
        var labels = new LabelMap(file.Volume.Size, new byte[file.Volume.Size.Count], file.Volume.Affine);
        foreach (var (column, row, slice) in Pixels(scan).Where(at => IsLabel(at.Column, at.Row, at.Slice)))
            labels.Labels[file.Volume.Size.IndexOf(column, scan.Rows - 1 - row, slice)] = 1;
        var about = About();
        var grey = GreyVolume.Of(file.Volume);

        var path = Write(folder, stream => DicomCapture.Write(stream, grey, labels, file.Source, about with { Labels = [about.Labels[0] with { Colour = "#3dc1ff" }] }));

        RequireValid(path);
        var frames = ReadBack(path);
        Assert.Equal(5, frames.Count);
        foreach (var (column, row, slice) in Pixels(scan))
        {
            var frame = frames.Single(frame => frame.Position.Zip(scan.Position(slice)).All(pair => Math.Abs(pair.First - pair.Second) < 1e-6));
            var level = grey.Levels[grey.Size.IndexOf(column, scan.Rows - 1 - row, slice)];
            byte[] expected = IsLabel(column, row, slice) && !IsInner(column, row) ? [0x3D, 0xC1, 0xFF] : [level, level, level];
            Assert.Equal(expected, frame.Pixels[(3 * ((row * scan.Columns) + column))..][..3]);
        }
    }

    [Fact]
    public void Dcmtk_draws_a_frame_of_it()
    {
        using var folder = new DicomFolder(new DicomScan { Columns = 75, Rows = 71 }.Classic());
        var file = folder.Read();
        var labels = new LabelMap(file.Volume.Size, [.. Enumerable.Repeat((byte)1, (int)file.Volume.Size.Count)], file.Volume.Affine);
        var path = Write(folder, stream => DicomCapture.Write(stream, GreyVolume.Of(file.Volume), labels, file.Source, About()));

        // A label that fills the slice has its contour along the slice's edge.
        var drawn = Path.Combine(folder.Scratch, "frame.ppm");
        Tools.Run("dcm2pnm", "+op", "+F", "2", path, drawn);
        var pixels = File.ReadAllBytes(drawn)[^(75 * 71 * 3)..];
        Assert.Equal([0xE6, 0x19, 0x4B], pixels[..3]);
        Assert.NotEqual([0xE6, 0x19, 0x4B], pixels[((75 + 1) * 3)..][..3]);
    }

    [Fact]
    public void A_capture_of_thousands_of_slices_says_where_each_lies()
    {
        // Their places are more text than the 16 bits of its type's length say.
        const int Slices = 4500;
        const double Step = 0.7123456789012;
        var scan = new DicomScan { Columns = 2, Rows = 2, Orientation = [0.8, 0.6, 0, -0.48, 0.64, 0.6], Spacing = [1.25, 1.5, Step] };
        using var folder = new DicomFolder(scan.Enhanced([.. Enumerable.Range(0, Slices)]).ToBytes());
        var file = folder.Read();
        var labels = new LabelMap(file.Volume.Size, new byte[file.Volume.Size.Count], file.Volume.Affine);

        var path = Write(folder, stream => DicomCapture.Write(stream, GreyVolume.Of(file.Volume), labels, file.Source, About()));

        RequireValid(path);
        var text = Tools.Run("dcmdump", "+L", "+uc", path).Split('\n').Single(line => line.StartsWith("(0018,2005) ", StringComparison.Ordinal)).Split('[')[1].Split(']')[0];
        Assert.InRange(text.Length, ushort.MaxValue + 1, int.MaxValue);
        var places = text.Split('\\');
        Assert.Equal(Slices, places.Length);
        Assert.Equal((Slices - 1) * Step, double.Parse(places[^1], CultureInfo.InvariantCulture) - double.Parse(places[0], CultureInfo.InvariantCulture), 1e-6);
        Assert.Equal("4500", Value(path, "0028,0008"));
    }

    [Fact]
    public void Pixels_that_name_the_patient_are_said_to_and_never_deidentified()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice).Text(0x00280301, "CS", slice == 2 ? "YES" : "NO").ToBytes()));
        var file = folder.Read();
        var labels = new LabelMap(file.Volume.Size, new byte[file.Volume.Size.Count], file.Volume.Affine);
        void WriteTo(Stream stream, bool deidentify) => DicomCapture.Write(stream, GreyVolume.Of(file.Volume), labels, file.Source, About() with { Deidentify = deidentify });

        Assert.Equal("YES", Value(Write(folder, stream => WriteTo(stream, deidentify: false)), "0028,0301"));
        var fault = Assert.Throws<InvalidVolumeException>(() => WriteTo(Stream.Null, deidentify: true));
        Assert.Equal("burned-in-annotation", fault.Slug);
        Assert.Contains("(0028,0301)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_capture_over_images_whose_display_was_corrected_has_other_identifiers_and_a_segmentation_has_not()
    {
        var (stored, again, corrected) = (Identifiers("MONOCHROME2"), Identifiers("MONOCHROME2"), Identifiers("MONOCHROME1"));
        Assert.Equal(stored, again);
        Assert.NotEqual(stored.Instance, corrected.Instance);
        Assert.Equal(stored.Segmentation, corrected.Segmentation);

        static (string Instance, string Segmentation) Identifiers(string photometric)
        {
            using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice).Text(0x00280004, "CS", photometric).ToBytes()));
            var file = folder.Read();
            var labels = new LabelMap(file.Volume.Size, new byte[file.Volume.Size.Count], file.Volume.Affine);
            var capture = Write(folder, stream => DicomCapture.Write(stream, GreyVolume.Of(file.Volume, file.Source.IsInverted), labels, file.Source, About()));
            var segmentation = Write(folder, stream => DicomSegmentation.Write(stream, labels, file.Source, About()));
            return (Value(capture, "0008,0018"), Value(segmentation, "0008,0018"));
        }
    }

    private static IEnumerable<(int Column, int Row, int Slice)> Pixels(DicomScan scan) =>
        from slice in Enumerable.Range(0, scan.Slices)
        from row in Enumerable.Range(0, scan.Rows)
        from column in Enumerable.Range(0, scan.Columns)
        select (column, row, slice);

    private static List<(double[] Position, byte[] Pixels)> ReadBack(string path)
    {
        return
        [
            .. PydicomProcess.Run(Reader, path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(';')).Select(fields => (
                fields[0].Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray(),
                fields[1].Split(' ').Select(number => byte.Parse(number, CultureInfo.InvariantCulture)).ToArray())),
        ];
    }
}
