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
    /// <inheritdoc/>
    protected override StepLosses Learn(TrainingStep trainingStep)
    {
        ArgumentNullException.ThrowIfNull(trainingStep);
        return trainingStep.Optimise(Optimizer, (crops, _) => LossesOf(crops));
    }

    private PhaseLosses LossesOf(CropTensors crops)
    {
        var (sdm, logits) = Network.forward(crops.Labelled);
        var probability = logits.sigmoid();
        return Supervised.Of("lossDice", of => DiceLoss.Mean(of(probability), of(crops.Masks)), of => mse_loss(of(sdm), of(crops.Sdms)));
    }
}
