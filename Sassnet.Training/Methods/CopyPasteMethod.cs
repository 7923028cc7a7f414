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
/// map of its mixed mask.
/// </summary>
public sealed class CopyPasteMethod : TrainingMethod
{
    private readonly TrainingOptions _options;
    private readonly SeededRandom _random;
    private readonly MeanTeacher _teacher;

    /// <summary>Builds student and teacher.</summary>
    public CopyPasteMethod(TrainingOptions options, ScalarType precision)
        : base(options, precision)
    {
        _options = options;
        _random = new SeededRandom(options.Seed);

        // With half of the channels before its head dropped, a teacher would label much worse than it can.
        _teacher = new MeanTeacher(Network, options.Teacher, dropout: 0);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, nn.Module> Networks =>
        new Dictionary<string, nn.Module>(base.Networks) { ["teacher"] = _teacher.Network };

    /// <inheritdoc/>
    protected override StepLosses Learn(CropTensors crops, int iteration)
    {
        ArgumentNullException.ThrowIfNull(crops);
        var half = crops.LabelledCount / 2;
        var inside = Cuboid.Draw(crops.Images.shape.AsSpan(2), _options.CopyPaste.Share, _random.For("cuboid", iteration));
        var losses = iteration < _options.CopyPaste.PretrainIterations
            ? LearnFrom(Mixture.Of(crops.Labelled[half..], crops.Labelled[..half], inside), Mixture.Of(crops.Masks[half..], crops.Masks[..half], inside), null)
            : LearnBothWays(crops, half, inside);
        _teacher.Follow(Network, iteration);
        return losses;
    }

    private StepLosses LearnBothWays(CropTensors crops, int half, Tensor inside)
    {
        var pseudo = PseudoLabels.Of(_teacher, crops.Unlabelled);
        var images = cat([
            Mixture.Of(crops.Unlabelled[..half], crops.Labelled[..half], inside),
            Mixture.Of(crops.Labelled[half..], crops.Unlabelled[half..], inside)]);
        var masks = cat([
            Mixture.Of(pseudo[..half], crops.Masks[..half], inside),
            Mixture.Of(crops.Masks[half..], pseudo[half..], inside)]);
        return LearnFrom(images, masks, inside);
    }

    /// <param name="images">The mixtures, (M, 1, X, Y, Z).</param>
    /// <param name="masks">Their masks.</param>
    /// <param name="inside">In the second stage the cuboid, in which the first half of the mixtures has pseudo-labels, the second half labels.</param>
    private StepLosses LearnFrom(Tensor images, Tensor masks, Tensor? inside)
    {
        var (sdm, logits) = Network.forward(images);
        var supervised = inside is null ? CrossEntropyDiceLoss.Of(logits, masks) : WeightedLoss(logits, masks, inside);
        var distance = mse_loss(sdm, MaskTensors.Sdms(masks));
        var total = supervised + (_options.Loss.SdmWeight * distance);
        Minimise(total);
        return new StepLosses(Value(total), ("lossSegmentation", Value(supervised)), ("lossSdm", Value(distance)));
    }

    // A sum over both kinds of mixture, not a mean, as in the paper.
    private Tensor WeightedLoss(Tensor logits, Tensor masks, Tensor inside)
    {
        var half = logits.shape[0] / 2;
        var (outside, pseudo) = (1 - inside, _options.CopyPaste.PseudoLabelWeight);
        var (inward, inwardMasks) = (logits[..(int)half], masks[..(int)half]);
        var (outward, outwardMasks) = (logits[(int)half..], masks[(int)half..]);
        return CrossEntropyDiceLoss.Of(inward, inwardMasks, outside) + (pseudo * CrossEntropyDiceLoss.Of(inward, inwardMasks, inside))
            + CrossEntropyDiceLoss.Of(outward, outwardMasks, inside) + (pseudo * CrossEntropyDiceLoss.Of(outward, outwardMasks, outside));
    }
}
