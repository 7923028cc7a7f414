using Microsoft.Extensions.Logging;
using Sassnet.Model.Inference;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public class PrecisionTests
{
    [Fact]
    public void Auto_measures_once_logs_the_figures_and_takes_the_faster()
    {
        // A size of network that no other test measures.
        using var package = TemporaryPackage.Random(filters: 3);
        var log = new CapturedLog();
        using (var first = Segmenter.Load(package.Package, new SegmenterOptions { Device = "cpu" }, log))
            Assert.NotEqual(Precision.Auto, first.Precision);
        var line = Assert.Single(log.Lines, text => text.StartsWith("Measured on cpu", StringComparison.Ordinal));
        Assert.Matches(@"48x48x48: Float32 \d+\.\d ms, BFloat16 \d+\.\d ms; taking (Float32|BFloat16)", line);

        using var second = Segmenter.Load(package.Package, new SegmenterOptions { Device = "cpu" }, log);
        Assert.Single(log.Lines, text => text.StartsWith("Measured on cpu", StringComparison.Ordinal));
    }

    [Fact]
    public void Half_precision_on_the_processor_is_refused()
    {
        using var package = TemporaryPackage.Random();
        var failure = Assert.Throws<ArgumentException>(() => package.Load(new SegmenterOptions { Device = "cpu", Precision = Precision.Float16 }));
        Assert.Contains("BFloat16", failure.Message, StringComparison.Ordinal);
    }

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
