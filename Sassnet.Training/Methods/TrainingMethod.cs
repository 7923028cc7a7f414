using Sassnet.Model.Native;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>A way of training the V-Net. A method says what one step minimises; the loop, the data, the schedule and the checkpoints are shared.</summary>
public abstract class TrainingMethod : IDisposable
{
    private readonly Configuration.OptimizerOptions _optimizer;
    private readonly EmaOptions _ema;
    private readonly AveragedNetwork? _average;
    private readonly int _seed;

    /// <summary>Builds the network and its optimizer, with weights drawn from torch's generator or those of the package that is started from.</summary>
    /// <param name="options">The run's configuration.</param>
    /// <param name="precision">The data type of activations: Float32 or BFloat16.</param>
    /// <param name="device">The device to train on; null for the processor.</param>
    /// <param name="detachSdmHead">Whether the distance map's head only reads the features (see <see cref="VNet"/>).</param>
    protected TrainingMethod(TrainingOptions options, ScalarType precision, Device? device = null, bool detachSdmHead = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        Precision = precision;
        Device = device ?? CPU;
        Network = new VNet(options.Network.Filters, options.Network.Dropout, detachSdmHead, options.Structures.Count);
        if (options.Network.StartFrom.Length > 0)
            ModelPackage.Open(options.Network.StartFrom).LoadInto(Network);

        // Weights are drawn on the processor, so that a seed means the same ones on every device; optimizers come after, with their state where the weights are.
        Network.to(Device);
        _optimizer = options.Optimizer;
        _seed = options.Seed;
        Supervised = new SupervisedLoss(options.Loss, options.Structures);
        Optimizer = NewOptimizer();
        _ema = options.Ema;
        _average = _ema.IsOn ? new AveragedNetwork(Network, dropout: 0) : null;
    }

    /// <summary>The data type of activations.</summary>
    public ScalarType Precision { get; }

    /// <summary>Where every network, optimizer state and crop of a step lies.</summary>
    public Device Device { get; }

    /// <summary>The segmenter, which is what learns.</summary>
    public VNet Network { get; }

    /// <summary>What gets validated and exported: the exponential mean of the segmenter's weights where there is one, else the segmenter.</summary>
    public VNet Exported => _average?.Network ?? Network;

    /// <summary>The segmenter's optimizer.</summary>
    public SGD Optimizer { get; private set; }

    /// <summary>Every network that the next step depends on, by its name in checkpoints.</summary>
    public virtual IReadOnlyDictionary<string, nn.Module> Networks => _average is null
        ? new Dictionary<string, nn.Module> { ["generator"] = Network }
        : new Dictionary<string, nn.Module> { ["generator"] = Network, ["average"] = _average.Network };

    /// <summary>Every optimizer, by its name in checkpoints.</summary>
    public virtual IReadOnlyDictionary<string, optim.Optimizer> Optimizers => new Dictionary<string, optim.Optimizer> { ["sgd"] = Optimizer };

    /// <summary>The segmenter's learning rate, for all its parameters.</summary>
    public double LearningRate
    {
        get => Optimizer.ParamGroups.First().LearningRate;
        set
        {
            foreach (var group in Optimizer.ParamGroups)
                group.LearningRate = value;
        }
    }

    /// <summary>What labelled crops teach.</summary>
    protected SupervisedLoss Supervised { get; }

    /// <summary>Builds the method of a configuration.</summary>
    /// <param name="options">The run's configuration.</param>
    /// <param name="precision">The data type of activations: Float32 or BFloat16.</param>
    /// <param name="device">The device to train on; null for the processor.</param>
    public static TrainingMethod Create(TrainingOptions options, ScalarType precision, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var numbers = FinalizationPause.Begin();

        // TorchSharp leaves a second handle to the weights of every layer it initialises; those of modules outlive the scope.
        using var scope = NewDisposeScope();
        return options.Method switch
        {
            MethodKind.VNet => new SupervisedMethod(options, precision, device, detachSdmHead: true),
            MethodKind.VNetSdm => new SupervisedMethod(options, precision, device, detachSdmHead: false),
            MethodKind.Sassnet => new SassnetMethod(options, precision, device),
            MethodKind.UaMt => new MeanTeacherMethod(options, precision, device, plain: true),
            MethodKind.SassnetMt => new MeanTeacherMethod(options, precision, device, plain: false),
            MethodKind.Bcp => new CopyPasteMethod(options, precision, device),
            MethodKind.W2s => new WeakToStrongMethod(options, precision, device),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Method, "Not a method."),
        };
    }

    /// <summary>Where the learning rate's schedule is at an iteration of the run, both counted from 0: the same, but for methods of two stages.</summary>
    public virtual int ScheduleIteration(int iteration) => iteration;

    /// <summary>One iteration of one micro-batch, in this process alone.</summary>
    /// <param name="batch">Labelled and, if the method uses them, unlabelled crops.</param>
    /// <param name="iteration">Counted from 0; sets the weights that warm up.</param>
    /// <returns>The losses before the step's updates.</returns>
    public StepLosses Step(Batch batch, int iteration) => Step([batch], iteration, Share.Whole);

    /// <summary>One iteration; of a training of several processes, all do it together.</summary>
    /// <param name="batches">The micro-batches of this process's share.</param>
    /// <param name="iteration">Counted from 0; sets the weights that warm up.</param>
    /// <param name="share">Which those are.</param>
    /// <returns>The losses before the step's updates, the mean over all micro-batches.</returns>
    public StepLosses Step(IReadOnlyList<Batch> batches, int iteration, Share share)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(share);
        ArgumentOutOfRangeException.ThrowIfNotEqual(batches.Count, share.Count);
        using var numbers = FinalizationPause.Begin();
        using var scope = NewDisposeScope();
        var crops = batches.Select(batch => batch.ToTensors(Precision, Device)).ToList();
        try
        {
            Network.train();
            var losses = Learn(new TrainingStep(iteration, share, crops, _seed, [.. Networks.Values]));
            _average?.Follow(_ema.DecayAt(iteration));
            _average?.FollowStatistics(_ema.DecayAt(iteration));
            return losses;
        }
        finally
        {
            // Those that were copied to a GPU ahead of the step belong to no scope.
            crops.ForEach(microBatch => microBatch.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var optimizer in Optimizers.Values)
            optimizer.Dispose();
        foreach (var network in Networks.Values)
            network.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One iteration in training mode, within a dispose scope.</summary>
    /// <param name="trainingStep">Its crops, and the way to update weights.</param>
    protected abstract StepLosses Learn(TrainingStep trainingStep);

    /// <summary>Puts a new optimizer in the place of the segmenter's: no momentum, and the learning rate of the start.</summary>
    protected void RestartOptimizer()
    {
        Optimizer.Dispose();
        Optimizer = NewOptimizer();
    }

    private SGD NewOptimizer() =>
        optim.SGD(Network.parameters(), _optimizer.LearningRate, _optimizer.Momentum, weight_decay: _optimizer.WeightDecay);
}
