using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sassnet.Model.Devices;
using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Native;
using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Precisions;

/// <summary>
/// Finds the precision to compute in by trying the network itself, for inference and for training: bfloat16 is twice as fast as float32 on processors
/// with avx512_bf16 or AMX and several times slower on those without. <see cref="PrecisionTrial.Best"/> decides.
/// </summary>
public static partial class PrecisionChoice
{
    private const int Rounds = 7;

    // Multiples of 16; the values are as many different ones as in a simple scan, of mean 0 and variance 1.
    private const int Levels = 61;
    private const double Deviation = 17.6;
    private static readonly GridSize Size = new(48, 48, 48);

    // One measurement of time per process for each size of network on each device: a later one would only be noisier.
    private static readonly Dictionary<(string Device, int Filters, int Threads), double[][]> Measured = [];
    private static readonly Lock Measuring = new();

    /// <summary>
    /// The precision that a new network of a size trains fastest in: on the processor by trying, with the number of threads that is set; on CUDA bfloat16
    /// where the card has it, since a step that is short enough to be tried tells nothing of one that fills the card.
    /// </summary>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="device">Where it trains.</param>
    /// <param name="report">Told the figures.</param>
    /// <returns><see cref="Precision.Float32"/> or <see cref="Precision.BFloat16"/>.</returns>
    public static Precision ForTraining(int filters, Device device, Action<string> report)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(report);
        if (device.type == TorchSharp.DeviceType.CUDA)
        {
            var found = TorchDevice.HasBFloat16(device) ? Precision.BFloat16 : Precision.Float32;
            report($"{device} has {(found == Precision.BFloat16 ? "" : "no ")}arithmetic for bfloat16; taking {found}");
            return found;
        }

        using var numbers = FinalizationPause.Begin();
        using var scope = NewDisposeScope();
        using var network = new VNet(filters, dropout: 0);
        network.train();
        Precision[] candidates = [Precision.Float32, Precision.BFloat16];
        var seconds = InTurns([.. candidates.Select<Precision, Action>(candidate => () => Learn(candidate).Dispose())]);
        var outputs = candidates.Select(Learn).ToArray();
        var trials = Trials(candidates, seconds, outputs);
        var best = PrecisionTrial.Best(trials, PrecisionTrial.MostDeviationInTraining);
        report($"a training step over {Size}: {Shown(trials)}; taking {best}");
        return best;

        Tensor Learn(Precision precision)
        {
            using var step = NewDisposeScope();
            var (sdm, logits) = network.forward(Image(TypeOf(precision), CPU, channels: 1));
            network.zero_grad();
            (sdm.mean() + logits.mean()).backward();
            return cat([(sdm.detach() + 1) / 2, logits.detach().sigmoid()], 1).MoveToOuterDisposeScope();
        }
    }

    /// <summary>The precision to infer in.</summary>
    /// <exception cref="ArgumentException">Float16 was asked for on the processor.</exception>
    internal static Precision Resolve(Precision requested, VNet network, Device device, ILogger logger)
    {
        if (requested == Precision.Float16 && device.type != TorchSharp.DeviceType.CUDA)
            throw new ArgumentException("Float16 is computed on CUDA devices only; Auto, Float32 and BFloat16 are accepted on 'cpu'.", nameof(requested));
        return requested == Precision.Auto ? ForInference(network, device, logger) : requested;
    }

    /// <summary>The data type of a precision.</summary>
    internal static ScalarType TypeOf(Precision precision) => precision switch
    {
        Precision.BFloat16 => ScalarType.BFloat16,
        Precision.Float16 => ScalarType.Float16,
        _ => ScalarType.Float32,
    };

    private static Precision ForInference(VNet network, Device device, ILogger logger)
    {
        using var scope = NewDisposeScope();
        Precision[] candidates = device.type == TorchSharp.DeviceType.CUDA
            ? [Precision.Float32, Precision.BFloat16, Precision.Float16]
            : [Precision.Float32, Precision.BFloat16];
        var networks = new List<FoldedVNet>();
        try
        {
            foreach (var candidate in candidates)
                networks.Add(new FoldedVNet(network, TypeOf(candidate), device));

            // How exact it is depends on the weights, how fast it is does not.
            var outputs = networks.Select(folded => folded.Forward(Image(folded.DataType, device, FoldedVNet.InputChannels))).ToArray();
            var trials = Trials(candidates, Times(networks, network.Filters, device), outputs);
            var best = PrecisionTrial.Best(trials);
            var figures = Shown(trials);
            LogMeasured(logger, device, Size, figures, best);
            return best;
        }
        finally
        {
            foreach (var folded in networks)
                folded.Dispose();
        }
    }

    private static double[][] Times(List<FoldedVNet> networks, int filters, Device device)
    {
        var key = (device.ToString(), filters, get_num_threads());
        lock (Measuring)
        {
            if (!Measured.TryGetValue(key, out var seconds))
                Measured[key] = seconds = InTurns([.. networks.Select<FoldedVNet, Action>(folded => () => Pass(folded))]);
            return seconds;
        }

        static void Pass(FoldedVNet folded)
        {
            using var scope = NewDisposeScope();

            // Reading a value waits for the device.
            _ = folded.Forward(Image(folded.DataType, folded.Device, FoldedVNet.InputChannels)).flatten()[0].item<float>();
        }
    }

    // In turns, so that a load beside it slows all of them; a round before the first warms up.
    private static double[][] InTurns(Action[] passes)
    {
        var seconds = passes.Select(_ => new double[Rounds]).ToArray();
        for (var round = -1; round < Rounds; round++)
        {
            for (var i = 0; i < passes.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                passes[i]();
                if (round >= 0)
                    seconds[i][round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }

        return seconds;
    }

    // (1, channels, X, Y, Z), channels-last; the channels after the first are zero.
    private static Tensor Image(ScalarType type, Device device, long channels)
    {
        using var scope = NewDisposeScope();
        var voxels = arange(0, Size.Count, ScalarType.Float32).remainder(Levels).sub(Levels / 2).div(Deviation);
        var image = zeros([Size.X, Size.Y, Size.Z, channels], dtype: type, device: device);
        image.select(3, 0).copy_(voxels.reshape(Size.X, Size.Y, Size.Z));
        return image.permute(3, 0, 1, 2).unsqueeze(0).MoveToOuterDisposeScope();
    }

    // The first candidate and output are those of float32.
    private static PrecisionTrial[] Trials(Precision[] candidates, double[][] seconds, Tensor[] outputs) =>
        [.. candidates.Select((candidate, i) => new PrecisionTrial(candidate, seconds[i], i == 0 ? 0 : (outputs[i] - outputs[0]).abs().mean().item<float>()))];

    private static string Shown(IEnumerable<PrecisionTrial> trials) => string.Join(
        ", ", trials.Select(trial => FormattableString.Invariant($"{trial.Precision} {trial.Median * 1000:F1} ms (off by {trial.Deviation:F5})")));

    [LoggerMessage(Level = LogLevel.Information, Message = "Measured on {Device}, a network pass over {Size}: {Figures}; taking {Precision}")]
    private static partial void LogMeasured(ILogger logger, Device device, GridSize size, string figures, Precision precision);
}
