using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Identifiers that are not as they should be: the volume is read, and at most DICOM results cannot be made.</summary>
public sealed class SeriesIdentifiersTests
{
    [Theory]
    [InlineData(0x00080018u)]
    [InlineData(0x0020000Du)]
    [InlineData(0x0020000Eu)]
    [InlineData(0x00200052u)]
    public void An_identifier_with_letters_or_too_long_costs_the_dicom_results_only(uint tag)
    {
        foreach (var uid in new[] { "1.2.3.4.A7B0", "1.2." + string.Concat(Enumerable.Repeat("1234567890", 7)) })
        {
            using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice).Text(tag, "UI", uid).ToBytes()));

            var file = folder.Read();

            Assert.Equal(new GridSize(6, 5, 4), file.Volume.Size);
            var warning = Assert.Single(file.Warnings).Sentence;
            Assert.Contains("DICOM results cannot be made", warning, StringComparison.Ordinal);
            Assert.Contains($"({tag >> 16:X4},{tag & 0xFFFF:X4})", warning, StringComparison.Ordinal);
            Assert.NotNull(file.Source.Obstacle);
        }
    }

    [Theory]
    [InlineData(0x0020000Du, "UI", "1.2.3.4", "study")]
    [InlineData(0x00100020u, "LO", "ID-2", "patient")]
    public void Slices_that_name_several_studies_or_patients_cost_the_dicom_results_only(uint tag, string vr, string other, string owner)
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => slice < 2 ? new DicomScan().Slice(slice).ToBytes() : new DicomScan().Slice(slice).Text(tag, vr, other).ToBytes()));

        var file = folder.Read();

        Assert.Equal(new GridSize(6, 5, 4), file.Volume.Size);
        var warning = Assert.Single(file.Warnings).Sentence;
        Assert.Contains($"({tag >> 16:X4},{tag & 0xFFFF:X4}) in file 3 is not that in file 1, and a result belongs to one {owner}", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(other, warning, StringComparison.Ordinal);
        Assert.NotNull(file.Source.Obstacle);
    }

    [Fact]
    public void Slices_of_one_identifier_cost_the_dicom_results_only()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice).Text(0x00080018, "UI", slice < 2 ? $"1.2.{slice}" : "1.2.3").ToBytes()));

        var file = folder.Read();

        Assert.Equal(new GridSize(6, 5, 4), file.Volume.Size);
        Assert.Contains("(0008,0018) in file 4 is that in file 3 too", Assert.Single(file.Warnings).Sentence, StringComparison.Ordinal);
        Assert.NotNull(file.Source.Obstacle);
    }

    [Fact]
    public void A_slice_that_names_no_patient_is_taken_with_those_that_do()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => slice == 1 ? new DicomScan().Slice(slice).Without(0x00100020).ToBytes() : new DicomScan().Slice(slice).ToBytes()));

        Assert.Null(folder.Read().Source.Obstacle);
    }

    [Fact]
    public void Slices_without_a_frame_of_reference_are_taken_with_those_that_have_one()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => slice % 2 == 0 ? new DicomScan().Slice(slice).Without(0x00200052).ToBytes() : new DicomScan().Slice(slice).ToBytes()));

        Assert.Equal(new GridSize(6, 5, 4), folder.Read().Volume.Size);
    }
}
