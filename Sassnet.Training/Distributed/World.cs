using System.Globalization;
using System.Runtime.InteropServices;
using Sassnet.Training.Configuration;
using static TorchSharp.torch;

namespace Sassnet.Training.Distributed;

/// <summary>
/// The processes of one training (data-parallel, decision 7): each has the whole network and does its share of every step. Whatever is asked of others
/// here is asked by all of them, in the same order; a process that comes alone waits, though not for ever.
/// </summary>
public sealed class World
{
    // Far longer than anything that one process does while the others wait: reading the scans, one validation scan, a checkpoint.
    private const int PatienceMinutes = 30;

    // The exit code of what failed; the codes are the command line's, which knows this folder.
    private const int Failed = 1;

    // In this time a process whose fault all have has said so and ended the others.
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(2);

    private World(int rank, int size) => (Rank, Size) = (rank, size);

    /// <summary>One process without others; no MPI is loaded for it.</summary>
    public static World Alone { get; } = new(0, 1);

    private static World Current { get; set; } = Alone;

    /// <summary>This process's number, counted from 0.</summary>
    public int Rank { get; }

    /// <summary>How many processes there are.</summary>
    public int Size { get; }

    /// <summary>Threads for this process: all processors that it may use, or its part of them where processes of the training share them.</summary>
    public int Processors { get; private init; } = Environment.ProcessorCount;

    /// <summary>How many processes of the training share the memory of this one's machine, this one counted.</summary>
    public int OnMachine { get; private init; } = 1;

    /// <summary>Whether this is the process that speaks and writes.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>Joins the processes that were started beside this one by mpirun or srun, if there are any.</summary>
    /// <exception cref="InvalidConfigurationException">There are, but they cannot be joined.</exception>
    public static World Join()
    {
        var expected = Launch.Size(Environment.GetEnvironmentVariable);
        if (expected == 1)
            return Alone;
        var (rank, size) = Mpi.Start($"{expected} processes were started together");
        Current = new World(rank, size);
        if (size != expected)
        {
            throw new InvalidConfigurationException(
                $"{expected} processes were started together, but Open MPI sees {size}; start them by this Open MPI's own mpirun, or by srun --mpi=pmix.");
        }

        return Current = Current.Placed();
    }

    /// <summary>Makes every tensor the sum of all processes' tensors in its place.</summary>
    /// <param name="tensors">float32, on one device, of the same shapes in every process.</param>
    public void Sum(IReadOnlyList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (Size == 1)
            return;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var sum = Summed(cat([.. tensors.Select(tensor => tensor.reshape(-1))]));
        var start = 0L;
        foreach (var tensor in tensors)
        {
            tensor.copy_(sum.narrow(0, start, tensor.numel()).view(tensor.shape));
            start += tensor.numel();
        }
    }

    /// <summary>Makes each number the sum of all processes' numbers in its place.</summary>
    public void Sum(double[] numbers)
    {
        if (Size > 1)
            Wait(() => Mpi.Sum(numbers.AsSpan()));
    }

    /// <summary>Whether any process says so.</summary>
    public bool Any(bool own)
    {
        double[] count = [own ? 1 : 0];
        Sum(count);
        return count[0] > 0;
    }

    /// <summary>What each process gives, in the order of their numbers.</summary>
    /// <param name="own">As many bytes as the others give.</param>
    public IReadOnlyList<byte[]> Gather(byte[] own)
    {
        ArgumentNullException.ThrowIfNull(own);
        if (Size == 1)
            return [own];
        byte[] all = [];
        Wait(() => all = Mpi.Gather(own, Size));
        return [.. all.Chunk(own.Length)];
    }

    /// <summary>What the first process finds, for all; the others do not look.</summary>
    public int FromFirst(Func<int> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        return BitConverter.ToInt32(Gather(BitConverter.GetBytes(IsFirst ? find() : 0))[0]);
    }

    /// <summary>Leaves the others, who do so too: what was to be done together is done.</summary>
    public void Leave()
    {
        if (Size > 1)
            Wait(Mpi.Stop);
    }

    /// <summary>Says why this process ends, and ends all others with it.</summary>
    /// <param name="line">What happened.</param>
    /// <param name="exitCode">What the launcher shall end with.</param>
    /// <returns>The same code, where this process is alone.</returns>
    public static int Fail(string line, int exitCode)
    {
        if (!Mpi.IsRunning)
        {
            Console.Error.WriteLine(line);
            return exitCode;
        }

        // Most faults are those of all, who need not all say so.
        if (!Current.IsFirst)
            Thread.Sleep(Courtesy);
        Console.Error.WriteLine($"{(Current.IsFirst ? "" : string.Create(CultureInfo.InvariantCulture, $"rank {Current.Rank} of {Current.Size}: "))}{line}");
        Mpi.Abort(exitCode);
        return exitCode;
    }

    private Tensor Summed(Tensor numbers)
    {
        if (numbers.is_cuda && Mpi.TakesGpuMemory)
        {
            Wait(() => Mpi.SumOnGpu(numbers));
            return numbers;
        }

        var host = numbers.cpu();
        Wait(() => Mpi.Sum(MemoryMarshal.Cast<byte, float>(host.bytes)));
        return host.to(numbers.device);
    }

    // Processes that may use the same processors of one machine share them; those that their launcher has bound to different ones do not, nor those that
    // were told how many are theirs. Memory they share in either case.
    private World Placed()
    {
        var own = Placement.Of(Environment.MachineName, AllowedProcessors());
        var (onMachine, onProcessors) = Placement.Sharing(own, Gather(own));
        var isTold = Environment.GetEnvironmentVariable("DOTNET_PROCESSOR_COUNT") is not null;
        return new World(Rank, Size) { OnMachine = onMachine, Processors = isTold ? Environment.ProcessorCount : Math.Max(1, Environment.ProcessorCount / onProcessors) };
    }

    private static string AllowedProcessors() =>
        File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("Cpus_allowed_list", StringComparison.Ordinal)) ?? "";

    // mpirun ends all processes when one dies; srun does so only when told to (--kill-on-bad-exit).
    private void Wait(Action together)
    {
        using var patience = new Timer(
            _ =>
            {
                Console.Error.WriteLine($"error: rank {Rank} of {Size} waited {PatienceMinutes} minutes for the others; one of them must have ended. Go on with --resume.");
                Environment.Exit(Failed);
            },
            null,
            TimeSpan.FromMinutes(PatienceMinutes),
            Timeout.InfiniteTimeSpan);
        together();
    }
}
