using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;
using Xunit;

namespace Sassnet.Training.Tests.Runs;

public sealed class RunSummaryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-summary-").FullName;

    [Theory]
    [InlineData("0.625, 0.625, 0.625", "--list validation.list --output")]
    [InlineData("0.8, 0.8, 0.8", "--list validation.list --voxel-size-mm 0.8 --output")]
    public void A_run_says_how_it_is_measured(string voxelSizeMm, string expected) =>
        Assert.Contains(expected, Measuring(voxelSizeMm), StringComparison.Ordinal);

    [Fact]
    public void A_run_is_measured_where_it_was_trained() => Assert.EndsWith(" --device cpu --record", Measuring("1, 1, 1"), StringComparison.Ordinal);

    [Fact]
    public void No_command_is_said_that_would_take_the_voxels_for_other_ones()
    {
        var lines = Lines("0.8, 0.8, 2.5");
        Assert.Contains("export --checkpoint", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("label: { value: 1, fileValues: [420, 421] }", " --label-values 1=420,421 ")]
    [InlineData("labels: [{ value: 1, name: a }, { value: 5, name: b, fileValues: [2, 3] }]", " --label-values 5=2,3 ")]
    public void The_command_says_which_values_are_which_label(string labels, string expected) =>
        Assert.Contains(expected, Measuring("1, 1, 1", labels), StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Measuring(string voxelSizeMm, string labels = "") => Assert.Single(Lines(voxelSizeMm, labels), line => line.Contains("evaluate --model", StringComparison.Ordinal));

    private List<string> Lines(string voxelSizeMm, string labels = "")
    {
        var options = TrainingOptionsFile.Parse($"device: cpu\ndata: {{ folder: {_folder}, validation: validation.list, voxelSizeMm: [{voxelSizeMm}] }}\n{labels}");
        var run = RunFolder.Create(Path.Combine(_folder, "run"), options);
        File.WriteAllText(run.CheckpointAt(10), "");
        return [.. RunSummary.Of(run, options)];
    }
}
