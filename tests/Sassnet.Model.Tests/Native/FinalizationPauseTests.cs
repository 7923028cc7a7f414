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
        const int Additions = 50_000;
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
                GC.Collect(0);
        });
        using var scope = NewDisposeScope();
        var sum = zeros(1, ScalarType.Int64);
        using (FinalizationPause.Begin())
        {
            collector.Start();
            for (var i = 0; i < Additions; i++)
                sum.add_(3);
            stop.Cancel();
            collector.Join();
        }

        Assert.Equal(3 * Additions, sum.item<long>());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(ManualResetEventSlim finalized) => _ = new Witness(finalized);

    private sealed class Witness(ManualResetEventSlim finalized)
    {
        ~Witness() => finalized.Set();
    }
}
