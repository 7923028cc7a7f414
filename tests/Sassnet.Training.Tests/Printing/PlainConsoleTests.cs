using Sassnet.Training.Printing;
using Sassnet.Training.Tests.Commands;
using Xunit;

namespace Sassnet.Training.Tests.Printing;

public sealed class PlainConsoleTests : IDisposable
{
    // Sets the terminal's title, and clears it.
    private const string Name = "scan\e]0;owned\a\e[2J\u009b1A";
    private const string Shown = @"scan\u001B]0;owned\u0007\u001B[2J\u009B1A";

    private readonly SegmentedFolder _segmented = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_names_of_scans_reach_the_terminal_without_control_characters_and_the_report_as_they_are()
    {
        File.WriteAllText(Path.Combine(_segmented.Scans.Folder, Name + ".nii.gz"), "no scan");
        var (exitCode, output, errors) = await TrainingProcess.Run(Cancelled, ["segment", .. _segmented.Arguments("--device", "cpu")]);
        Assert.True(exitCode == 3, errors);
        Assert.Contains($"1/1  {Shown}  failed: ", output, StringComparison.Ordinal);
        Assert.Contains($"0 of 1 case is segmented, 1 failed: {Shown};", output, StringComparison.Ordinal);
        AssertPlain(output + errors);
        Assert.Equal(Name, Assert.Single(_segmented.Rows())["case"]);
    }

    [Fact]
    public async Task What_a_list_names_reaches_the_terminal_without_control_characters()
    {
        var data = Directory.CreateDirectory(Path.Combine(_segmented.Folder, "data")).FullName;
        File.WriteAllText(Path.Combine(data, "all.list"), Name + "\n");
        var (exitCode, output, errors) = await TrainingProcess.Run(
            Cancelled, "evaluate", "--model", SegmentedFolder.Phantom, "--data", data, "--list", "all.list", "--output", _segmented.Output, "--device", "cpu");
        Assert.Equal(2, exitCode);
        Assert.Contains($"error: The case {Shown} has neither {Shown}.h5", errors, StringComparison.Ordinal);
        AssertPlain(output + errors);
    }

    [Fact]
    public async Task What_is_not_understood_of_the_command_line_is_repeated_without_control_characters()
    {
        var (exitCode, output, errors) = await TrainingProcess.Run(Cancelled, "export", Name);
        Assert.Equal(2, exitCode);
        Assert.Contains(Shown, errors, StringComparison.Ordinal);
        AssertPlain(output + errors);
    }

    [Fact]
    public void A_text_without_control_characters_stays_as_it_is()
    {
        Assert.Equal("müde – 心", PlainConsole.Shown("müde – 心"));
        Assert.Equal("two\nlines\\u000D", PlainConsole.Shown("two\nlines\r", except: "\n"));
    }

    public void Dispose() => _segmented.Dispose();

    private static void AssertPlain(string printed) => Assert.DoesNotContain(printed, letter => char.IsControl(letter) && letter is not ('\n' or '\t'));
}
