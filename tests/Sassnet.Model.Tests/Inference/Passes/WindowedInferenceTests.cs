using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference.Passes;

public class WindowedInferenceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(70, 9, 12, 1)]
    [InlineData(9, 50, 12, 3)]
    [InlineData(13, 30, 41, 2)]
    [InlineData(15, 1, 9, 4)]
    public void A_volume_shorter_than_a_window_has_the_maps_of_the_same_volume_amid_zeros(int x, int y, int z, int batch)
    {
        using var network = TemporaryPackage.RandomNetwork(2);
        using var folded = new FoldedVNet(network, float32, CPU);
        var (size, window, stride) = (new GridSize(x, y, z), new GridSize(16, 32, 16), new GridSize(7, 9, 11));
        var amid = GridBox.Around(size, new GridSize(Math.Max(x, window.X), Math.Max(y, window.Y), Math.Max(z, window.Z)));
        var voxels = Scans.Ellipsoid(size).Voxels.Select(voxel => voxel / 100).ToArray();
        var expected = WindowedInference.Slide(folded, amid.Take(voxels, size, 0f), amid.Size, window, stride, batch, Cancellation)[0];
        var seen = WindowedInference.Slide(folded, voxels, size, window, stride, batch, Cancellation)[0];
        var back = new GridBox((-amid.Start.X, -amid.Start.Y, -amid.Start.Z), size);
        Assert.Equal(back.Take(expected.Probability, amid.Size, 0f), seen.Probability);
        Assert.Equal(back.Take(expected.Sdm, amid.Size, 0f), seen.Sdm);
    }

    [Fact]
    public Task A_long_thin_volume_takes_memory_for_its_voxels_and_a_window() =>
        OwnProcess.RunAsync(GetType(), nameof(In_a_process_of_its_own_a_long_thin_volume_takes_memory_for_its_voxels_and_a_window));

    [Fact(Explicit = true)]
    public void In_a_process_of_its_own_a_long_thin_volume_takes_memory_for_its_voxels_and_a_window()
    {
        using var network = TemporaryPackage.RandomNetwork(2);
        using var folded = new FoldedVNet(network, float32, CPU);
        var (window, size) = (new GridSize(16, 160, 160), new GridSize(2000, 2, 2));
        using var afterOne = new CancellationTokenSource();
        var growth = ProcessMemory.GrowthDuring(() => Assert.Throws<OperationCanceledException>(
            () => WindowedInference.Slide(folded, new float[size.Count], size, window, window, 1, afterOne.Token, new Cancelling(afterOne))));

        // Padded to hold every window it would have 51 million voxels, whose input and sums take 820 MB; what a window takes is a fraction of this bound.
        Assert.InRange(growth, 0, 256 << 20);
    }

    /// <summary>Cancels once a window is done.</summary>
    private sealed class Cancelling(CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value) => source.Cancel();
    }
}
