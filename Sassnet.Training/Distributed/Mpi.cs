using System.Runtime.InteropServices;
using Sassnet.Training.Configuration;
using static TorchSharp.torch;

namespace Sassnet.Training.Distributed;

/// <summary>The few functions of Open MPI (2 to 5, whose libraries are all of one ABI) that data-parallel training needs; loaded by the first call.</summary>
internal static unsafe partial class Mpi
{
    private const string Library = "libmpi.so.40";

    // MPI_THREAD_SERIALIZED: any thread may call, one at a time. A training step has no thread of its own.
    private const int Serialized = 2;

    private static readonly void* InPlace = (void*)1;
    private static nint _library;
    private static nint _world;

    /// <summary>Whether this process has joined others and not left them.</summary>
    public static bool IsRunning { get; private set; }

    /// <summary>Whether Open MPI takes pointers to the memory of a GPU.</summary>
    public static bool TakesGpuMemory { get; private set; }

    /// <summary>Joins the other processes.</summary>
    /// <param name="others">What speaks of them, for an error.</param>
    /// <returns>This process's number, counted from 0, and how many there are.</returns>
    /// <exception cref="InvalidConfigurationException">There is no Open MPI here, or one that cannot do it.</exception>
    public static (int Rank, int Size) Start(string others)
    {
        if (!NativeLibrary.TryLoad(Library, out _library))
        {
            throw new InvalidConfigurationException(
                $"{others}, but Open MPI's {Library} cannot be loaded; install it (Debian and Ubuntu: apt-get install openmpi-bin), load the cluster's module, or put its folder into LD_LIBRARY_PATH.");
        }

        if (!NativeLibrary.TryGetExport(_library, "ompi_mpi_comm_world", out _world))
            throw new InvalidConfigurationException($"{others}, but the {Library} that was found is not Open MPI's; accepted: Open MPI 2 to 5.");
        Check(MPI_Init_thread(null, null, Serialized, out var provided));
        IsRunning = true;
        if (provided < Serialized)
            throw new InvalidConfigurationException($"This Open MPI gives the thread level {provided}; accepted: {Serialized} (MPI_THREAD_SERIALIZED) or more.");
        TakesGpuMemory = NativeLibrary.TryGetExport(_library, "MPIX_Query_cuda_support", out var query) && ((delegate* unmanaged<int>)query)() == 1;
        Check(MPI_Comm_rank(_world, out var rank));
        Check(MPI_Comm_size(_world, out var size));
        return (rank, size);
    }

    /// <summary>Makes each number the sum of all processes' numbers in its place.</summary>
    public static void Sum(Span<float> numbers)
    {
        fixed (float* first = numbers)
            Sum(first, numbers.Length, "ompi_mpi_float");
    }

    /// <summary>Makes each number the sum of all processes' numbers in its place.</summary>
    public static void Sum(Span<double> numbers)
    {
        fixed (double* first = numbers)
            Sum(first, numbers.Length, "ompi_mpi_double");
    }

    /// <summary>The same for a tensor on a GPU, whose memory this Open MPI takes.</summary>
    /// <param name="numbers">Contiguous, float32.</param>
    public static void SumOnGpu(Tensor numbers)
    {
        // What is still being computed would be sent half-made. Without a device this would wait for the first, which is not every rank's.
        cuda.synchronize(numbers.device);
        Sum((void*)THSTensor_data(numbers.Handle), checked((int)numbers.numel()), "ompi_mpi_float");
    }

    /// <summary>Every process's bytes, one after another; each gives as many.</summary>
    public static byte[] Gather(ReadOnlySpan<byte> own, int size)
    {
        var all = new byte[own.Length * size];
        fixed (byte* from = own, to = all)
            Check(MPI_Allgather(from, own.Length, Symbol("ompi_mpi_byte"), to, own.Length, Symbol("ompi_mpi_byte"), _world));
        return all;
    }

    /// <summary>Leaves the others; all do so together.</summary>
    public static void Stop()
    {
        // A process that ends with an error while another has yet to leave would be the launcher's reason to kill that one.
        Check(MPI_Barrier(_world));
        Check(MPI_Finalize());
        IsRunning = false;
    }

    /// <summary>Ends all processes, this one too.</summary>
    public static void Abort(int exitCode) => _ = MPI_Abort(_world, exitCode);

    private static void Sum(void* numbers, int count, string type) =>
        Check(MPI_Allreduce(InPlace, numbers, count, Symbol(type), Symbol("ompi_mpi_op_sum"), _world));

    // Open MPI's constants are the addresses of its global objects.
    private static nint Symbol(string name) => NativeLibrary.GetExport(_library, name);

    // As MPI is set up by default, it ends all processes by itself where a call fails.
    private static void Check(int code)
    {
        if (code != 0)
            throw new IOException($"Open MPI failed with the code {code}.");
    }

    [LibraryImport(Library)]
    private static partial int MPI_Init_thread(int* argumentCount, byte*** arguments, int required, out int provided);

    [LibraryImport(Library)]
    private static partial int MPI_Comm_rank(nint communicator, out int rank);

    [LibraryImport(Library)]
    private static partial int MPI_Comm_size(nint communicator, out int size);

    [LibraryImport(Library)]
    private static partial int MPI_Allreduce(void* send, void* receive, int count, nint type, nint operation, nint communicator);

    [LibraryImport(Library)]
    private static partial int MPI_Allgather(void* send, int sendCount, nint sendType, void* receive, int receiveCount, nint receiveType, nint communicator);

    [LibraryImport(Library)]
    private static partial int MPI_Barrier(nint communicator);

    [LibraryImport(Library)]
    private static partial int MPI_Abort(nint communicator, int exitCode);

    [LibraryImport(Library)]
    private static partial int MPI_Finalize();

    // TorchSharp gives out pointers to the processor's memory alone.
    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_data(nint tensor);
}
