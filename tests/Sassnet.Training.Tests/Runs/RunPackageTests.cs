using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Methods;
using Sassnet.Training.Runs;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Runs;

public sealed class RunPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-package-").FullName;

    [Fact]
    public void A_package_says_when_and_by_which_code_it_was_trained_whenever_and_by_whichever_it_is_made()
    {
        var trained = Made(new CheckpointMetadata(7, 4, 0, Commit: "0123abc", Date: new DateOnly(2024, 2, 29))).Training;
        Assert.Equal(("0123abc", new DateOnly(2024, 2, 29), 7), (trained.Commit, trained.Date, trained.Iterations));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_a_checkpoint_that_does_not_say_the_file_tells_when_though_it_be_a_link_and_who_makes_the_package_is_taken_for_who_trained(bool linked)
    {
        var trained = Made(new CheckpointMetadata(7, 4, 0), linked).Training;
        Assert.Equal((CodeCommit.Name, new DateOnly(2023, 1, 31)), (trained.Commit, trained.Date));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ModelManifest Made(CheckpointMetadata state, bool linked = false)
    {
        var options = new TrainingOptions { Method = MethodKind.VNet, Network = new() { Filters = 2 } };
        var run = RunFolder.Create(Path.Combine(_folder, "run"), options);
        manual_seed(1);
        using (var method = TrainingMethod.Create(options, ScalarType.Float32, CPU))
            Checkpoint.Save(run.CheckpointAt(state.Iterations), method, state);
        var file = new FileInfo(run.CheckpointAt(state.Iterations)) { LastWriteTimeUtc = new DateTime(2023, 1, 31, 12, 0, 0, DateTimeKind.Utc) };
        if (linked)
        {
            var elsewhere = Path.Combine(_folder, "moved.safetensors");
            File.Move(file.FullName, elsewhere);
            file = (FileInfo)File.CreateSymbolicLink(run.CheckpointAt(state.Iterations), elsewhere);
        }

        return RunPackage.Write(run, file, run.ModelFolder).Manifest;
    }
}
