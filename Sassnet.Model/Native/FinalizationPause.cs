using System.Runtime.CompilerServices;

namespace Sassnet.Model.Native;

/// <summary>
/// While one is held, no finalizer of the process runs. TorchSharp 0.107 hands numbers to LibTorch as pointers to <c>Scalar</c> objects that nothing
/// refers to any more: when another thread sets off a garbage collection in that moment, the finalizer frees the number before LibTorch has read
/// it. On a busy machine a training step then fails ("Unknown scalar type"), or worse, computes with another number.
/// </summary>
/// <remarks>
/// The runtime has one finalizer thread. Holding begins by giving it an object whose finalizer waits for the end. Tensors are freed by dispose
/// scopes, so nothing large waits with it. Several may be held at once, by any threads; keep each to one step or one inference.
/// </remarks>
public sealed class FinalizationPause : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);
    private static readonly Lock Gate = new();
    private static ManualResetEventSlim? _end;
    private static int _held;

    private bool _disposed;

    private FinalizationPause()
    {
    }

    /// <summary>Waits until the finalizer that is running has ended, and lets no other begin until the pause is disposed.</summary>
    public static FinalizationPause Begin()
    {
        lock (Gate)
        {
            if (_held++ == 0)
                _end = StopFinalizers();
        }

        return new FinalizationPause();
    }

    /// <summary>Ends the pause; finalizers run again when no other is held.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        lock (Gate)
        {
            if (--_held == 0)
                _end!.Set();
        }
    }

    private static ManualResetEventSlim StopFinalizers()
    {
        var (begun, end) = (new ManualResetEventSlim(), new ManualResetEventSlim());
        Abandon(begun, end);
        for (var generation = 0; !begun.IsSet; generation = GC.MaxGeneration)
        {
            GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
            begun.Wait(Patience);
        }

        return end;
    }

    // Not inlined, so that no register or stack slot of the caller keeps the object alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(ManualResetEventSlim begun, ManualResetEventSlim end) => _ = new Barrier(begun, end);

    private sealed class Barrier(ManualResetEventSlim begun, ManualResetEventSlim end)
    {
        ~Barrier()
        {
            begun.Set();
            end.Wait();
        }
    }
}
