using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>The tables of docs/dicom-conformance.md say what the code does: each stands between comments that name it.</summary>
public sealed partial class ConformancePageTests
{
    private const string Switch = "SASSNET_WRITE_DOCS";
    private const string Command = Switch + "=1 dotnet run --project tests/Sassnet.Model.Tests -- -class '*ConformancePageTests'";

    private static readonly SegmentationEncoding[] Encodings = [SegmentationEncoding.Binary, SegmentationEncoding.Fractional, SegmentationEncoding.LabelMap];

    [Fact]
    public void Sop_classes_and_transfer_syntaxes_are_those_of_the_code()
    {
        Require("sop classes read", ["SOP class", "UID"], ImageKind.ScanClasses.Select(scan => (string[])[scan.Value, scan.Key]));
        Require("transfer syntaxes read", ["transfer syntax", "UID", "pixels"], TransferSyntax.All.Select(syntax => (string[])[syntax.Name, syntax.Uid, Coding(syntax)]));
        Require(
            "sop classes written",
            ["SOP class", "UID", "modality", "series number"],
            ResultKind.All.Select(kind => (string[])[kind.Name, kind.SopClass, kind.Modality ?? "the source's", kind.SeriesNumber]));
    }

    [Fact]
    public void Attributes_read_are_those_that_the_code_keeps()
    {
        var named = typeof(DicomTags).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(field => (DicomTag)field.GetValue(null)!, field => field.Name);
        var patient = PatientStudyAttributes.All.Select(attribute => attribute.Tag);
        var names = Dictionary();
        var used = named.Keys.Where(tag => DicomTags.IsKept(tag) || DicomTags.IsKeptSequence(tag) || tag == DicomTags.PixelData).Concat(patient).Distinct();
        Require("attributes read", ["tag", "attribute", "without it"], Sorted(used).Select(tag => (string[])
        [
            Cell(tag),
            names[tag],
            Without(tag),
        ]));
    }

    [Fact]
    public void What_deidentify_does_to_each_attribute_of_patient_and_study_is_said()
    {
        var names = Dictionary();
        Require("deidentify", ["tag", "attribute", "deidentify=true"], PatientStudyAttributes.All.Select(attribute => (string[])
        [
            Cell(attribute.Tag),
            names[attribute.Tag],
            !attribute.Identifies ? "kept" : attribute.IsRequired ? "empty" : "left out",
        ]));
    }

    [Fact]
    public void Attributes_written_are_those_in_the_files()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice)
            .Text(0x00080020, "DA", "20260102").Text(0x00080201, "SH", "+0130").Text(0x00081030, "LO", "a study").Text(0x00100021, "LO", "an issuer")
            .Text(0x00282110, "CS", "01").Text(0x00282112, "DS", "12.5").Text(0x00282114, "CS", "ISO_10918_1").ToBytes()).Append(new DicomScan().Slice(0).Text(0x0020000E, "UI", "1.2.3").Text(0x00080018, "UI", "1.2.4").ToBytes()));
        var file = folder.Read(DicomScan.SeriesUid);
        var labels = new LabelMap(file.Volume.Size, [.. Enumerable.Repeat((byte)1, (int)file.Volume.Size.Count)], file.Volume.Affine);
        var written = new SortedDictionary<DicomTag, SortedSet<string>>(Comparer<DicomTag>.Create((one, other) => (one.Group, one.Element).CompareTo((other.Group, other.Element))));
        foreach (var about in new[] { ResultFiles.About(), ResultFiles.About() with { Deidentify = true } })
        {
            foreach (var encoding in Encodings)
                Collect("seg", stream => DicomSegmentation.Write(stream, labels, file.Source, about with { Encoding = encoding }));
            Collect("map", stream => DicomParametricMap.Write(stream, [file.Volume], file.Source, about));
            Collect("sr", stream => DicomReport.Write(stream, labels, [new SegmentMeasurement(1, 2, 3, 4)], file.Source, about));
            Collect("sc", stream => DicomCapture.Write(stream, GreyVolume.Of(file.Volume), labels, file.Source, about));
        }

        using var enhanced = new DicomFolder(new DicomScan().Enhanced(2, 0, 3, 1).ToBytes());
        var frames = enhanced.Read();
        Collect("seg", stream => DicomSegmentation.Write(stream, labels, frames.Source, ResultFiles.About()));
        Collect("map", stream => DicomParametricMap.Write(stream, [frames.Volume], frames.Source, ResultFiles.About()));
        Collect("sc", stream => DicomCapture.Write(stream, GreyVolume.Of(frames.Volume), labels, frames.Source, ResultFiles.About()));
        var names = Dictionary();
        Require("attributes written", ["tag", "attribute", "in"], written.Where(attribute => attribute.Key.Group > 2).Select(attribute => (string[])
        [
            Cell(attribute.Key), names[attribute.Key], string.Join(", ", attribute.Value),
        ]));

        void Collect(string kind, Action<Stream> write)
        {
            foreach (Match match in TagLine().Matches(ResultFiles.Dump(ResultFiles.Write(folder, write))))
            {
                var tag = new DicomTag(Hex(match.Groups[1]), Hex(match.Groups[2]));
                if (tag.Group == 0xFFFE)
                    continue;
                if (!written.TryGetValue(tag, out var kinds))
                    written[tag] = kinds = new SortedSet<string>(StringComparer.Ordinal);
                kinds.Add(kind);
            }
        }
    }

    // CT has to have a rescale: there is no default.
    private static string Without(DicomTag tag) =>
        tag == DicomTags.RescaleSlope ? FormattableString.Invariant($"taken as {ModalityRescale.UsualSlope}; refused where other images have another")
        : tag == DicomTags.RescaleIntercept ? FormattableString.Invariant($"taken as {ModalityRescale.UsualIntercept}, of CT with a warning; refused where other images have another")
        : DicomTags.IsNotNeeded(tag) ? "read all the same"
        : DicomTags.IsKeptSequence(tag) ? "taken from elsewhere, or refused"
        : "taken as the standard's default, or refused";

    private static ushort Hex(Group digits) => ushort.Parse(digits.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Cell(DicomTag tag) => $"`{tag}`";

    private static IEnumerable<DicomTag> Sorted(IEnumerable<DicomTag> tags) => tags.OrderBy(tag => tag.Group).ThenBy(tag => tag.Element);

    private static string Coding(TransferSyntax syntax) => syntax.Coding switch
    {
        PixelCoding.Native => syntax.IsDeflated ? "plain; everything deflated" : "plain",
        PixelCoding.Rle => "run lengths",
        PixelCoding.Jpeg2000 => "by `opj_decompress`",
        PixelCoding.JpegLs => "by `dcmdjpls`",
        _ => "by `dcmdjpeg`",
    };

    /// <summary>The keyword of each attribute, by pydicom.</summary>
    private static Dictionary<DicomTag, string> Dictionary()
    {
        const string Script = "from pydicom._dicom_dict import DicomDictionary as d\nfor tag, entry in d.items(): print('%08x %s' % (tag, entry[4]))";
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/pydicom"), "needs the package python3-pydicom, which is not installed");
        return Tools.Run("python3", "-c", Script).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(
            fields => new DicomTag(ushort.Parse(fields[0].AsSpan(0, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture), ushort.Parse(fields[0].AsSpan(4), NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
            fields => fields[1]);
    }

    /// <summary>The table of a name is this one; made anew where that is asked for.</summary>
    private static void Require(string name, string[] heads, IEnumerable<string[]> rows)
    {
        var file = Path.Combine(RepositoryFiles.Root, "docs", "dicom-conformance.md");
        var page = File.ReadAllText(file);
        var table = new StringBuilder();
        foreach (var row in rows.Prepend([.. heads.Select(_ => "---")]).Prepend(heads))
            table.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
        var (before, after) = ($"<!-- table: {name} -->\n", "<!-- end -->");
        var start = page.IndexOf(before, StringComparison.Ordinal) + before.Length;
        Assert.True(start >= before.Length, $"docs/dicom-conformance.md has no table named {name}");
        var end = page.IndexOf(after, start, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable(Switch) == "1")
            File.WriteAllText(file, page[..start] + table + page[end..]);
        else
            Assert.True(page[start..end] == table.ToString(), $"the table {name} of docs/dicom-conformance.md is not what the code does any more; make it anew by: {Command}");
    }

    [GeneratedRegex(@"^\s*\(([0-9a-f]{4}),([0-9a-f]{4})\)", RegexOptions.Multiline)]
    private static partial Regex TagLine();
}
