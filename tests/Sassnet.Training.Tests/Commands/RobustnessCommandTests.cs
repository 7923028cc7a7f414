using System.CommandLine;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Tests.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

public class RobustnessCommandTests
{
    [Theory]
    [InlineData("gpu", "accepted: auto, cpu, cuda or cuda:N")]
    [InlineData("cuda:99", "LibTorch sees ")]
    public async Task A_device_that_is_not_there_is_an_error_that_names_what_is(string device, string expected)
    {
        var error = await Refused("--device", device);
        Assert.Contains($"'--device' is {device}", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    public async Task A_voxel_size_that_is_no_length_is_an_error_that_names_it(string size) =>
        Assert.Contains($"--voxel-size-mm is {size}; accepted: a length above 0.", await Refused("--voxel-size-mm", size), StringComparison.Ordinal);

    [Fact]
    public async Task A_folder_that_takes_no_result_is_refused_before_the_first_case()
    {
        var data = Directory.CreateTempSubdirectory("sassnet-robustness-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(data, "all.list"), "scan-that-is-not-there");
            var error = await Assert.ThrowsAsync<IOException>(() => Run("--data", data, "--list", "all.list", "--output", Path.Combine(data, "all.list", "robustness")));
            Assert.Contains("Nothing can be written to the folder", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_last_case_that_cannot_be_used_is_named_before_the_first_is_segmented()
    {
        var data = Directory.CreateTempSubdirectory("sassnet-robustness-").FullName;
        try
        {
            var scans = new RawScans(data);
            scans.WritePair("first", 901);
            scans.WritePair("last", 902);
            scans.Write(Path.Combine("labels", "last.nii.gz"), "no label");
            File.WriteAllLines(Path.Combine(data, "all.list"), ["first", "last"]);
            var (exitCode, output, errors) = await TrainingProcess.Run(
                TestContext.Current.CancellationToken, "robustness", "--model", Package, "--data", data, "--list", "all.list", "--output", Path.Combine(data, "robustness"), "--device", "cpu");
            Assert.Equal(1, exitCode);
            Assert.StartsWith("error: Case last: ", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("first", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Copies_that_have_nothing_of_the_label_have_no_score_and_spoil_no_mean()
    {
        var data = Directory.CreateTempSubdirectory("sassnet-robustness-").FullName;
        try
        {
            // So few slices that a shift by 20 along them leaves nothing of the scan.
            var scans = new RawScans(data);
            var (image, label) = PhantomGenerator.Generate(903, new PhantomOptions { Grid = new GridSize(64, 64, 40), VoxelSize = new VoxelSize(2, 2, 2) });
            var few = new GridBox((0, 0, 14), new GridSize(64, 64, 12));
            scans.Write(Path.Combine("images", "few.nii.gz"), few.Apply(image, padding: 0));
            scans.Write(Path.Combine("labels", "few.nii.gz"), few.Apply(label));
            File.WriteAllText(Path.Combine(data, "all.list"), "few");
            var output = Path.Combine(data, "robustness");
            Assert.Equal(0, await Run("--data", data, "--list", "all.list", "--output", output, "--device", "cpu"));

            var summary = File.ReadAllText(Path.Combine(output, "robustness.md"));
            Assert.Contains("| shifted | 4 | 0.", summary, StringComparison.Ordinal);
            Assert.Contains("nothing of the label lies in them: shifted: 2.", summary, StringComparison.Ordinal);
            Assert.DoesNotContain("NaN", summary + File.ReadAllText(Path.Combine(output, "robustness.csv")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<string> Refused(params string[] options)
    {
        string[] arguments = ["--data", Package, "--list", "none.list", "--output", Path.Combine(Path.GetTempPath(), "sassnet-none"), .. options];
        return (await Assert.ThrowsAsync<InvalidConfigurationException>(() => Run(arguments))).Message;
    }

    private static string Package => Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom");

    private static Task<int> Run(params string[] arguments) => RobustnessCommand.Create().Parse(["--model", Package, .. arguments]).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
}
