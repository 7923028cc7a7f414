using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;
using Xunit;

namespace Sassnet.Training.Tests.Runs;

public sealed class RunPrecisionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-precision-").FullName;

    [Theory]
    [InlineData(TrainingPrecision.Float32)]
    [InlineData(TrainingPrecision.BFloat16)]
    public void What_was_chosen_when_a_run_started_is_what_it_goes_on_with(TrainingPrecision chosen)
    {
        var run = RunFolder.Create(_folder, new TrainingOptions { Seed = 5 });
        var started = RunPrecision.Settle(run, TrainingOptionsFile.Read(run.ConfigFile), () => chosen);
        Assert.Equal(chosen, started.Precision);

        var stored = TrainingOptionsFile.Read(RunFolder.Open(_folder).ConfigFile);
        var resumed = RunPrecision.Settle(run, stored, () => throw new InvalidOperationException("measured again"));
        Assert.Equal((chosen, 5), (resumed.Precision, resumed.Seed));
    }

    [Fact]
    public void A_configured_precision_is_not_measured()
    {
        var run = RunFolder.Create(_folder, new TrainingOptions { Precision = TrainingPrecision.BFloat16 });
        var options = RunPrecision.Settle(run, TrainingOptionsFile.Read(run.ConfigFile), () => throw new InvalidOperationException("measured"));
        Assert.Equal(TrainingPrecision.BFloat16, options.Precision);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
