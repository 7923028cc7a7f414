using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Pictures.Slices;
using Xunit;
using static Sassnet.Model.Tests.Dicom.ResultFiles;
using static Sassnet.Model.Tests.Dicom.ResultSources;

namespace Sassnet.Model.Tests.Dicom;

public sealed class CopiedAttributesTests
{
    [Fact]
    public void Patient_and_study_are_the_sources_and_stay_out_when_asked()
    {
        using var folder = Folder(Scan("axial"), false);
        var file = folder.Read();

        var named = Dump(Write(folder, stream => DicomSegmentation.Write(stream, Labels(file, _ => true), file.Source, About())));
        var nameless = Write(folder, stream => DicomSegmentation.Write(stream, Labels(file, _ => true), file.Source, About() with { Deidentify = true }));

        Assert.Contains("PHANTOM^ONE", named, StringComparison.Ordinal);
        Assert.Contains("ID-1", named, StringComparison.Ordinal);
        Assert.Contains("82471001", named, StringComparison.Ordinal);
        Assert.Contains("a-model 1.2.3", named, StringComparison.Ordinal);
        Assert.Contains("AUTOMATIC", named, StringComparison.Ordinal);
        Assert.Contains("1.2.826.0.1.3680043.10.2", named, StringComparison.Ordinal);
        Assert.DoesNotContain("PHANTOM^ONE", Dump(nameless), StringComparison.Ordinal);
        Assert.DoesNotContain("ID-1", Dump(nameless), StringComparison.Ordinal);
        Assert.Contains("(0012,0062) CS [YES]", Dump(nameless), StringComparison.Ordinal);
        RequireValid(nameless);
    }

    [Fact]
    public void Free_text_of_the_study_stays_out_with_the_patient_and_what_is_kept_is_said()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice)
            .Text(0x00080020, "DA", "20260102").Text(0x00081030, "LO", "MR of J. Doe, room 5").Text(0x00201040, "LO", "DOE").ToBytes()));
        var file = folder.Read();
        foreach (var write in new Action<Stream>[]
        {
            stream => DicomSegmentation.Write(stream, Labels(file, _ => true), file.Source, About() with { Deidentify = true }),
            stream => DicomParametricMap.Write(stream, [file.Volume], file.Source, About() with { Deidentify = true }),
            stream => DicomReport.Write(stream, Labels(file, _ => true), [new SegmentMeasurement(1, 2, 3, 4)], file.Source, About() with { Deidentify = true }),
            stream => DicomCapture.Write(stream, GreyVolume.Of(file.Volume), Labels(file, _ => true), file.Source, About() with { Deidentify = true }),
        })
        {
            var path = Write(folder, write);
            var dump = Dump(path);

            Assert.DoesNotContain("Doe", dump, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("free text left out", dump, StringComparison.Ordinal);
            Assert.Contains("Dates and unique identifiers kept", dump, StringComparison.Ordinal);
            Assert.Contains("(0028,0303) CS [UNMODIFIED]", dump, StringComparison.Ordinal);
            Assert.Contains("20260102", dump, StringComparison.Ordinal);
            foreach (var code in (string[])["113100", "113104", "113105", "113106", "113110"])
                Assert.Contains($"(0008,0100) SH [{code}]", dump, StringComparison.Ordinal);
            RequireValid(path);
        }

        Assert.Contains("MR of J. Doe, room 5", Dump(Write(folder, stream => DicomSegmentation.Write(stream, Labels(file, _ => true), file.Source, About()))), StringComparison.Ordinal);
    }

    [Fact]
    public void The_patient_is_the_one_whom_any_slice_names()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => slice is 0 or 3
            ? new DicomScan().Slice(slice).Without(0x00100020).Without(0x00100010).ToBytes()
            : new DicomScan().Slice(slice).ToBytes()));
        var file = folder.Read();

        var path = Write(folder, stream => DicomSegmentation.Write(stream, Labels(file, _ => true), file.Source, About()));

        Assert.Contains("[PHANTOM^ONE]", Dump(path), StringComparison.Ordinal);
        Assert.Matches(@"\(0010,0020\) LO \[[^\]]+\]", Dump(path));
        RequireValid(path);
    }
}
