using Sassnet.Model.Losses;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Sassnet.Training.Methods;

/// <summary>
/// From weak to strong: a mean teacher labels the unlabelled crops as they are, and the student learns these labels on the same crops strongly changed,
/// wherever the teacher was sure (FixMatch, Sohn et al., NeurIPS 2020, arXiv 2001.07685; with CutMix for segmentation, French et al., BMVC 2020,
/// arXiv 1906.01916, and UniMatch, Yang et al., CVPR 2023, arXiv 2208.09910). Labelled crops teach Dice and the signed distance map's error, as in SASSNet.
/// </summary>
public sealed class WeakToStrongMethod : TeacherMethod
{
    private readonly TrainingOptions _options;
    private readonly StrongChanges _changes;

    /// <summary>Builds student and teacher.</summary>
    /// <param name="options">The run's configuration.</param>
    /// <param name="precision">The data type of activations: Float32 or BFloat16.</param>
    /// <param name="device">The device to train on; null for the processor.</param>
    public WeakToStrongMethod(TrainingOptions options, ScalarType precision, Device? device)
        : base(options, precision, device, teacherDropout: 0)
    {
        _options = options;
        _changes = new StrongChanges(options.WeakToStrong, options.Seed);
    }

    /// <inheritdoc/>
    protected override StepLosses Learn(TrainingStep trainingStep)
    {
        ArgumentNullException.ThrowIfNull(trainingStep);
        var weight = _options.WeakToStrong.Weight * _options.Loss.RampupAt(trainingStep.Iteration);
        var losses = trainingStep.Optimise(Optimizer, (crops, number) => LossesOf(crops, trainingStep.Iteration, number, weight));
        Teacher.Follow(_options.Teacher.DecayAt(trainingStep.Iteration));
        return losses with { Parts = [.. losses.Parts, ("consistencyWeight", weight)] };
    }

    private PhaseLosses LossesOf(CropTensors crops, int iteration, int number, double weight)
    {
        var labelled = crops.LabelledCount;
        var (target, sure) = PseudoLabels.Sure(Teacher, crops.Unlabelled, _options.WeakToStrong.Threshold);
        var strong = _changes.Apply(crops.Unlabelled, target, sure, iteration, number);
        var (sdm, logits) = Network.forward(cat([crops.Labelled, strong.Images]));
        var (probability, maps) = (logits[..labelled].sigmoid(), sdm[..labelled]);
        var supervised = Supervised.Of("lossDice", of => DiceLoss.Mean(of(probability), of(crops.Masks)), of => mse_loss(of(maps), of(crops.Sdms)));
        var consistency = CrossEntropyDiceLoss.Of(logits[labelled..], strong.Target, strong.Sure);
        var losses = supervised.Plus(weight, ("lossConsistency", consistency));
        return losses with { Parts = [.. losses.Parts, ("shareSure", strong.Sure.mean())] };
    }
}
