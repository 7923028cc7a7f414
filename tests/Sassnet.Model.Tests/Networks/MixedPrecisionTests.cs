using System.Diagnostics;
using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Networks;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Networks;

/// <summary>
/// Every convolution of the networks, over memory that is full of NaN, against float64: on grids as small as crops of 16×16×16 make them and of
/// channels of any number, where some of LibTorch's kernels read what nobody wrote.
/// </summary>
[Collection(nameof(NaNMemory))]
public sealed class MixedPrecisionTests
{
    // The largest error seen of a sound convolution is 0.009 of the largest value.
    private const double Tolerance = 0.03;

    private const long Few = 32;

    private static readonly long[] Sides = [1, 2, 3, 7];

    public static TheoryData<string, long, long> Layers => new()
    {
        { "same", 1, 16 },
        { "same", 16, 16 },
        { "same", 32, 32 },
        { "same", 256, 256 },
        { "down", 16, 32 },
        { "down", 128, 256 },
        { "up", 32, 16 },
        { "up", 256, 128 },
        { "halving", 16, 32 },
        { "halving", 128, 256 },
    };

    // Of channels that fill no register of sixteen: of networks with fewer or other filters.
    public static TheoryData<string, long, long> OddLayers => new()
    {
        { "same", 1, 4 },
        { "same", 4, 4 },
        { "same", 12, 12 },
        { "same", 24, 24 },
        { "same", 1, 2 },
        { "same", 2, 2 },
        { "down", 2, 4 },
        { "down", 12, 24 },
        { "up", 4, 2 },
        { "up", 24, 12 },
        { "halving", 2, 4 },
        { "halving", 4, 8 },
        { "halving", 12, 24 },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    [MemberData(nameof(OddLayers))]
    public void Training_in_bfloat16_reads_nothing_that_was_not_written(string kind, long inputs, long outputs) => AssertRight(bfloat16, kind, inputs, outputs);

    [Theory]
    [MemberData(nameof(Layers))]
    [MemberData(nameof(OddLayers))]
    public void Training_in_float32_reads_nothing_that_was_not_written(string kind, long inputs, long outputs) => AssertRight(float32, kind, inputs, outputs);

    [Theory]
    [InlineData(ConvolutionKind.Same, 2, 16)]
    [InlineData(ConvolutionKind.Same, 16, 16)]
    [InlineData(ConvolutionKind.Same, 256, 256)]
    [InlineData(ConvolutionKind.Down, 16, 32)]
    [InlineData(ConvolutionKind.Down, 128, 256)]
    [InlineData(ConvolutionKind.Up, 32, 16)]
    [InlineData(ConvolutionKind.Up, 256, 128)]
    [InlineData(ConvolutionKind.Head, 16, 2)]
    [InlineData(ConvolutionKind.Head, 16, 6)]
    [InlineData(ConvolutionKind.Same, 2, 2)]
    [InlineData(ConvolutionKind.Same, 2, 4)]
    [InlineData(ConvolutionKind.Same, 4, 4)]
    [InlineData(ConvolutionKind.Same, 12, 12)]
    [InlineData(ConvolutionKind.Same, 24, 24)]
    [InlineData(ConvolutionKind.Down, 4, 8)]
    [InlineData(ConvolutionKind.Down, 12, 24)]
    [InlineData(ConvolutionKind.Up, 8, 4)]
    [InlineData(ConvolutionKind.Up, 24, 12)]
    [InlineData(ConvolutionKind.Head, 2, 2)]
    [InlineData(ConvolutionKind.Head, 4, 2)]
    [InlineData(ConvolutionKind.Head, 12, 2)]
    internal void Inference_reads_nothing_that_was_not_written_in_any_precision(ConvolutionKind kind, long inputs, long outputs)
    {
        using var scope = NewDisposeScope();
        using var memory = NaNMemory.Begin();
        using var inference = inference_mode();
        var side = kind switch { ConvolutionKind.Same => 3, ConvolutionKind.Head => 1, _ => 2 };
        var (weight, bias) = (Rounded(kind == ConvolutionKind.Up ? [inputs, outputs, side, side, side] : [outputs, inputs, side, side, side]), Rounded([outputs]));
        using var exact = new FoldedConvolution(kind, weight, bias, float64, CPU);
        using var single = new FoldedConvolution(kind, weight, bias, float32, CPU);
        using var half = new FoldedConvolution(kind, weight, bias, bfloat16, CPU);
        foreach (var grid in Grids(kind == ConvolutionKind.Down ? "down" : "same", inputs))
        {
            using var step = NewDisposeScope();
            var input = Rounded(grid);
            var expected = exact.Apply(input.to(float64));
            Assert.True(Error(expected, single.Apply(MixedPrecision.ChannelsLast(input))) < 1e-5, Shown("float32", grid));
            Assert.True(Error(expected, half.Apply(MixedPrecision.ChannelsLast(input.to(bfloat16)))) < Tolerance, Shown("bfloat16", grid));
        }
    }

    // What a GPU does in their place.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_head_as_a_product_gives_the_values_and_gradients_of_its_convolution(int classes)
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Conv3d(16, classes, 1L, dtype: float64);
        var input = MixedPrecision.ChannelsLast(rand([2, 16, 7, 5, 3], float64)).requires_grad_();
        var (convolved, product) = (Gradients(layer.forward), Gradients(x => MixedPrecision.AsProduct(layer, x)));
        Assert.All(convolved.Zip(product), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 1e-12, atol: 1e-12)));

        List<Tensor> Gradients(Func<Tensor, Tensor> apply)
        {
            layer.zero_grad();
            input.grad?.zero_();
            var output = apply(input);
            output.square().sum().backward();
            return [output.detach(), input.grad!.clone(), layer.weight!.grad!.clone(), layer.bias!.grad!.clone()];
        }
    }

    // In a process of its own: LibTorch decides once which kernels it uses.
    [Fact]
    public async Task The_same_holds_with_the_kernels_of_processors_without_AMX()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA") is null, "the processor's own kernels are not asked for");
        var program = typeof(MixedPrecisionTests).Assembly.Location;
        string[] methods =
        [
            nameof(Training_in_bfloat16_reads_nothing_that_was_not_written),
            nameof(Training_in_float32_reads_nothing_that_was_not_written),
            nameof(Inference_reads_nothing_that_was_not_written_in_any_precision),
        ];
        var start = new ProcessStartInfo("dotnet", ["exec", program, "-noColor", "-noLogo", .. methods.SelectMany(name => new[] { "-method", $"{typeof(MixedPrecisionTests).FullName}.{name}" })])
        {
            RedirectStandardOutput = true,
            Environment = { ["ONEDNN_MAX_CPU_ISA"] = "AVX512_CORE_BF16" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Failed: 0", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, 16, 16)]
    [InlineData(32, 32, 16)]
    [InlineData(32, 48, 48)]
    public void Losses_and_gradients_in_bfloat16_on_small_crops_repeat(int x, int y, int z)
    {
        using var scope = NewDisposeScope();
        using var memory = NaNMemory.Begin();
        using var network = new VNet(filters: 16, dropout: 0);
        using var discriminator = new Discriminator(filters: 16, dropout: 0);
        var image = rand([2, 1, x, y, z]).to(bfloat16);
        var (first, second) = (Gradients(), Gradients());
        Assert.All(first.Zip(second), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 1e-3, atol: 1e-5 * pair.First.abs().max().item<float>())));

        List<Tensor> Gradients()
        {
            network.zero_grad();
            discriminator.zero_grad();
            var (sdm, logits) = network.forward(image);
            (logits.square().mean() + discriminator.forward(sdm.to(bfloat16), image).square().mean()).backward();
            return [.. network.parameters().Concat(discriminator.parameters()).Select(parameter => parameter.grad).OfType<Tensor>().Select(gradient => gradient.clone())];
        }
    }

    private static void AssertRight(ScalarType type, string kind, long inputs, long outputs)
    {
        using var scope = NewDisposeScope();
        using var memory = NaNMemory.Begin();
        nn.Module<Tensor, Tensor> layer = kind switch
        {
            "same" => nn.Conv3d(inputs, outputs, 3, padding: 1),
            "down" => nn.Conv3d(inputs, outputs, 2, stride: 2),
            "halving" => nn.Conv3d(inputs, outputs, 4, stride: 2, padding: 1),
            _ => nn.ConvTranspose3d(inputs, outputs, 2, stride: 2),
        };
        Assert.Empty(Grids(kind, inputs).Select(grid => Compare(layer, type, kind, grid)).OfType<string>());
    }

    private static IEnumerable<long[]> Grids(string kind, long channels)
    {
        var halves = kind is "down" or "halving" ? 2 : 1;
        return
            from x in Sides
            from y in Sides
            from z in Sides
            where channels <= Few || IsOneOfAFew(x, y, z)
            select new[] { 1, channels, x * halves, y * halves, z * halves };

        // Of many channels fewer grids, as they take longer: every fault so far is one of the sides alone.
        static bool IsOneOfAFew(long x, long y, long z) => Math.Max(x, Math.Max(y, z)) <= 3 && (x == 2 || y == z) && z != 1;
    }

    /// <returns>Null, or what is wrong on which grid.</returns>
    private static string? Compare(nn.Module<Tensor, Tensor> layer, ScalarType type, string kind, long[] grid)
    {
        using var scope = NewDisposeScope();
        var parameters = layer.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        var (weight, bias) = (parameters["weight"], parameters["bias"]);
        using (no_grad())
        {
            weight.copy_(Rounded(weight.shape));
            bias.copy_(Rounded(bias.shape));
        }

        var image = Rounded(grid);
        Tensor? slope = null;
        var tried = Derive(image.to(type), weight, bias, (x, _, _) => layer is Conv3d convolution ? MixedPrecision.Apply(convolution, x) : MixedPrecision.Apply((ConvTranspose3d)layer, x));
        var (exactWeight, exactBias) = (weight.to(float64).detach().requires_grad_(), bias.to(float64).detach().requires_grad_());
        var exact = Derive(image.to(float64), exactWeight, exactBias, (x, w, b) => kind switch
        {
            "same" => nn.functional.conv3d(x, w, b, padding: [1, 1, 1]),
            "down" => nn.functional.conv3d(x, w, b, strides: [2, 2, 2]),
            "halving" => nn.functional.conv3d(x, w, b, strides: [2, 2, 2], padding: [1, 1, 1]),
            _ => nn.functional.conv_transpose3d(x, w, b, strides: [2, 2, 2]),
        });
        string[] names = ["output", "input's gradient", "weights' gradient", "bias' gradient"];
        var wrong = names.Zip(exact, tried).Where(triple => !(Error(triple.Second, triple.Third) < (type == bfloat16 ? Tolerance : 1e-5))).Select(triple => triple.First).ToList();
        return wrong.Count == 0 ? null : Shown(string.Join(", ", wrong), grid);

        Tensor[] Derive(Tensor input, Tensor w, Tensor b, Func<Tensor, Tensor, Tensor, Tensor> convolve)
        {
            layer.zero_grad();
            var x = input.detach().clone().requires_grad_();
            var output = convolve(x, w, b);
            slope ??= Rounded(output.shape);
            (output * MixedPrecision.ChannelsLast(slope.to(output.dtype))).sum().backward();
            return [output.detach(), x.grad!, w.grad!, b.grad!];
        }
    }

    // Not "≤": an error that is no number is too large as well. Of few voxels and channels all may be 0 behind the ReLU; sums here are of the size of 1 and more.
    private static double Error(Tensor expected, Tensor actual) =>
        ((actual.to(float64) - expected).abs().max() / expected.abs().max().clamp_min(1)).item<double>();

    // Values that bfloat16 holds exactly.
    private static Tensor Rounded(long[] shape) => randn(shape).to(bfloat16).to(float32);

    private static string Shown(string what, long[] grid) => $"{what} on {string.Join("×", grid[2..])}";
}
