using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;
using SkiaSharp;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class OverviewPageTests : StructuresTests
{
    [Fact]
    public void The_overview_outlines_each_structure_in_the_colour_of_its_package_and_names_it()
    {
        WriteThree();
        Without("b", 2);
        Prepare(Options with { Structures = [new("left ventricle", [2]), new("left atrium", [1])] });
        var page = File.ReadAllText(Path.Combine(Output, "overview.html"));
        var labels = PackageLabels.Of(TrainingOptionsFile.Read(Config).Structures);
        Assert.Equal(["left ventricle", "left atrium"], labels.Select(label => label.Name));
        Assert.All(labels, label => Assert.Contains($"<i style=\"background: {label.Colour}\"></i>{label.Name}</span>", page, StringComparison.Ordinal));

        var ofOne = new SKColor(0xFF, 0xB0, 0x00);
        SKColor[] colours = [SKColor.Parse(labels[0].Colour!), SKColor.Parse(labels[1].Colour!), ofOne];
        Assert.Equal([true, true, false], AreDrawn("a"));
        Assert.Equal([false, true, false], AreDrawn("b"));
        Directory.Delete(Output, recursive: true);

        Prepare(Options with { Foreground = [1, 2] });
        page = File.ReadAllText(Path.Combine(Output, "overview.html"));
        Assert.DoesNotContain("<p class=\"legend\">", page, StringComparison.Ordinal);
        Assert.Equal([false, false, true], AreDrawn("a"));

        List<bool> AreDrawn(string name)
        {
            var drawn = Drawn(page, name);
            return [.. colours.Select(colour => drawn.Contains(colour))];
        }
    }

    // The colours in a case's pictures.
    private static HashSet<SKColor> Drawn(string page, string name)
    {
        var shown = page.Split("<article").Single(part => part.Contains($"<h2>{name}</h2>", StringComparison.Ordinal));
        var colours = new HashSet<SKColor>();
        foreach (var picture in shown.Split("base64,").Skip(1))
        {
            using var slice = SKBitmap.Decode(Convert.FromBase64String(picture[..picture.IndexOf('"', StringComparison.Ordinal)]));
            colours.UnionWith(slice.Pixels);
        }

        return colours;
    }
}
