using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Tests;

/// <summary>
/// A second device on a machine without a GPU: LibTorch's lazy tensors, whose kernels run on the processor, so that figures can be read and compared, and
/// which refuse an operation with a tensor of the processor in it, as CUDA does. (The <c>meta</c> device has no numbers, and in C++ no convolution.)
/// </summary>
/// <remarks>
/// LibTorch brings two of the operations that are used here to the processor with whatever they are given; they are made of others here, and refuse it too.
/// A sum keeps one axis here, since lazy tensors take a number that meets a tensor without axes for a float64, which CUDA does not. No test may rest on the
/// first being lenient or on shapes of sums.
/// </remarks>
internal static unsafe class StrictDevice
{
    private const string Library = "libtorch_cpu.so";
    private const int LazyType = 17; // c10::DeviceType::Lazy

    // What copies between devices may do so; a squared error's tensors were looked at on the way forward.
    private static readonly string[] Harmless = ["aten::copy", "aten::argmax", "aten::special_entr", "aten::mse_loss_backward"];
    private static readonly ConcurrentQueue<string> Refused = [];
    private static readonly Lazy<Device> Opened = new(Open);

    /// <summary>The device.</summary>
    public static Device Instance => Opened.Value;

    /// <summary>Whether a tensor lies on it.</summary>
    public static bool Has(Tensor tensor) => (int)tensor.device_type == LazyType;

    /// <summary>What was refused since the last call but could not be thrown, since LibTorch was between.</summary>
    public static string[] TakeRefusals()
    {
        var all = new List<string>();
        while (Refused.TryDequeue(out var refusal))
            all.Add(refusal);
        return [.. all];
    }

    /// <summary>Computes everything that was asked for so far, at once; read one by one, each tensor would be computed alone, with all that it depends on.</summary>
    public static void Finish()
    {
        var library = NativeLibrary.Load(Library);
        var executor = ((delegate* unmanaged<void*>)NativeLibrary.GetExport(library, "_ZN5torch4lazy17LazyGraphExecutor3GetEv"))();
        const string sync = "_ZN5torch4lazy17LazyGraphExecutor20SyncLiveTensorsGraphEPKNS0_13BackendDeviceEN3c108ArrayRefINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEEb";
        ((delegate* unmanaged<void*, void*, void*, nint, byte, void>)NativeLibrary.GetExport(library, sync))(executor, null, null, 0, 1);
    }

    /// <summary>
    /// Fails where an operation went through LibTorch's detour to the processor, which takes tensors of any device, unless nothing can be mixed there.
    /// Looks at everything that the process has computed so far.
    /// </summary>
    public static void AssertNothingMixedUnseen() => Assert.DoesNotContain(Detours(), name => !Harmless.Contains(name));

    // LibTorch counts its detours, each under its operation's name.
    private static List<string> Detours()
    {
        var names = stackalloc CppText*[3];
        ((delegate* unmanaged<CppText**, void>)NativeLibrary.GetExport(NativeLibrary.Load(Library), "_ZN5torch4lazy15GetCounterNamesB5cxx11Ev"))(names);
        var found = new List<string>();
        for (var name = names[0]; name < names[1]; name++)
            found.Add(Marshal.PtrToStringUTF8((IntPtr)name->Text, (int)name->Length));
        return [.. found.Where(name => name.StartsWith("aten::", StringComparison.Ordinal))];
    }

    private static Device Open()
    {
        var library = NativeLibrary.Load(Library);
        ((delegate* unmanaged<void>)NativeLibrary.GetExport(library, "_ZN5torch4lazy22InitTorchScriptBackendEv"))();
        var initialise = (delegate* unmanaged<byte*, byte*, byte*, uint, void**, int>)NativeLibrary.GetExport(library, "aoti_torch_library_init_impl");
        void* kernels;
        Check(initialise(Text("aten"), Text("Lazy"), Text(nameof(StrictDevice)), 0, &kernels));
        Add(kernels, "aten::mse_loss", &MeanSquaredError);
        Add(kernels, "aten::where.self", &Where);
        Add(kernels, "aten::sum", &Sum);
        return new Device((DeviceType)LazyType, 0);

        void Add(void* kernels, string name, delegate* unmanaged<ulong*, ulong, ulong, void> kernel) =>
            Check(((delegate* unmanaged<void*, byte*, delegate* unmanaged<ulong*, ulong, ulong, void>, int>)NativeLibrary.GetExport(library, "aoti_torch_library_impl"))(kernels, Text(name), kernel));

        static void Check(int error)
        {
            if (error != 0)
                throw new InvalidOperationException("LibTorch takes no kernels for lazy tensors.");
        }

        // LibTorch keeps some of them.
        static byte* Text(string text) => (byte*)Marshal.StringToCoTaskMemUTF8(text);
    }

    [UnmanagedCallersOnly]
    private static void MeanSquaredError(ulong* stack, ulong arguments, ulong results) => Answer(nameof(MeanSquaredError), stack, 2, given =>
    {
        var difference = given[0] - given[1];
        return (difference * difference).sum() / difference.numel();
    });

    [UnmanagedCallersOnly]
    private static void Where(ulong* stack, ulong arguments, ulong results) => Answer(nameof(Where), stack, 3, given =>
    {
        var condition = given[0].to(given[1].dtype);
        return (given[1] * condition) + (given[2] * (1 - condition));
    });

    [UnmanagedCallersOnly]
    private static void Sum(ulong* stack, ulong arguments, ulong results) => Answer(nameof(Sum), stack, 1, given => given[0].dim() switch
    {
        0 => given[0].clone(),
        1 => given[0].sum(0, keepdim: true),
        var axes => given[0].sum([.. Enumerable.Range(1, (int)axes - 1).Select(axis => (long)axis)]).sum(0, keepdim: true),
    });

    // LibTorch hands over tensors of its own kind, to be freed here, and takes the result from the first place.
    private static void Answer(string name, ulong* stack, int count, Func<Tensor[], Tensor> compute)
    {
        using var scope = NewDisposeScope();
        var given = new Tensor[count];
        for (var i = 0; i < count; i++)
            given[i] = Tensor.UnsafeCreateTensor((IntPtr)stack[i]);
        Tensor result;
        try
        {
            if (!given.All(Has))
                throw new InvalidOperationException($"tensors on {string.Join(", ", given.Select(tensor => tensor.device))}");
            result = compute(given);
        }
#pragma warning disable CA1031 // No exception may pass through LibTorch.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Refused.Enqueue($"{name}: {failure.Message}");
            result = given[0].clone();
        }

        stack[0] = (ulong)result.MoveToOuterDisposeScope().DecoupleFromNativeHandle();
    }

    // std::string of libstdc++.
    [StructLayout(LayoutKind.Sequential, Size = 32)]
    private readonly struct CppText
    {
        public readonly byte* Text;
        public readonly nint Length;
    }
}
