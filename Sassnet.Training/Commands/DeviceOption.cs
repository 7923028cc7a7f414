using System.CommandLine;
using Sassnet.Model.Devices;
using Sassnet.Model.Inference;
using Sassnet.Training.Runs;

namespace Sassnet.Training.Commands;

/// <summary><c>--device</c> of the commands that segment with a package.</summary>
internal static class DeviceOption
{
    /// <summary>Its name.</summary>
    public const string Name = "--device";

    public static Option<string> Create() => new Option<string>(Name)
    {
        Description = "Where to compute: auto (the first CUDA device, or that of the process's rank on its machine; else the processor), cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "auto",
    }.Taking(TorchDevice.Accepted);

    /// <summary>The segmenter's options for the device that was asked for.</summary>
    /// <exception cref="Configuration.InvalidConfigurationException">It is unknown or not there.</exception>
    public static SegmenterOptions Segmenter(string device) =>
        new() { Device = RunDevice.Find(Name, device, RunDevice.LocalRank(Environment.GetEnvironmentVariable)).ToString() };
}
