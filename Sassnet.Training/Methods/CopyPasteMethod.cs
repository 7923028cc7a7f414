using Sassnet.Model.Losses;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Sassnet.Training.Methods;

/// <summary>
/// Bidirectional copy-paste (Bai et al., CVPR 2023, arXiv 2305.00673). First stage: one half of the labelled crops pasted into the other. Second
/// stage: a mean teacher labels the unlabelled crops; the first halves are mixed with the labelled crop outside the cuboid, the second halves the
/// other way round. Every mixture is learned by ½(cross-entropy + Dice), voxels under a pseudo-label counting less, and by the signed distance
/// map of its mixed mask. As in the authors' code, the second stage begins student and teacher with the weights of the first and everything else
/// anew: momentum, learning rate and its schedule. Unlike there these are the last weights of the first stage, not those that did best on the scans that are
/// measured with; the teacher labels without dropout; and there is a distance map to learn, which their network has not.
/// </summary>
public sealed class CopyPasteMethod : TeacherMethod
{
    private const string LossName = "lossSegmentation";

    private readonly TrainingOptions _options;
    private readonly SeededRandom _random;

    /// <summary>Builds student and teacher.</summary>
    public CopyPasteMethod(TrainingOptions options, ScalarType precision, Device? device)
        : base(options, precision, device, teacherDropout: 0)
    {
        _options = options;
        _random = new SeededRandom(options.Seed);
    }

    /// <summary>The first stage keeps the learning rate that it begins with; the schedule is the second stage's.</summary>
    public override int ScheduleIteration(int iteration) => Math.Max(0, iteration - _options.CopyPaste.PretrainIterations);

    /// <inheritdoc/>
    protected override StepLosses Learn(TrainingStep trainingStep)
    {
        ArgumentNullException.ThrowIfNull(trainingStep);
        if (trainingStep.Iteration < _options.CopyPaste.PretrainIterations)
            return trainingStep.Optimise(Optimizer, (crops, number) => LabelledLosses(crops, CuboidOf(crops, trainingStep.Iteration, number)));
        if (trainingStep.Iteration == _options.CopyPaste.PretrainIterations)
        {
            RestartOptimizer();
            Teacher.Follow(keep: 0);
        }

        var losses = trainingStep.Optimise(Optimizer, (crops, number) => MixedLosses(crops, CuboidOf(crops, trainingStep.Iteration, number)));
        Teacher.Follow(_options.Teacher.Decay);
        return losses;
    }

    private Tensor CuboidOf(CropTensors crops, int iteration, int number) =>
        Cuboid.Draw(crops.Images.shape.AsSpan(2), _options.CopyPaste.Share, _random.For("cuboid", iteration, number), Device);

    private PhaseLosses LabelledLosses(CropTensors crops, Tensor inside)
    {
        var half = crops.LabelledCount / 2;
        var images = Mixture.Of(crops.Labelled[half..], crops.Labelled[..half], inside);
        var masks = Mixture.Of(crops.Masks[half..], crops.Masks[..half], inside);
        var (sdm, logits, target) = Predict(images, masks);
        return Supervised.Of(LossName, of => CrossEntropyDiceLoss.Of(of(logits), of(masks)), of => mse_loss(of(sdm), of(target)));
    }

    // Each half and each kind of mixture is a pass of its own, whose BatchNorm goes by that half alone.
    private PhaseLosses MixedLosses(CropTensors crops, Tensor inside)
    {
        var half = crops.LabelledCount / 2;
        var (outside, pseudo) = (1 - inside, _options.CopyPaste.PseudoLabelWeight);
        var (pseudoInside, pseudoOutside) = (Pseudo(crops.Unlabelled[..half]), Pseudo(crops.Unlabelled[half..]));
        var (inwardMasks, outwardMasks) = (Mixture.Of(pseudoInside, crops.Masks[..half], inside), Mixture.Of(crops.Masks[half..], pseudoOutside, inside));
        var inward = Predict(Mixture.Of(crops.Unlabelled[..half], crops.Labelled[..half], inside), inwardMasks);
        var outward = Predict(Mixture.Of(crops.Labelled[half..], crops.Unlabelled[half..], inside), outwardMasks);

        // A sum over both kinds of mixture, not a mean, as in the paper; of the distance map, which it has not, the mean.
        return Supervised.Of(
            LossName,
            of => Segmentation(of(inward.Logits), of(inwardMasks), outside, inside) + Segmentation(of(outward.Logits), of(outwardMasks), inside, outside),
            of => (mse_loss(of(inward.Sdm), of(inward.Target)) + mse_loss(of(outward.Sdm), of(outward.Target))) / 2);

        Tensor Pseudo(Tensor images) => PseudoLabels.Of(Teacher, images, [.. _options.Structures.Select(one => one.Components)]);

        Tensor Segmentation(Tensor logits, Tensor masks, Tensor labelled, Tensor pseudoLabelled) =>
            CrossEntropyDiceLoss.Of(logits, masks, labelled) + (pseudo * CrossEntropyDiceLoss.Of(logits, masks, pseudoLabelled));
    }

    // The masks come to the processor before the pass is queued: their distance maps are then computed while a GPU is busy with it, not before or after.
    private (Tensor Sdm, Tensor Logits, Tensor Target) Predict(Tensor images, Tensor masks)
    {
        var onProcessor = masks.cpu();
        var (sdm, logits) = Network.forward(images);
        return (sdm, logits, MaskTensors.Sdms(onProcessor).to(Device));
    }
}
