using System.Runtime.InteropServices;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Networks;

/// <summary>
/// Lets glibc fill every block with bytes of all ones when it is allocated: NaN in float32 and bfloat16. It slows every allocation of the
/// process, so no other test runs beside one that uses it.
/// </summary>
[CollectionDefinition(nameof(NaNMemory), DisableParallelization = true)]
public sealed partial class NaNMemory : IDisposable
{
    // malloc.h. Blocks get the complement of the number's lowest byte; 0 itself turns it off.
    private const int Perturb = -6;
    private const int AllOnes = 0x100;

    private readonly int _threads = get_num_threads();

    private NaNMemory()
    {
        // One thread, as more gain nothing on grids this small and wait for each other where the machine is busy.
        set_num_threads(1);
        Assert.SkipUnless(SetOption(Perturb, AllOnes) == 1, "needs glibc's mallopt");
        using var scope = NewDisposeScope();
        Assert.True(empty([1 << 16]).isnan().all().item<bool>());
    }

    public static NaNMemory Begin() => new();

    public void Dispose()
    {
        _ = SetOption(Perturb, 0);
        set_num_threads(_threads);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
