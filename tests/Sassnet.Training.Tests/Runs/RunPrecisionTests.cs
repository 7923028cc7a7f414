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
        var started = RunPrecision.Settle(new TrainingOptions { Seed = 5 }, () => chosen);
        Assert.Equal(chosen, started.Precision);
        RunFolder.Create(_folder, started);

        var stored = TrainingOptionsFile.Read(RunFolder.Open(_folder).ConfigFile);
        var resumed = RunPrecision.Settle(stored, () => throw new InvalidOperationException("measured again"));
        Assert.Equal((chosen, 5), (resumed.Precision, resumed.Seed));
    }

    [Fact]
    public void A_configured_precision_is_not_measured()
    {
        var options = RunPrecision.Settle(new TrainingOptions { Precision = TrainingPrecision.BFloat16 }, () => throw new InvalidOperationException("measured"));
        Assert.Equal(TrainingPrecision.BFloat16, options.Precision);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
