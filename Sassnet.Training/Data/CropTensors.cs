using static TorchSharp.torch;

namespace Sassnet.Training.Data;

/// <summary>A batch as a method's step takes it, labelled crops first, on one device.</summary>
/// <param name="Images">Normalised intensities, (N, 1, X, Y, Z), in the precision of the activations.</param>
/// <param name="Masks">Of the labelled crops, (L, structures, X, Y, Z), 0 or 1, float32.</param>
/// <param name="Sdms">Their signed distance maps, of the same shape, in [−1, 1], float32.</param>
public sealed record CropTensors(Tensor Images, Tensor Masks, Tensor Sdms) : IDisposable
{
    /// <summary>L, how many of the crops are labelled.</summary>
    public int LabelledCount { get; } = (int)Masks.shape[0];

    /// <summary>The labelled crops' images, (L, 1, X, Y, Z).</summary>
    public Tensor Labelled => Images[..LabelledCount];

    /// <summary>The unlabelled crops' images, (N − L, 1, X, Y, Z).</summary>
    public Tensor Unlabelled => Images[LabelledCount..];

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Masks.Dispose();
        Sdms.Dispose();
    }
}
