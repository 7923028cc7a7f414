using System.Globalization;
using System.Runtime.InteropServices;

namespace Sassnet.Benchmarks.Measuring;

/// <summary>The machine the figures were measured on, in a line: figures of different machines are not comparable, ratios nearly are.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, threads LibTorch uses, system and runtime.</summary>
    public static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor()}, {Environment.ProcessorCount} cores, {TorchSharp.torch.get_num_threads()} LibTorch threads, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");

    private static string Processor()
    {
        const string Key = "model name";
        var line = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
