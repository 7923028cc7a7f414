using System.Globalization;
using Sassnet.Model.Devices;
using Sassnet.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Training.Runs;

/// <summary>
/// Where a run computes. Its kind is settled once, when the run starts, and kept in its configuration; which device of that kind it is may be another one
/// each time that the run goes on.
/// </summary>
public static class RunDevice
{
    private const string Key = "device";

    // Of Open MPI, of MPICH and Intel MPI, of srun. In this order: inside of a Slurm allocation mpirun's processes all inherit one SLURM_LOCALID.
    private static readonly string[] RankVariables = ["OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID"];

    /// <summary>The number of this process among those that a launcher started on this machine; 0 where none did.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    public static int LocalRank(Func<string, string?> variable) => RankVariables
        .Select(name => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var rank) ? rank : (int?)null)
        .FirstOrDefault(rank => rank is not null) ?? 0;

    /// <summary>Finds the device that a key or an argument names.</summary>
    /// <param name="key">The key or argument, for errors.</param>
    /// <param name="name">As <see cref="TorchDevice.Find"/> reads it.</param>
    /// <param name="localRank">The process's number among those of its run on this machine.</param>
    /// <exception cref="InvalidConfigurationException">The device is unknown or not there; the message says what is.</exception>
    public static Device Find(string key, string name, int localRank)
    {
        try
        {
            return TorchDevice.Find(name, localRank);
        }
        catch (ArgumentException failure)
        {
            var elsewhere = key == Key ? $" A run that was started on a GPU goes on on the processor only where it is told to, by --resume --set {Key}=cpu." : "";
            throw new InvalidConfigurationException($"'{key}' is {name}: {failure.Message}{elsewhere}", failure);
        }
    }

    /// <summary>The options to store with a run: the device's kind in place of its name.</summary>
    public static TrainingOptions Settle(TrainingOptions options, Device device)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { Device = KindOf(device) };
    }

    /// <summary>Throws where a run's precision is one that its device has no arithmetic for.</summary>
    /// <exception cref="InvalidConfigurationException">It is bfloat16, on a card from before Ampere.</exception>
    public static void Check(TrainingOptions options, Device device)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Precision == TrainingPrecision.BFloat16 && !TorchDevice.HasBFloat16(device))
            throw new InvalidConfigurationException($"'precision' is bfloat16, for which {device} has no arithmetic (compute capability 8.0 and later have); accepted: float32, or another device. A run that goes on keeps the precision it was started with.");
    }

    private static string KindOf(Device device) => device.type == DeviceType.CUDA ? "cuda" : "cpu";
}
