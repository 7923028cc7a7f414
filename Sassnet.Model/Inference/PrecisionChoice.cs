using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>
/// Finds the precision a device computes fastest in, by timing the network itself: bfloat16 is twice as fast as float32 on processors with
/// avx512_bf16 or AMX and several times slower on those without.
/// </summary>
internal static class PrecisionChoice
{
    private const int Rounds = 3;
    private static readonly GridSize Size = new(48, 48, 48);

    // One measurement per process for each size of network on each device: the answer cannot change.
    private static readonly ConcurrentDictionary<(string Device, int Filters, int Threads), Precision> Measured = new();

    /// <summary>The precision to use.</summary>
    /// <exception cref="ArgumentException">Float16 was asked for on the processor.</exception>
    public static Precision Resolve(Precision requested, VNet network, Device device, ILogger logger)
    {
        if (requested == Precision.Float16 && device.type != TorchSharp.DeviceType.CUDA)
            throw new ArgumentException("Float16 is computed on CUDA devices only; Auto, Float32 and BFloat16 are accepted on 'cpu'.", nameof(requested));
        return requested == Precision.Auto
            ? Measured.GetOrAdd((device.ToString(), network.Filters, get_num_threads()), _ => Fastest(network, device, logger))
            : requested;
    }

    /// <summary>The data type of a precision.</summary>
    public static ScalarType TypeOf(Precision precision) => precision switch
    {
        Precision.BFloat16 => ScalarType.BFloat16,
        Precision.Float16 => ScalarType.Float16,
        _ => ScalarType.Float32,
    };

    private static Precision Fastest(VNet network, Device device, ILogger logger)
    {
        Precision[] candidates = device.type == TorchSharp.DeviceType.CUDA
            ? [Precision.Float32, Precision.BFloat16, Precision.Float16]
            : [Precision.Float32, Precision.BFloat16];
        var networks = candidates.Select(candidate => new FoldedVNet(network, TypeOf(candidate), device)).ToArray();
        var seconds = Enumerable.Repeat(double.PositiveInfinity, candidates.Length).ToArray();

        // In turns, so that a load beside it slows all of them; the first round warms up.
        for (var round = 0; round <= Rounds; round++)
        {
            for (var i = 0; i < candidates.Length; i++)
            {
                var elapsed = Time(networks[i]);
                seconds[i] = round == 0 ? seconds[i] : Math.Min(seconds[i], elapsed);
            }
        }

        foreach (var folded in networks)
            folded.Dispose();
        var fastest = candidates[Array.IndexOf(seconds, seconds.Min())];
        var figures = string.Join(", ", candidates.Zip(seconds, (candidate, time) => FormattableString.Invariant($"{candidate} {time * 1000:F1} ms")));
        SegmenterLog.PrecisionMeasured(logger, device, Size, figures, fastest);
        return fastest;
    }

    private static double Time(FoldedVNet network)
    {
        using var scope = NewDisposeScope();
        var input = NetworkInput.From(new float[Size.Count], GridPadding.ToMultiples(Size), network);
        var start = Stopwatch.GetTimestamp();

        // Reading a value waits for the device.
        _ = network.Forward(input).flatten()[0].item<float>();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
