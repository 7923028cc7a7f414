using System.Text;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Names of patients and labels in any script, read back by pydicom.</summary>
public sealed class ResultCharactersTests
{
    private const string Pydicom = "/usr/lib/python3/dist-packages/pydicom";

    private const string Reader = """
        import sys, pydicom
        d = pydicom.dcmread(sys.argv[1])
        segment = d.SegmentSequence[0]
        values = [str(d.get("SpecificCharacterSet", "")), str(d.PatientName), segment.SegmentLabel, segment.SegmentedPropertyTypeCodeSequence[0].CodeMeaning, d.SeriesDescription]
        sys.stdout.buffer.write("\n".join(values).encode("utf-8"))
        """;

    // The examples of PS3.5 annexes H, I, J and of single-byte sets: what stands in the file, and the name it spells.
    private static readonly Dictionary<string, (string Terms, byte[] Name, string Spelt)> Sources = new()
    {
        ["none"] = (string.Empty, "PHANTOM^ONE"u8.ToArray(), "PHANTOM^ONE"),
        ["Latin-1"] = ("ISO_IR 100", Encoding.Latin1.GetBytes("Buc^Jérôme"), "Buc^Jérôme"),
        ["Cyrillic"] = ("ISO_IR 144", [0xBB, 0xEE, 0xDA, 0xE1, 0xD5, 0xDC, 0xD1, 0xE3, 0xE0, 0xD3], "Люксембург"),
        ["Greek"] = ("ISO_IR 126", [0xC4, 0xE9, 0xEF, 0xED, 0xF5, 0xF3, 0xE9, 0xEF, 0xF2], "Διονυσιος"),
        ["Japanese"] = (@"\ISO 2022 IR 87", [.. "Yamada^Tarou="u8, .. Escaped("$B;3ED"), .. Escaped("(B^"), .. Escaped("$BB@O:"), .. Escaped("(B="), .. Escaped("$B$d$^$@"), .. Escaped("(B^"), .. Escaped("$B$?$m$&"), .. Escaped("(B")], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ["Japanese in half width"] = (@"ISO 2022 IR 13\ISO 2022 IR 87", [0xD4, 0xCF, 0xC0, 0xDE, (byte)'^', 0xC0, 0xDB, 0xB3, (byte)'=', .. Escaped("$B;3ED"), .. Escaped("(J^"), .. Escaped("$BB@O:"), .. Escaped("(J")], "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎"),
        ["Korean"] = (@"\ISO 2022 IR 149", [.. "Hong^Gildong="u8, .. Escaped("$)C"), 0xFB, 0xF3, (byte)'^', .. Escaped("$)C"), 0xD1, 0xCE, 0xD4, 0xD7, (byte)'=', .. Escaped("$)C"), 0xC8, 0xAB, (byte)'^', .. Escaped("$)C"), 0xB1, 0xE6, 0xB5, 0xBF], "Hong^Gildong=洪^吉洞=홍^길동"),
        ["Chinese"] = ("GB18030", [.. "Wang^XiaoDong="u8, 0xCD, 0xF5, (byte)'^', 0xD0, 0xA1, 0xB6, 0xAB], "Wang^XiaoDong=王^小东"),
        ["UTF-8"] = ("ISO_IR 192", "Wang^XiaoDong=王^小東"u8.ToArray(), "Wang^XiaoDong=王^小東"),
    };

    public static TheoryData<string, string, string> Cases => new()
    {
        { "none", "left atrium", string.Empty },
        { "none", "左心房", "ISO_IR 192" },
        { "Latin-1", "Vorhöfe", "ISO_IR 100" },
        { "Latin-1", "左心房", "ISO_IR 192" },
        { "Cyrillic", "левое предсердие", "ISO_IR 144" },
        { "Cyrillic", "左心房", "ISO_IR 192" },
        { "Greek", "Vorhöfe", "ISO_IR 192" },
        { "Japanese", "left atrium", @"['', 'ISO 2022 IR 87']" },
        { "Japanese", "左心房", "ISO_IR 192" },
        { "Japanese in half width", "左心房", "ISO_IR 192" },
        { "Korean", "левое предсердие", "ISO_IR 192" },
        { "Chinese", "左心房", "GB18030" },
        { "UTF-8", "左心房", "ISO_IR 192" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_segmentation_holds_the_patients_name_and_the_labels(string source, string label, string terms)
    {
        var (sourceTerms, bytes, spelt) = Sources[source];
        using var folder = Folder(sourceTerms, bytes);
        var path = Write(folder, label);

        Assert.Equal([terms, spelt, label, label, $"Segmentation of {label}"], ReadBack(path));
        ResultFiles.RequireValid(path);
        if (terms == sourceTerms)
            Assert.True(File.ReadAllBytes(path).AsSpan().IndexOf(bytes) > 0);
    }

    [Fact]
    public void Texts_in_unknown_characters_are_repeated_byte_by_byte_or_not_at_all()
    {
        byte[] name = [0xC1, 0xC2, 0xC3, 0xC4];
        foreach (var terms in new[] { "ISO_IR 999", string.Empty })
        {
            using var folder = Folder(terms, name);

            Assert.True(File.ReadAllBytes(Write(folder, "left atrium")).AsSpan().IndexOf(name) > 0);
            var fault = Assert.Throws<InvalidVolumeException>(() => Write(folder, "左心房"));
            Assert.Equal("source-incomplete", fault.Slug);
            Assert.Contains("SpecificCharacterSet", fault.Message, StringComparison.Ordinal);
            Assert.NotNull(About("左心房").ObstacleOver(folder.Read().Source));
            Assert.Null((About("左心房") with { Deidentify = true }).ObstacleOver(folder.Read().Source));
        }
    }

    [Fact]
    public void Names_in_every_character_set_are_those_that_pydicom_reads()
    {
        PydicomProcess.Require();
        var paths = Directory.EnumerateFiles(Path.Combine(Pydicom, "data", "charset_files"), "chr*.dcm").Where(path => !path.Contains("SQEncoding", StringComparison.Ordinal)).Order().ToList();
        Assert.NotEmpty(paths);
        using var folder = new DicomFolder();

        var expected = PydicomProcess.Run("import sys, pydicom\nsys.stdout.buffer.write('\\n'.join(str(pydicom.dcmread(path).PatientName) for path in sys.argv[1:]).encode('utf-8'))\n", paths).Split('\n');

        // pydicom leaves out a last part of a name that is empty.
        var names = paths.Select(path => DicomFile.Open(path, folder.Scratch, VolumeLimits.Default, TestContext.Current.CancellationToken).DataSet.Prose(new DicomTag(0x0010, 0x0010))?.TrimEnd('=') ?? string.Empty);
        Assert.Equal(expected, names);
    }

    private static byte[] Escaped(string text) => [0x1B, .. Encoding.ASCII.GetBytes(text)];

    private static DicomFolder Folder(string terms, byte[] name) => new(Enumerable.Range(0, 4).Select(slice =>
    {
        var file = new DicomScan().Slice(slice).Bytes(0x00100010, "PN", name.Length % 2 == 0 ? name : [.. name, (byte)' ']);
        return (terms.Length > 0 ? file.Text(0x00080005, "CS", terms) : file.Without(0x00080005)).ToBytes();
    }));

    private static ResultDescription About(string label) => new("a-model", "1.2.3", [new Label(1, label, "82471001")], "0.1.0", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), false);

    private static string Write(DicomFolder folder, string label)
    {
        var file = folder.Read();
        var path = Path.Combine(folder.Path, Guid.NewGuid().ToString("N"));
        using var stream = File.Create(path);
        DicomSegmentation.Write(stream, new LabelMap(file.Volume.Size, new byte[file.Volume.Size.Count], file.Volume.Affine), file.Source, About(label));
        return path;
    }

    private static string[] ReadBack(string path)
    {
        return PydicomProcess.Run(Reader, path).Split('\n');
    }
}
