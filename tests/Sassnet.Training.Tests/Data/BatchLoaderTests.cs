using Sassnet.Tests;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Data;

/// <summary>Batches that are made beside the steps: by however many threads, they come as if they were made one after the other.</summary>
public sealed class BatchLoaderTests
{
    private const int First = 3;
    private const int End = 23;

    private static readonly TrainingOptions Options = new()
    {
        Crops = new() { Sizes = [[32, 16, 16], [16, 32, 16]], Labelled = 1, Unlabelled = 1 },
        Augmentation = new() { Zoom = 0.2, Rotation = 15, Gain = 0.3 },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task They_come_in_order_and_are_the_same_however_many_threads_make_them(int threads)
    {
        var loader = new BatchLoader(NoiseScans.Dataset(), Options, Share.Whole);
        var number = First;
        await foreach (var step in loader.Load(First, End, ScalarType.Float32, CPU, threads, TestContext.Current.CancellationToken))
            AssertSame(loader.Make(number++), Assert.Single(step));
        Assert.Equal(End, number);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task What_goes_wrong_with_one_is_thrown_where_that_one_would_be_read(int threads)
    {
        var scans = NoiseScans.Dataset();
        var torn = scans.Labelled[1] with { Image = [] };
        var dataset = new ScanDataset([scans.Labelled[0], torn], scans.Unlabelled, []);
        var loader = new BatchLoader(dataset, Options, Share.Whole);
        var whole = Enumerable.Range(0, End).TakeWhile(number => !loader.Cases(number).Contains(torn.Name)).Count();
        var read = 0;
        await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
        {
            await foreach (var step in loader.Load(0, End, ScalarType.Float32, CPU, threads, TestContext.Current.CancellationToken))
                read++;
        });
        Assert.Equal(whole, read);
    }

    [Fact]
    public void A_step_on_the_processor_has_one_thread_beside_it_and_one_on_another_device_several()
    {
        Assert.Equal(1, BatchLoader.ThreadsBeside(CPU, 16));
        Assert.Equal(1, BatchLoader.ThreadsBeside(StrictDevice.Instance, 1));
        Assert.Equal(1, BatchLoader.ThreadsBeside(StrictDevice.Instance, 2));
        Assert.Equal(3, BatchLoader.ThreadsBeside(StrictDevice.Instance, 4));
        Assert.Equal(4, BatchLoader.ThreadsBeside(StrictDevice.Instance, 16));
    }

    private static void AssertSame(Batch expected, Batch actual)
    {
        Assert.Equal(expected.Size, actual.Size);
        Assert.Equal(expected.Cases, actual.Cases);
        Assert.Equal(expected.Images, actual.Images);
        Assert.Equal(expected.Masks, actual.Masks);
        Assert.Equal(expected.Sdms, actual.Sdms);
    }
}
