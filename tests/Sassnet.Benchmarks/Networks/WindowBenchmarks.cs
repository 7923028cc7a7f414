using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Benchmarks.Networks;

/// <summary>The forward pass of one window at 16 filters as inference runs it, against the reference and against what the processor's matrix product reaches.</summary>
internal static class WindowBenchmarks
{
    private const int Filters = 16;
    private const long MatrixSide = 2048;
    private const double RateGoal = 0.8;
    private static readonly GridSize Window = new(112, 112, 80);

    /// <summary>Times it.</summary>
    public static BenchmarkTable Run()
    {
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        using var network = new VNet(Filters);
        using var full = new FoldedVNet(network, ScalarType.Float32, CPU);
        using var half = new FoldedVNet(network, ScalarType.BFloat16, CPU);
        var window = zeros([1, Window.X, Window.Y, Window.Z, FoldedVNet.InputChannels]).permute(0, 4, 1, 2, 3);
        window[0, 0].normal_();
        var halfWindow = window.to(ScalarType.BFloat16);
        var left = randn([MatrixSide, MatrixSide]).to(ScalarType.BFloat16);
        var right = randn([MatrixSide, MatrixSide]).to(ScalarType.BFloat16);

        var timings = InterleavedTimer.Measure(
            new Workload("one 112×112×80 window, float32", () => Forward(full, window)),
            new Workload("one 112×112×80 window, bfloat16", () => Forward(half, halfWindow)),
            new Workload("2048³ matrix product, bfloat16", () => matmul(left, right).Dispose()));

        var table = new BenchmarkTable("One window");
        var productRate = 2 * Math.Pow(MatrixSide, 3) / timings[2].MedianSeconds;
        table.AddSpeedup(timings[0], "reference, float32", ReferenceTimings.WindowSeconds);
        table.AddSpeedup(timings[1], "reference, float32", ReferenceTimings.WindowSeconds);
        table.AddRate(timings[1] with { Name = "the same, counted as quoted" }, ArithmeticWork.Quoted(Filters, Window), "2048³ product in bfloat16", productRate, RateGoal);
        table.AddRate(timings[1] with { Name = "the same, counted as done" }, ArithmeticWork.Done(Filters, Window), "2048³ product in bfloat16", productRate);
        return table;
    }

    private static void Forward(FoldedVNet network, Tensor window)
    {
        using var scope = NewDisposeScope();
        network.Forward(window);
    }
}
