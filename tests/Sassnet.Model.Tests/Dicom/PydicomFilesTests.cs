using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>The test files that come with pydicom, of many vendors and encodings: which are read, which are refused, and as what.</summary>
public sealed class PydicomFilesTests
{
    private const string Folder = "/usr/lib/python3/dist-packages/pydicom/data";

    // pydicom decodes, as 32-bit integers; code 3 where it cannot.
    private const string Reference = """
        import sys, pydicom
        try:
            pixels = pydicom.dcmread(sys.argv[1]).pixel_array
        except (NotImplementedError, RuntimeError, AttributeError):
            open(sys.argv[2], "wb")
            sys.exit(0)
        pixels.astype("<i4").tofile(sys.argv[2])
        """;

    public static TheoryData<string, bool> Read => new()
    {
        { "CT_small.dcm", true },
        { "MR_small.dcm", true },
        { "MR_small_RLE.dcm", true },
        { "MR_small_bigendian.dcm", true },
        { "MR_small_expb.dcm", true },
        { "MR_small_implicit.dcm", true },
        { "MR_small_jp2klossless.dcm", true },
        { "MR_small_jpeg_ls_lossless.dcm", false },
        { "MR_small_padded.dcm", true },
        { "693_J2KI.dcm", true },
        { "J2K_pixelrep_mismatch.dcm", true },
    };

    public static TheoryData<string, string> Refused => new()
    {
        { "ExplVR_BigEnd.dcm", "not-a-scan: File 1 is no MR or CT image" },
        { "ExplVR_BigEndNoMeta.dcm", "no-pixels" },
        { "ExplVR_LitEndNoMeta.dcm", "no-pixels" },
        { "GDCMJ2K_TextGBR.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "JPEG-lossy.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "JPEG2000-embedded-sequence-delimiter.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "JPEG2000.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "JPGExtended.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "SC_jpeg*.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "SC_rgb_dcmtk*.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "SC_rgb_gdcm*.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "SC_rgb_jpeg.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "SC_rgb_jpeg_*.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "SC_rgb_rle*.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "SC_rgb_small*.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "SC_ybr*.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "UN_sequence.dcm", "no-pixels" },
        { "badVR.dcm", "not-a-scan" },
        { "empty_charset_LEI.dcm", "no-pixels" },
        { "image_dfl.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "liver_*1frame.dcm", "not-a-scan: File 1 is a segmentation" },
        { "meta_missing_tsyntax.dcm", "bad-header: TransferSyntaxUID (0002,0010) is missing" },
        { "nested_priv_SQ.dcm", "bad-header: SeriesInstanceUID (0020,000E) is missing" },
        { "no_meta.dcm", "not-a-volume" },
        { "no_meta_group_length.dcm", "no-pixels" },
        { "priv_SQ.dcm", "no-pixels" },
        { "reportsi*.dcm", "no-pixels" },
        { "rtdose*.dcm", "not-a-scan: File 1 is a dose" },
        { "rtplan.dcm", "no-pixels" },
        { "rtplan_truncated.dcm", "truncated" },
        { "rtstruct.dcm", "no-pixels" },
        { "test-SR.dcm", "no-pixels" },
        { "waveform_ecg.dcm", "no-pixels" },
        { "../charset_files/chrSQ*.dcm", "no-pixels" },
        { "../charset_files/chrJap*.dcm", "no-pixels" },
        { "../charset_files/chrKorean*.dcm", "no-pixels" },
        { "../charset_files/chrArab.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "../charset_files/chrFren*.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "../charset_files/chrG*.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "../charset_files/chrH*.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "../charset_files/chrI2.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "../charset_files/chrRuss.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "../charset_files/chrX*.dcm", "not-a-scan: File 1 is a secondary capture" },
        { "../palettes/*.dcm", "no-pixels" },
        { "dicomdirtests/DICOMDIR*", "no-pixels" },
        { "dicomdirtests/77654033/CR1/*", "not-a-scan" },
    };

    [Theory]
    [MemberData(nameof(Read))]
    public void Pixels_are_those_that_pydicom_decodes(string name, bool pydicomDecodes)
    {
        var bytes = File.ReadAllBytes(Files(name).Single());
        using var folder = new DicomFolder(bytes, Moved(bytes));
        var result = Path.Combine(folder.Scratch, "reference");
        PydicomProcess.Run(Reference, folder.Paths[0], result);

        var volume = folder.Read().Volume;

        var expected = MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(result)).ToArray();
        var dataSet = DicomFile.Open(folder.Paths[0], folder.Scratch, VolumeLimits.Default, TestContext.Current.CancellationToken).DataSet;
        var intercept = dataSet.Decimals(DicomTags.RescaleIntercept, "RescaleIntercept", 1)?[0] ?? 0;
        Assert.Equal(pydicomDecodes, expected.Length > 0);
        Assert.Equal(2, volume.Size.Z);
        for (var i = 0; i < expected.Length; i++)
        {
            var row = volume.Size.Y - 1 - (i / volume.Size.X);
            Assert.Equal(expected[i] + intercept, volume.Voxels[volume.Size.IndexOf(i % volume.Size.X, row, 0)]);
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Files_that_are_no_scan_are_refused_with_the_reason(string pattern, string says)
    {
        foreach (var path in Files(pattern))
        {
            using var folder = new DicomFolder(File.ReadAllBytes(path));

            var fault = folder.Fault();

            Assert.StartsWith(says, $"{fault.Slug}: {fault.Message}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_file_is_in_one_of_the_tables()
    {
        var listed = Read.Select(row => row.Data.Item1).Concat(Refused.Select(row => row.Data.Item1)).Append("MR_truncated.dcm").SelectMany(Files).Distinct();

        Assert.Equal(Files("*.dcm").Order(), listed.Where(path => Path.GetDirectoryName(path) == Path.Combine(Folder, "test_files")).Order());
    }

    [Fact]
    public void Fewer_pixels_than_declared_are_told_with_both_counts()
    {
        var bytes = File.ReadAllBytes(Files("MR_truncated.dcm").Single());
        using var folder = new DicomFolder(bytes, Moved(bytes));

        var fault = folder.Fault();

        Assert.Equal("decode-failed", fault.Slug);
        Assert.Contains("8130 bytes of pixels", fault.Message, StringComparison.Ordinal);
        Assert.Contains("8192", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("98892001/CT5N", 5)]
    public void Real_series_are_read(string series, int files)
    {
        using var folder = new DicomFolder(Files($"dicomdirtests/{series}/*").Select(File.ReadAllBytes));

        Assert.Equal(files, folder.Read().Volume.Size.Z);
    }

    [Theory]
    [InlineData("98892003/MR1", 3)]
    [InlineData("98892003/MR700", 7)]
    public void Real_series_with_slices_missing_are_refused(string series, int files)
    {
        using var folder = new DicomFolder(Files($"dicomdirtests/{series}/*").Select(File.ReadAllBytes));

        Assert.Equal(files, folder.Paths.Count);
        Assert.Equal("series-geometry", folder.Fault().Slug);
    }

    private static IEnumerable<string> Files(string pattern)
    {
        var tests = Path.Combine(Folder, "test_files");
        Assert.SkipUnless(Directory.Exists(tests), "needs the package python3-pydicom, which is not installed");
        var path = Path.Combine(tests, pattern);
        return Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path)).Select(Path.GetFullPath);
    }

    /// <summary>The same file five millimetres further along its normal: its position is another text of the same length, and nothing else is changed.</summary>
    private static byte[] Moved(byte[] bytes)
    {
        using var folder = new DicomFolder(bytes);
        var dataSet = DicomFile.Open(folder.Paths[0], folder.Scratch, VolumeLimits.Default, TestContext.Current.CancellationToken).DataSet;
        var text = dataSet.Text(DicomTags.ImagePositionPatient)!;
        var axes = dataSet.Decimals(DicomTags.ImageOrientationPatient, "ImageOrientationPatient", 6)!;
        var normal = new DicomScan { Orientation = axes }.Normal;
        var moved = string.Join('\\', text.Split('\\').Select((number, axis) =>
            (double.Parse(number, CultureInfo.InvariantCulture) + (5 * normal[axis])).ToString("F6", CultureInfo.InvariantCulture)[..number.Length]));
        var result = bytes.ToArray();
        Encoding.ASCII.GetBytes(moved).CopyTo(result, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)));
        return result;
    }
}
