using Sassnet.Model.Losses;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Sassnet.Training.Methods;

/// <summary>
/// Labelled crops only: Dice + sdmWeight · mean squared error of the signed distance map. With the map's head detached this is the plain V-Net
/// (<c>vnet</c>), whose head merely learns to read it; otherwise the map shapes the features too (<c>vnet-sdm</c>).
/// </summary>
public sealed class SupervisedMethod(TrainingOptions options, ScalarType precision, Device? device, bool detachSdmHead)
    : TrainingMethod(options, precision, device, detachSdmHead)
{
    private readonly LossOptions _loss = options.Loss;

    /// <inheritdoc/>
    protected override StepLosses Learn(TrainingStep trainingStep)
    {
        ArgumentNullException.ThrowIfNull(trainingStep);
        return trainingStep.Optimise(Optimizer, (crops, _) => LossesOf(crops));
    }

    private PhaseLosses LossesOf(CropTensors crops)
    {
        var (sdm, logits) = Network.forward(crops.Labelled);
        var dice = DiceLoss.Mean(logits.sigmoid(), crops.Masks);
        var distance = mse_loss(sdm, crops.Sdms);
        return new PhaseLosses(dice + (_loss.SdmWeight * distance), ("lossDice", dice), ("lossSdm", distance));
    }
}
