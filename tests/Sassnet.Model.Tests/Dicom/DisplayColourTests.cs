using System.Globalization;
using Sassnet.Model.Dicom.Results;
using Xunit;
using static Sassnet.Model.Tests.Dicom.ResultFiles;
using static Sassnet.Model.Tests.Dicom.ResultSources;

namespace Sassnet.Model.Tests.Dicom;

public sealed class DisplayColourTests
{
    // CIELab of sRGB at white D50 as CSS Color 4 gives it for its named colours.
    [Theory]
    [InlineData("#ffffff", 100, 0, 0)]
    [InlineData("#000000", 0, 0, 0)]
    [InlineData("#ff0000", 54.29, 80.80, 69.89)]
    [InlineData("#00FF00", 87.82, -79.27, 80.99)]
    [InlineData("#0000ff", 29.57, 68.30, -112.03)]
    [InlineData("#808080", 53.59, 0, 0)]
    public void A_labels_colour_is_recommended_as_cielab(string colour, double l, double a, double b)
    {
        using var folder = Folder(Scan("axial"), false);
        var file = folder.Read();
        var about = About();

        var dump = Dump(Write(folder, stream => DicomSegmentation.Write(stream, Labels(file, _ => true), file.Source, about with { Labels = [about.Labels[0] with { Colour = colour }] })));

        var match = System.Text.RegularExpressions.Regex.Match(dump, @"\(0062,000d\) US (\d+)\\(\d+)\\(\d+)");
        var scaled = match.Groups.Values.Skip(1).Select(group => double.Parse(group.Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(l, scaled[0] * 100 / 65535, 0.02);
        Assert.Equal(a, (scaled[1] * 255 / 65535) - 128, 0.05);
        Assert.Equal(b, (scaled[2] * 255 / 65535) - 128, 0.05);
    }

    [Fact]
    public void A_label_without_a_colour_has_a_usual_one()
    {
        using var folder = Folder(Scan("axial"), false);
        var file = folder.Read();

        Assert.Contains("(0062,000d) US", Dump(Write(folder, stream => DicomSegmentation.Write(stream, Labels(file, _ => true), file.Source, About()))), StringComparison.Ordinal);
    }
}
