using System.Diagnostics;
using Sassnet.Model.Devices;
using Sassnet.Model.Morphology;
using Sassnet.Model.Native;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Training.Preparation;

/// <summary>How long a training step took.</summary>
/// <param name="Seconds">By the clock; where other programs had most of the processors, by the processor time that it used.</param>
/// <param name="Precision">The number format.</param>
/// <param name="IsShared">Whether other programs had most of the processors.</param>
internal sealed record StepTime(double Seconds, ScalarType Precision, bool IsShared);

/// <summary>Times real training steps of this machine, on noise, where the configuration's <c>auto</c> will train: how long a step takes does not depend on what is in the scans.</summary>
/// <param name="method">How the network will learn.</param>
/// <param name="filters">Channels of the network's first level.</param>
/// <param name="structures">How many structures it learns.</param>
internal sealed class StepTimer(MethodKind method, int filters, int structures)
{
    private const int Seed = 1337;

    // A step alone on its machine keeps nearly all processors busy.
    private const double SmallestShare = 0.5;

    /// <summary>What is timed.</summary>
    internal TrainingOptions Options { get; } = new()
    {
        Method = method,
        Network = new() { Filters = filters },
        Labels = [.. Enumerable.Range(1, structures).Select(value => new StructureOptions { Value = (byte)value })],
    };

    /// <summary>The crops of one step.</summary>
    public static int CropsOf(MethodKind method) => new CropOptions() is var crops && method.UsesUnlabelled() ? crops.Labelled + crops.Unlabelled : crops.Labelled;

    /// <summary>Whether the configuration's <c>auto</c> will train on a GPU.</summary>
    public static bool FindsGpu() => FindDevice().type != DeviceType.CPU;

    /// <summary>Times one step, in the faster number format where none is given.</summary>
    /// <param name="crop">The crop's sides in voxels, multiples of 16.</param>
    /// <param name="precision">The number format; null for both, after a step each that is not counted.</param>
    public StepTime Time(IReadOnlyList<int> crop, ScalarType? precision)
    {
        var device = FindDevice();
        set_num_threads(Environment.ProcessorCount);
        var batch = Noise(new GridSize(crop[0], crop[1], crop[2]));
        if (precision is { } known)
            return Time(batch, known, device, uncounted: 0);
        var (half, single) = (Time(batch, ScalarType.BFloat16, device, uncounted: 1), Time(batch, ScalarType.Float32, device, uncounted: 1));
        return half.Seconds < single.Seconds ? half : single;
    }

    private static Device FindDevice()
    {
        TorchRuntime.Load();
        return TorchDevice.Find("auto");
    }

    private StepTime Time(Batch batch, ScalarType precision, Device device, int uncounted)
    {
        using var learner = TrainingMethod.Create(Options, precision, device);
        for (var step = 0; step < uncounted; step++)
            learner.Step(batch, step);
        using var process = Process.GetCurrentProcess();
        var (start, busyBefore) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        learner.Step(batch, uncounted);
        var passed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        var own = (process.TotalProcessorTime - busyBefore) / Environment.ProcessorCount;

        // While a GPU computes, the processors wait.
        var shared = device.type == DeviceType.CPU && own < SmallestShare * passed;
        return new StepTime((shared ? own : passed).TotalSeconds, precision, shared);
    }

    /// <summary>A step's crops of noise, brighter where every structure is, half of each crop.</summary>
    internal Batch Noise(GridSize size)
    {
        var crops = new CropOptions();
        var random = new Random(Seed);
        var mask = new byte[size.Count];
        mask.AsSpan(mask.Length / 4, mask.Length / 2).Fill(1);
        return new Batch(
            size,
            [.. Enumerable.Repeat("noise", CropsOf(Options.Method))],
            [.. Enumerable.Range(0, CropsOf(Options.Method)).Select(_ => Array.ConvertAll(mask, label => label + (float)random.NextDouble()))],
            [.. Enumerable.Repeat(OfEvery(Array.ConvertAll(mask, label => (float)label)), crops.Labelled)],
            [.. Enumerable.Repeat(OfEvery(SignedDistanceMap.Normalised(mask, size)), crops.Labelled)]);

        float[] OfEvery(float[] structure) => [.. Enumerable.Repeat(structure, Options.Structures.Count).SelectMany(values => values)];
    }
}
