using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public class TwoStreamBatchSamplerTests
{
    [Fact]
    public void Every_scan_is_drawn_once_per_epoch_of_its_stream()
    {
        var sampler = new TwoStreamBatchSampler(seed: 7, (Scans: 6, PerBatch: 2), (Scans: 9, PerBatch: 3));
        for (var epoch = 0; epoch < 4; epoch++)
        {
            var batches = Enumerable.Range(epoch * 3, 3).Select(sampler.Draw).ToList();
            Assert.Equal(Enumerable.Range(0, 6), batches.SelectMany(batch => batch.Labelled).Order());
            Assert.Equal(Enumerable.Range(0, 9), batches.SelectMany(batch => batch.Unlabelled).Order());
        }
    }

    [Fact]
    public void An_iteration_draws_the_same_whenever_it_is_asked_for()
    {
        var (sampler, other) = (new TwoStreamBatchSampler(7, (16, 2), (24, 2)), new TwoStreamBatchSampler(7, (16, 2), (24, 2)));
        sampler.Draw(0);
        Assert.Equal(other.Draw(1234).Labelled, sampler.Draw(1234).Labelled);
        Assert.Equal(other.Draw(1234).Unlabelled, sampler.Draw(1234).Unlabelled);
    }

    [Fact]
    public void Another_seed_draws_another_order()
    {
        var (first, second) = (new TwoStreamBatchSampler(1, (16, 16), (2, 1)), new TwoStreamBatchSampler(2, (16, 16), (2, 1)));
        Assert.NotEqual(first.Draw(0).Labelled, second.Draw(0).Labelled);
    }

    [Fact]
    public void A_batch_larger_than_the_stream_goes_on_into_the_next_epoch()
    {
        var drawn = new TwoStreamBatchSampler(1, (3, 7), (1, 1)).Draw(0).Labelled;
        Assert.Equal([0, 1, 2], drawn[..3].Order());
        Assert.Equal([0, 1, 2], drawn[3..6].Order());
    }
}
