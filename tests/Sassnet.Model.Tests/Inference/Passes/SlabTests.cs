using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Networks;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference.Passes;

public sealed class SlabTests
{
    // Padded to 48x144x128, which is about the least of which slabs have 8 planes: six of them.
    private static readonly GridSize Odd = new(41, 133, 125);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 0.02)]
    public void Slabs_have_the_values_of_all_at_once_and_leave_no_tensor(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var network = TemporaryPackage.RandomNetwork(16);
        using var folded = new FoldedVNet(network, type, CPU);
        manual_seed(4);
        var input = randn([2, 64, 32, 48, 2], dtype: type).permute(0, 4, 1, 2, 3);
        var whole = folded.Forward(input);
        foreach (var slab in (int[])[8, 16, 24, 48, 64, 128])
        {
            var (before, asked, done) = (Live(), new List<(int Start, int End)>(), 0);
            folded.ForwardInSlabs(Planes, input.shape, slab, Compare);
            Assert.Equal((64, before), (done, Live()));
            Assert.Equal(2 * 64, asked.Sum(planes => planes.End - planes.Start));

            Tensor Planes(int start, int end)
            {
                asked.Add((start, end));
                return input.narrow(2, start, end - start);
            }

            void Compare(int start, Tensor output)
            {
                Assert.Equal(done, start);
                using var inner = NewDisposeScope();
                Assert.InRange((output - whole.narrow(2, start, output.shape[2])).abs().max().item<float>(), 0, tolerance);
                done += (int)output.shape[2];
            }
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1, 1e-5)]
    [InlineData(ScalarType.Float32, 3, 1e-5)]
    [InlineData(ScalarType.BFloat16, 2, 0.02)]
    public void A_volume_of_any_sides_in_slabs_has_the_maps_of_one_pass_mirrored_ones_too(ScalarType type, int classes, double tolerance)
    {
        manual_seed(20);
        using var network = new VNet(4, classes: classes);
        using var folded = new FoldedVNet(network, type, CPU);
        var voxels = Noise(Odd);
        var slabs = TileGrid.Within(Odd, _ => true)!;
        Assert.Equal((1, true), (slabs.Count, slabs.InSlabs));
        AssertClose(TiledInference.Run(folded, voxels, TileGrid.OnePass(Odd), Cancellation), TiledInference.Run(folded, voxels, slabs, Cancellation), tolerance);
        AssertClose(
            MirroredInference.Mean(folded, voxels, Odd, batch: 4, Cancellation), MirroredInference.Mean(folded, voxels, slabs, batch: 3, Cancellation), tolerance);
    }

    [Fact]
    public void Several_members_in_slabs_have_the_mean_of_one_pass()
    {
        var size = new GridSize(41, 181, 80);
        using var members = new MembersFolder(members: 2);
        var scan = PreparedScan.Of(Scans.Ellipsoid(size), members.Package.Manifest.Preprocessing);
        var options = new SegmenterOptions { Device = "cpu", Precision = Precision.Float32 };
        using var roomy = LoadedModel.Load(members.Package, options, NullLogger.Instance);
        var memory = ActivationMemory.OfTiles(size, new GridSize(48, 192, 80), 2, sizeof(float)) + ActivationMemory.OfMaps(size, 1);
        using var tight = LoadedModel.Load(members.Package, options with { WholeMemoryBytes = memory }, NullLogger.Instance);
        using var tighter = LoadedModel.Load(members.Package, options with { WholeMemoryBytes = memory - 1 }, NullLogger.Instance);
        Assert.True(tight.Plan(size, InferenceMode.Whole).Tiles is { InSlabs: true, Count: 1 });
        Assert.NotEqual(1, tighter.Plan(size, InferenceMode.Whole).Tiles?.Count);
        AssertClose(roomy.Infer(scan, InferenceMode.Whole, Cancellation).Maps, tight.Infer(scan, InferenceMode.Whole, Cancellation).Maps, 1e-5);
    }

    [Fact]
    public void Cancelling_ends_a_pass_between_two_slabs_and_leaves_no_tensor()
    {
        using var network = TemporaryPackage.RandomNetwork(2);
        using var folded = new FoldedVNet(network, float32, CPU);
        var (before, taken) = (Live(), 0);
        using var soon = new CancellationTokenSource();
        var slabs = TileGrid.Within(Odd, _ => true)!;
        using (var pass = new TilePass(folded, Noise(Odd), slabs, slabs.Tiles.Single()))
        {
            Assert.ThrowsAny<OperationCanceledException>(() => pass.Run([default], Cancel, soon.Token));
        }

        Assert.Equal((1, before), (taken, Live()));

        void Cancel(int start, Tensor output)
        {
            taken++;
            soon.Cancel();
        }
    }

    [Fact]
    public void A_slab_is_a_multiple_of_eight_planes()
    {
        using var network = TemporaryPackage.RandomNetwork(2);
        using var folded = new FoldedVNet(network, float32, CPU);
        var error = Assert.Throws<ArgumentException>(() => folded.ForwardInSlabs((_, _) => zeros(1), [1, 2, 16, 16, 16], 12, (_, _) => { }));
        Assert.Contains("multiple of 8 planes; got 12", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(In_float32_a_pass_in_slabs_takes_no_more_memory_than_is_estimated))]
    [InlineData(nameof(In_bfloat16_a_pass_in_slabs_takes_no_more_memory_than_is_estimated))]
    public Task A_pass_in_slabs_takes_no_more_memory_than_is_estimated(string measurement) => OwnProcess.RunAsync(typeof(SlabTests), measurement);

    [Fact(Explicit = true)]
    public void In_float32_a_pass_in_slabs_takes_no_more_memory_than_is_estimated() => AssertWithinEstimate(ScalarType.Float32);

    [Fact(Explicit = true)]
    public void In_bfloat16_a_pass_in_slabs_takes_no_more_memory_than_is_estimated() => AssertWithinEstimate(ScalarType.BFloat16);

    private static void AssertWithinEstimate(ScalarType type)
    {
        const int Filters = 16;
        var (size, small) = (new GridSize(60, 230, 200), new GridSize(16, 16, 16));
        using var network = TemporaryPackage.RandomNetwork(Filters);
        using var folded = new FoldedVNet(network, type, CPU);
        var slabs = TileGrid.Within(size, _ => true)!;
        var voxels = Noise(size);
        TiledInference.Run(folded, Noise(small), TileGrid.OnePass(small), Cancellation);
        var growth = ProcessMemory.GrowthDuring(() => TiledInference.Run(folded, voxels, slabs, Cancellation));
        var estimate = ActivationMemory.OfTiles(size, slabs.Largest, Filters, type == ScalarType.Float32 ? sizeof(float) : sizeof(short));
        Assert.InRange(growth, estimate / 3, estimate);
    }

    private static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static float[] Noise(GridSize size)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, (int)size.Count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static void AssertClose(IReadOnlyList<PredictedMaps> expected, IReadOnlyList<PredictedMaps> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair =>
        {
            Assert.InRange(Difference(pair.First.Probability, pair.Second.Probability), 0, tolerance);
            Assert.InRange(Difference(pair.First.Sdm, pair.Second.Sdm), 0, tolerance);
        });
    }

    private static float Difference(float[] one, float[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Max();
}
