using Sassnet.Model.Losses;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Sassnet.Training.Methods;

/// <summary>
/// The uncertainty-aware mean teacher: a supervised loss on the labelled crops, consistency with the teacher on the unlabelled ones. On a plain
/// V-Net with ½(cross-entropy + Dice), whose distance map's head merely learns to read it, this is UA-MT (Yu et al., MICCAI 2019,
/// arXiv 1907.07034); with Dice and the signed distance map's error it is SASSNet with the teacher in place of the discriminator.
/// </summary>
public sealed class MeanTeacherMethod : TeacherMethod
{
    private readonly TrainingOptions _options;
    private readonly bool _plain;
    private readonly UncertaintyConsistency _consistency;

    /// <summary>Builds student and teacher.</summary>
    /// <param name="options">The run's configuration.</param>
    /// <param name="precision">The data type of activations: Float32 or BFloat16.</param>
    /// <param name="device">The device to train on; null for the processor.</param>
    /// <param name="plain">True for UA-MT, false for SASSNet's variant.</param>
    public MeanTeacherMethod(TrainingOptions options, ScalarType precision, Device? device, bool plain)
        : base(options, precision, device, options.Network.Dropout, detachSdmHead: plain)
    {
        _options = options;
        _plain = plain;
        _consistency = new UncertaintyConsistency(options.Teacher, options.Iterations);
    }

    /// <inheritdoc/>
    protected override StepLosses Learn(TrainingStep trainingStep)
    {
        ArgumentNullException.ThrowIfNull(trainingStep);
        var weight = _options.Teacher.ConsistencyWeight * _options.Loss.RampupAt(trainingStep.Iteration);
        var losses = trainingStep.Optimise(Optimizer, (crops, _) => LossesOf(crops, trainingStep.Iteration, weight));
        // BatchNorm's running statistics stay the teacher's own: it is asked in training mode, where they are not used.
        Teacher.Follow(_options.Teacher.DecayAt(trainingStep.Iteration));
        return losses with { Parts = [.. losses.Parts, ("consistencyWeight", weight)] };
    }

    private PhaseLosses LossesOf(CropTensors crops, int iteration, double weight)
    {
        var labelled = crops.LabelledCount;
        var (sdm, logits) = Network.forward(crops.Images);
        var (predicted, maps) = (_plain ? logits[..labelled] : logits[..labelled].sigmoid(), sdm[..labelled]);
        var supervised = Supervised.Of(
            _plain ? "lossSegmentation" : "lossDice",
            of => _plain ? CrossEntropyDiceLoss.Of(of(predicted), of(crops.Masks)) : DiceLoss.Mean(of(predicted), of(crops.Masks)),
            of => mse_loss(of(maps), of(crops.Sdms)));
        var consistency = _consistency.Of(Teacher, crops.Unlabelled, logits[labelled..].sigmoid(), iteration);
        return supervised.Plus(weight, ("lossConsistency", consistency));
    }
}
