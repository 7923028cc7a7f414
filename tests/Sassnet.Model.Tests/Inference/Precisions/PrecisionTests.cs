using Microsoft.Extensions.Logging;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Precisions;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference.Precisions;

public class PrecisionTests
{
    [Fact]
    public void Auto_logs_the_figures_and_takes_the_same_precision_again()
    {
        // A size of network that no other test measures.
        using var package = TemporaryPackage.Random(filters: 3);
        var log = new CapturedLog();
        var taken = new List<Precision>();
        for (var i = 0; i < 2; i++)
        {
            using var segmenter = Segmenter.Load(package.Package, new SegmenterOptions { Device = "cpu" }, log);
            taken.Add(segmenter.Precision);
        }

        var lines = log.Lines.Where(text => text.StartsWith("Measured on cpu", StringComparison.Ordinal)).ToList();
        Assert.Matches(@"48x48x48: Float32 \d+\.\d ms \(off by 0\.00000\), BFloat16 \d+\.\d ms \(off by 0\.00\d\d\d\); taking (Float32|BFloat16)", lines[0]);
        Assert.EndsWith($"taking {taken[0]}", lines[0], StringComparison.Ordinal);
        Assert.Equal([lines[0], lines[0]], lines);
        Assert.Equal([taken[0], taken[0]], taken);
    }

    [Fact]
    public void A_precision_that_a_model_overflows_in_is_not_taken_however_fast_it_is()
    {
        using var network = TemporaryPackage.RandomNetwork(3);
        using (no_grad())
            network.state_dict()["block_nine.conv.0.weight"].fill_(float.NaN);
        Assert.Equal(Precision.Float32, PrecisionChoice.Resolve(Precision.Auto, network, CPU, new CapturedLog()));
    }

    [Theory]
    [InlineData(0.5, 0.001, Precision.BFloat16)]
    [InlineData(0.79, 0.001, Precision.BFloat16)]
    [InlineData(0.81, 0.001, Precision.Float32)]
    [InlineData(3, 0.001, Precision.Float32)]
    [InlineData(0.5, 0.0051, Precision.Float32)]
    [InlineData(0.1, double.NaN, Precision.Float32)]
    public void The_faster_precision_is_taken_where_it_is_clearly_faster_and_exact_enough(double share, double deviation, Precision expected) =>
        Assert.Equal(expected, PrecisionTrial.Best([Exact(1, 1, 1), new PrecisionTrial(Precision.BFloat16, [share, share, share], deviation)]));

    [Fact]
    public void A_load_that_comes_and_goes_changes_nothing_as_times_are_compared_round_by_round()
    {
        // Half the time in every round, though the slowest round of the one takes longer than most of the other's.
        Assert.Equal(Precision.BFloat16, PrecisionTrial.Best([Exact(1, 8, 1), new PrecisionTrial(Precision.BFloat16, [0.5, 4, 0.5], 0.001)]));

        // One lucky round is none.
        Assert.Equal(Precision.Float32, PrecisionTrial.Best([Exact(1, 8, 1), new PrecisionTrial(Precision.BFloat16, [1, 0.9, 1], 0.001)]));
    }

    [Fact]
    public void Of_two_that_are_about_as_fast_the_more_exact_one_is_taken()
    {
        PrecisionTrial half = new(Precision.Float16, [0.5, 0.5, 0.5], 0.0002);
        Assert.Equal(Precision.Float16, PrecisionTrial.Best([Exact(1, 1, 1), new PrecisionTrial(Precision.BFloat16, [0.45, 0.45, 0.45], 0.001), half]));
        Assert.Equal(Precision.BFloat16, PrecisionTrial.Best([Exact(1, 1, 1), new PrecisionTrial(Precision.BFloat16, [0.2, 0.2, 0.2], 0.001), half]));
    }

    [Fact]
    public void Training_tells_the_figures_of_a_step_in_both_precisions()
    {
        var told = new List<string>();
        var taken = PrecisionChoice.ForTraining(filters: 2, CPU, told.Add);
        Assert.Matches($@"^a training step over 48x48x48: Float32 .* ms \(off by 0\.00000\), BFloat16 .* ms \(off by 0\.\d+\); taking {taken}$", Assert.Single(told));
    }

    [Fact]
    public void Half_precision_on_the_processor_is_refused()
    {
        using var package = TemporaryPackage.Random();
        var failure = Assert.Throws<ArgumentException>(() => package.Load(new SegmenterOptions { Device = "cpu", Precision = Precision.Float16 }));
        Assert.Contains("BFloat16", failure.Message, StringComparison.Ordinal);
    }

    private static PrecisionTrial Exact(params double[] seconds) => new(Precision.Float32, seconds, 0);

    private sealed class CapturedLog : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
