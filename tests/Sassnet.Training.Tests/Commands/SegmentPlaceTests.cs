using Sassnet.Training.Configuration;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

public sealed class SegmentPlaceTests : IDisposable
{
    private readonly SegmentedFolder _segmented = new();

    private string Scans => _segmented.Scans.Folder;

    [Fact]
    public async Task A_case_called_as_the_folder_of_scans_does_not_have_its_results_there()
    {
        _segmented.Scans.WriteFlat("scans", 901, suffix: null);
        await Refused(Scans, _segmented.Folder, $"The results of the case scans would go to '{Scans}', which is in '{Scans}', where scans are looked for");
        await Refused(Scans, _segmented.Folder + Path.DirectorySeparatorChar, "where scans are looked for");
    }

    [Theory]
    [InlineData("")]
    [InlineData("results")]
    public async Task An_output_folder_that_a_link_leads_from_to_the_scans_is_refused(string inside)
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        var link = Link("link", Scans);
        var output = Path.Combine(Scans, inside);
        await Refused(link, output, $"--output is '{output}', which is in --input; accepted: a folder outside '{link}' (which is '{Scans}').");
        await Refused(Scans, Path.Combine(link, inside), $"(which is '{output}'), which is in --input; accepted: a folder outside '{Scans}'.");
    }

    [Fact]
    public async Task A_case_whose_folder_in_the_output_is_a_link_to_the_scans_is_refused()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        Directory.CreateDirectory(_segmented.Output);
        Link(Path.Combine("results", "scan"), Scans);
        await Refused(Scans, _segmented.Output, $"The results of the case scan would go to '{Path.Combine(_segmented.Output, "scan")}' (which is '{Scans}')");
    }

    [Theory]
    [InlineData("results", "--output is ")]
    [InlineData("", "The results of the case linked would go to ")]
    public async Task Results_that_a_link_among_the_scans_would_find_are_refused(string inside, string expected)
    {
        // The case has the name of its folder in the archive, and of the link.
        _segmented.Scans.WriteFlat(Path.Combine("..", "archive", "linked", "scan"), 901, suffix: null);
        var folder = Path.Combine(_segmented.Folder, "archive", "linked");
        Link(Path.Combine("scans", "linked"), folder);
        await Refused(Scans, inside.Length > 0 ? Path.Combine(folder, inside) : Path.GetDirectoryName(folder)!, expected, $"in '{folder}'");
    }

    [Fact]
    public async Task Links_below_a_case_are_followed_and_loops_end()
    {
        _segmented.Scans.WriteFlat(Path.Combine("scan", "scan"), 901, suffix: null);
        var archive = Directory.CreateDirectory(Path.Combine(_segmented.Folder, "archive")).FullName;
        Link(Path.Combine("scans", "scan", "further"), archive);
        Link(Path.Combine("archive", "back"), archive);
        await Refused(Scans, Path.Combine(archive, "results"), $"which is in '{archive}', where a link in --input leads");
    }

    [Theory]
    [InlineData("scan")]
    [InlineData("other")]
    public async Task A_scan_that_lies_in_the_folder_of_results_of_any_case_is_refused(string name)
    {
        _segmented.Scans.WriteFlat(Path.Combine("..", "results", name, "image"), 901, suffix: null);
        var image = Path.Combine(_segmented.Output, name, "image.nii.gz");
        _segmented.Scans.WriteFlat("other", 902, suffix: null);
        Link(Path.Combine("scans", "scan.nii.gz"), image);
        var bytes = File.ReadAllBytes(image);
        await Refused(Scans, _segmented.Output, $"The scan of the case scan, '{Path.Combine(Scans, "scan.nii.gz")}' (which is '{image}'), lies in '{Path.Combine(_segmented.Output, name)}', where results are to go");
        Assert.Equal(bytes, File.ReadAllBytes(image));
    }

    [Fact]
    public async Task Links_to_scans_and_to_an_output_folder_elsewhere_are_followed()
    {
        _segmented.Scans.WriteFlat(Path.Combine("..", "archive", "p1", "image"), 901, suffix: null);
        Link(Path.Combine("scans", "linked"), Path.Combine(_segmented.Folder, "archive", "p1"));
        _segmented.Scans.WriteFlat("flat", 902, suffix: null);
        var place = Directory.CreateDirectory(Path.Combine(_segmented.Folder, "disk")).FullName;
        Link("results", place);
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(["flat", "linked", "report.csv"], Directory.EnumerateFileSystemEntries(place).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    public void Dispose() => _segmented.Dispose();

    private string Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(_segmented.Folder, name), target).FullName;

    // With nothing written, wherever it would lie.
    private async Task Refused(string input, string output, params string[] expected)
    {
        var before = Files();
        var refused = await Assert.ThrowsAsync<InvalidConfigurationException>(() => SegmentedFolder.Run("--model", SegmentedFolder.Phantom, "--input", input, "--output", output));
        Assert.All(expected, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
        Assert.Equal(before, Files());

        List<string> Files() => [.. Directory.EnumerateFileSystemEntries(_segmented.Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 6, AttributesToSkip = 0 }).Order(StringComparer.Ordinal)];
    }
}
