using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Volumes;
using Xunit;
using static Sassnet.Model.Tests.Dicom.ResultFiles;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>The times of results, read back by dcmdump: their source says in which zone.</summary>
public sealed class SourceZoneTests
{
    [Theory]
    [InlineData("+0530", "20260102", "083405")]
    [InlineData("-0800", "20260101", "190405")]
    [InlineData("+0000", "20260102", "030405")]
    public void A_results_times_are_in_the_zone_of_its_source_which_it_repeats(string zone, string date, string time)
    {
        foreach (var deidentify in new[] { false, true })
            Require(zone, deidentify, [zone], date, time);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0530")]
    [InlineData("+1430")]
    [InlineData("-1230")]
    [InlineData("+0570")]
    [InlineData("JONES")]
    public void Without_a_zone_that_is_one_they_are_in_local_time_and_none_is_repeated(string? zone) => Require(zone, deidentify: false, [], "20260102", "030405");

    private static void Require(string? zone, bool deidentify, string[] repeated, string date, string time)
    {
        DicomBytes Zoned(DicomBytes slice) => zone is null ? slice : slice.Text(0x00080201, "SH", zone);
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice =>
            Zoned(new DicomScan().Slice(slice).Text(0x00080020, "DA", "20260102").Text(0x00080030, "TM", "120000")).ToBytes()));
        var file = folder.Read();
        var labels = new LabelMap(file.Volume.Size, [.. Enumerable.Repeat((byte)1, (int)file.Volume.Size.Count)], file.Volume.Affine);
        var about = About() with { Deidentify = deidentify };
        Action<Stream>[] writers =
        [
            stream => DicomSegmentation.Write(stream, labels, file.Source, about),
            stream => DicomReport.Write(stream, labels, [new SegmentMeasurement(1, 2, 3, 4)], file.Source, about),
        ];
        foreach (var write in writers)
        {
            var path = Write(folder, write);
            RequireValid(path);
            Assert.Equal(repeated, Values(path, "0008,0201"));
            Assert.Equal(("20260102", "120000"), (Value(path, "0008,0020"), Value(path, "0008,0030")));
            Assert.Equal((date, time), (Value(path, "0008,0021"), Value(path, "0008,0031")));
            Assert.Equal((date, time), (Value(path, "0008,0023"), Value(path, "0008,0033")));
        }
    }
}
