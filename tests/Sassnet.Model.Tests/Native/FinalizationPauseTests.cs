using System.Runtime.CompilerServices;
using Sassnet.Model.Native;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Native;

public class FinalizationPauseTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(200);

    [Fact]
    public void No_finalizer_runs_until_the_last_pause_ends()
    {
        using var finalized = new ManualResetEventSlim();
        using (FinalizationPause.Begin())
        {
            var inner = FinalizationPause.Begin();
            Abandon(finalized);
            GC.Collect();
            Assert.False(finalized.Wait(LongEnough, TestContext.Current.CancellationToken));
            inner.Dispose();
            inner.Dispose();
            Assert.False(finalized.Wait(LongEnough, TestContext.Current.CancellationToken));
        }

        GC.Collect();
        Assert.True(finalized.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_pause_can_be_taken_again_and_again()
    {
        for (var i = 0; i < 50; i++)
            FinalizationPause.Begin().Dispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [Fact]
    public void Numbers_reach_LibTorch_as_they_were_while_another_thread_collects_garbage()
    {
        // In rounds: what a pause holds back makes each collection slower than the one before. Without a pause a third of them and more failed.
        const int Rounds = 20;
        const int Collections = 100;
        for (var round = 0; round < Rounds; round++)
        {
            var collector = new Thread(() =>
            {
                for (var i = 0; i < Collections; i++)
                    GC.Collect(0);
            });
            using var scope = NewDisposeScope();
            var (sum, additions) = (zeros(1, ScalarType.Int64), 0L);
            using (FinalizationPause.Begin())
            {
                collector.Start();
                do
                {
                    sum.add_(3);
                    additions++;
                }
                while (collector.IsAlive);
            }

            Assert.Equal(3 * additions, sum.item<long>());
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(ManualResetEventSlim finalized) => _ = new Witness(finalized);

    private sealed class Witness(ManualResetEventSlim finalized)
    {
        ~Witness() => finalized.Set();
    }
}
