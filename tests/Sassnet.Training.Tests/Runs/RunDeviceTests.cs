using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Runs;

public sealed class RunDeviceTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [Theory]
    [InlineData("", 0)]
    [InlineData("SLURM_LOCALID=3", 3)]
    [InlineData("MPI_LOCALRANKID=2", 2)]
    [InlineData("OMPI_COMM_WORLD_LOCAL_RANK=1 SLURM_LOCALID=0", 1)]
    [InlineData("OMPI_COMM_WORLD_LOCAL_RANK=0 SLURM_LOCALID=5", 0)]
    [InlineData("SLURM_LOCALID=first", 0)]
    public void The_rank_on_this_machine_is_what_the_launcher_says(string environment, int expected)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(expected, RunDevice.LocalRank(variables.GetValueOrDefault));
    }

    [Fact]
    public void A_run_stores_the_kind_of_its_device()
    {
        Assert.Equal("cpu", RunDevice.Settle(new TrainingOptions { Device = "auto" }, CPU).Device);
        Assert.Equal("cuda", RunDevice.Settle(new TrainingOptions { Device = "cuda:3" }, new Device(3)).Device);
    }

    [Theory]
    [InlineData("cuda", "device=auto", "cuda")]
    [InlineData("cuda", "seed=1337", "cuda")]
    [InlineData("cpu", "device=auto", "cpu")]
    [InlineData("cuda", "device=cpu", "cpu")]
    [InlineData("cpu", "device=cuda:1", "cuda:1")]
    [InlineData("auto", "device=auto", "cpu")]
    public void A_run_goes_on_on_its_kind_of_device_unless_it_is_told_another(string stored, string assignment, string expected)
    {
        var run = RunFolder.Create(_folder, new TrainingOptions { Device = stored, Precision = TrainingPrecision.BFloat16 });
        var options = ResumedOptions.Read(run, [assignment]);
        Assert.Equal((expected, TrainingPrecision.BFloat16), (options.Device, options.Precision));
    }

    [Fact]
    public void A_precision_that_the_device_has_no_arithmetic_for_is_refused()
    {
        RunDevice.Check(new TrainingOptions { Precision = TrainingPrecision.BFloat16 }, CPU);

        // A card that no machine has: its driver says nothing of it.
        var absent = new Device(99);
        RunDevice.Check(new TrainingOptions { Precision = TrainingPrecision.Float32 }, absent);
        var failure = Assert.Throws<InvalidConfigurationException>(() => RunDevice.Check(new TrainingOptions { Precision = TrainingPrecision.BFloat16 }, absent));
        Assert.Contains("'precision' is bfloat16", failure.Message, StringComparison.Ordinal);
        Assert.Contains("accepted: float32", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
