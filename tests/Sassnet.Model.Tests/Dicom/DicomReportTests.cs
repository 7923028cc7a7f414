using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Xunit;
using static Sassnet.Model.Tests.Dicom.ResultFiles;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Measurement reports, read by dcmtk's dsrdump and pydicom and checked by dciodvfy.</summary>
public sealed class DicomReportTests
{
    // The tree, an item a line: depth, relation, type, name, value.
    private const string Reader = """
        import sys, pydicom
        def walk(item, depth):
            name = item.ConceptNameCodeSequence[0] if "ConceptNameCodeSequence" in item else None
            value = ""
            if item.ValueType == "NUM":
                measured = item.MeasuredValueSequence[0]
                value = "%s %s" % (measured.NumericValue, measured.MeasurementUnitsCodeSequence[0].CodeValue)
            elif item.ValueType == "CODE":
                value = item.ConceptCodeSequence[0].CodeValue
            elif item.ValueType == "TEXT":
                value = item.TextValue
            elif item.ValueType == "UIDREF":
                value = item.UID
            elif item.ValueType == "IMAGE":
                sop = item.ReferencedSOPSequence[0]
                value = "%s %s" % (sop.ReferencedSOPInstanceUID, sop.get("ReferencedSegmentNumber", ""))
            print("|".join([str(depth), item.get("RelationshipType", ""), item.ValueType, name.CodeValue if name else "", str(value).strip()]))
            for below in item.get("ContentSequence", []):
                walk(below, depth + 1)
        walk(pydicom.dcmread(sys.argv[1]), 0)
        """;

    private static readonly SegmentMeasurement Measured = new(93.29, 14870.6, 84.2, 19.4);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_report_is_valid_and_says_what_was_measured(bool isEnhanced)
    {
        using var folder = Folder(isEnhanced);
        var file = folder.Read();
        var path = Write(folder, stream => DicomReport.Write(stream, Labels(file.Volume), [Measured], file.Source, About()));

        RequireValid(path);
        var dump = Tools.Run("dsrdump", "+Pc", "+Pl", path);
        Assert.Contains("Comprehensive 3D SR", dump, StringComparison.Ordinal);
        foreach (var line in (string[])["118565006,SCT,\"Volume\")=\"93.29\" (cm3,UCUM", "C0JK,IBSI", "=\"14870.6\" (mm2,UCUM", "L0JK,IBSI", "=\"84.2\" (mm,UCUM", "inscribed-radius,99SASSNET", "=\"19.4\" (mm,UCUM", "82471001,SCT,\"left atrium\""])
            Assert.True(dump.Contains(line, StringComparison.Ordinal), $"{line} is not in {dump}");
        var tree = Read(path);
        Assert.StartsWith("0||CONTAINER|126000|", tree[0], StringComparison.Ordinal);
        Assert.Equal(isEnhanced ? 1 : 4, tree.Count(line => line.StartsWith("3|CONTAINS|IMAGE||", StringComparison.Ordinal)));
        Assert.Contains($"3|CONTAINS|UIDREF|121232|{DicomScan.SeriesUid}", tree);
    }

    [Theory]
    [InlineData(SegmentationEncoding.Auto)]
    [InlineData(SegmentationEncoding.LabelMap)]
    public void A_report_refers_to_the_segmentation_object_of_the_same_result_and_tracks_the_same_thing(SegmentationEncoding encoding)
    {
        using var folder = Folder(isEnhanced: false);
        var file = folder.Read();
        var about = About() with { Encoding = encoding };
        var segmentation = Write(folder, stream => DicomSegmentation.Write(stream, Labels(file.Volume), file.Source, about));
        var report = Write(folder, stream => DicomReport.Write(stream, Labels(file.Volume), [Measured], file.Source, about));

        var instance = Value(segmentation, "0008,0018");
        Assert.Contains($"3|CONTAINS|IMAGE|121191|{instance} 1", Read(report));
        Assert.Contains(instance, Values(report, "0008,1155"));
        Assert.Contains(Value(segmentation, "0020,000e"), Values(report, "0020,000e"));
        Assert.Contains(Value(segmentation, "0008,0016"), Values(report, "0008,1150"));
        Assert.Contains($"3|HAS OBS CONTEXT|UIDREF|112040|{Value(segmentation, "0062,0021")}", Read(report));
        Assert.Contains($"3|HAS OBS CONTEXT|TEXT|112039|{Value(segmentation, "0062,0020")}", Read(report));
    }

    [Fact]
    public void The_same_result_has_the_same_identifiers_and_another_result_others()
    {
        using var folder = Folder(isEnhanced: false);
        var file = folder.Read();
        var other = Labels(file.Volume);
        other.Labels[0] ^= 1;
        var results = new (LabelMap Labels, ResultDescription About)[]
        {
            (Labels(file.Volume), About()),
            (other, About()),
            (Labels(file.Volume), About() with { Deidentify = true }),
            (Labels(file.Volume), About() with { ModelVersion = "1.2.4" }),
            (Labels(file.Volume), About() with { Encoding = SegmentationEncoding.Fractional }),
            (Labels(file.Volume), About() with { Encoding = SegmentationEncoding.Binary }),
        };
        string Instance(LabelMap labels, ResultDescription about) => Value(Write(folder, stream => DicomSegmentation.Write(stream, labels, file.Source, about)), "0008,0018");

        var instances = results.Select(result => Instance(result.Labels, result.About)).ToList();
        Assert.All(instances, instance => Assert.Matches(@"^2\.25\.[1-9]\d+$", instance));
        Assert.Equal(5, instances.Distinct().Count());
        Assert.Equal(instances[0], Instance(Labels(file.Volume), About() with { Created = DateTimeOffset.UnixEpoch }));

        // A frame of 6 by 5 pixels is not stored as bits unless asked: the first is the fifth.
        Assert.Equal(instances[0], instances[4]);
    }

    [Fact]
    public void A_result_over_images_whose_patient_study_or_place_was_corrected_has_other_identifiers()
    {
        var corrections = new Dictionary<string, Func<DicomBytes, DicomBytes>>
        {
            ["nothing"] = file => file,
            ["the patient's name"] = file => file.Text(0x00100010, "PN", "PHANTOM^TWO"),
            ["the patient's number"] = file => file.Text(0x00100020, "LO", "ID-2"),
            ["the accession number"] = file => file.Text(0x00080050, "SH", "A7"),
            ["the study"] = file => file.Text(0x0020000D, "UI", "1.2.3"),
            ["the series"] = file => file.Text(0x0020000E, "UI", "1.2.4"),
            ["the frame of reference"] = file => file.Text(0x00200052, "UI", "1.2.5"),
            ["the columns' spacing"] = file => file.Numbers(0x00280030, "DS", 1.5, 1.3),
            ["the orientation"] = file => file.Numbers(0x00200037, "DS", -1, 0, 0, 0, -1, 0),
            ["the study's date"] = file => file.Text(0x00080020, "DA", "20260102"),
            ["the modality"] = file => file.Text(0x00080060, "CS", "CT"),
        };
        string Instance(Func<DicomBytes, DicomBytes> correct, bool deidentify)
        {
            using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => correct(new DicomScan().Slice(slice)).ToBytes()));
            var file = folder.Read();
            return Value(Write(folder, stream => DicomSegmentation.Write(stream, Labels(file.Volume), file.Source, About() with { Deidentify = deidentify })), "0008,0018");
        }

        var instances = corrections.Values.Select(correct => Instance(correct, deidentify: false)).ToList();
        Assert.Equal(corrections.Count, instances.Distinct().Count());
        Assert.Equal(instances[0], Instance(file => file.Text(0x0008103E, "LO", "what no result repeats"), deidentify: false));
        Assert.Equal(Instance(file => file, deidentify: true), Instance(corrections["the patient's name"], deidentify: true));
        Assert.Equal(instances[0], Instance(file => file, deidentify: false));
    }

    [Fact]
    public void A_result_over_images_that_were_moved_has_other_identifiers()
    {
        string Instance(DicomScan scan)
        {
            using var folder = new DicomFolder(scan.Classic());
            var file = folder.Read();
            return Value(Write(folder, stream => DicomSegmentation.Write(stream, Labels(file.Volume), file.Source, About())), "0008,0018");
        }

        DicomScan[] scans = [new(), new() { Origin = [-10, -20, -31] }, new() { Spacing = [1.25, 1.5, 2.5] }];
        Assert.Equal(3, scans.Select(Instance).Distinct().Count());
    }

    [Fact]
    public void Nothing_found_is_reported_too()
    {
        using var folder = Folder(isEnhanced: false);
        var file = folder.Read();
        var path = Write(folder, stream => DicomReport.Write(
            stream, new LabelMap(file.Volume.Size, new byte[file.Volume.Size.Count], file.Volume.Affine), [new SegmentMeasurement(0, 0, 0, null)], file.Source, About()));

        RequireValid(path);
        Assert.Equal(["3|CONTAINS|NUM|118565006|0 cm3", "3|CONTAINS|NUM|C0JK|0 mm2", "3|CONTAINS|NUM|L0JK|0 mm"], Read(path).Where(line => line.Contains("|NUM|", StringComparison.Ordinal)));
    }

    [Fact]
    public void Several_labels_are_several_segments_and_groups()
    {
        using var folder = Folder(isEnhanced: false);
        var file = folder.Read();
        var about = About() with { Labels = [new Label(3, "left atrium", "82471001", "#ff0000"), new Label(7, "wall", null, "#0000ff")] };
        var labels = new LabelMap(file.Volume.Size, [.. Labels(file.Volume).Labels.Select((label, voxel) => label == 0 ? (byte)0 : voxel < 30 ? (byte)3 : (byte)7)], file.Volume.Affine);
        foreach (var encoding in Enum.GetValues<SegmentationEncoding>())
        {
            var path = Write(folder, stream => DicomSegmentation.Write(stream, labels, file.Source, about with { Encoding = encoding }));
            var isLabelMap = encoding == SegmentationEncoding.LabelMap;
            Assert.Equal(isLabelMap ? ["0", "1", "2"] : ["1", "2"], Values(path, "0062,0004"));
            Assert.Equal(isLabelMap ? [] : ["1", "2", "2", "2"], Values(path, "0062,000b"));
            if (!isLabelMap)
                RequireValid(path);
        }

        var report = Write(folder, stream => DicomReport.Write(stream, labels, [Measured, Measured with { VolumeMl = 1.5 }], file.Source, about));
        RequireValid(report);
        Assert.Equal(["3|CONTAINS|NUM|118565006|93.29 cm3", "3|CONTAINS|NUM|118565006|1.5 cm3"], Read(report).Where(line => line.Contains("118565006", StringComparison.Ordinal)));
        labels.Labels[0] = 9;
        Assert.Contains("value 9", Assert.Throws<ArgumentException>(() => DicomSegmentation.Write(Stream.Null, labels, file.Source, about)).Message, StringComparison.Ordinal);
    }

    private static DicomFolder Folder(bool isEnhanced) => isEnhanced ? new DicomFolder(new DicomScan().Enhanced(2, 0, 3, 1).ToBytes()) : new DicomFolder(new DicomScan().Classic());

    private static LabelMap Labels(Volume volume) =>
        new(volume.Size, [.. Enumerable.Range(0, (int)volume.Size.Count).Select(voxel => (byte)(voxel * 7 % 5 < 2 ? 1 : 0))], volume.Affine);

    private static List<string> Read(string path)
    {
        return [.. PydicomProcess.Run(Reader, path).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
