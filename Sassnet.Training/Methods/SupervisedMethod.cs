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
    protected override StepLosses Learn(CropTensors crops, int iteration)
    {
        var (sdm, logits) = Network.forward(crops.Labelled);
        var dice = DiceLoss.Of(logits.sigmoid(), crops.Masks);
        var distance = mse_loss(sdm, crops.Sdms);
        var total = dice + (_loss.SdmWeight * distance);
        Minimise(total);
        return new StepLosses(Value(total), ("lossDice", Value(dice)), ("lossSdm", Value(distance)));
    }
}
