namespace Sassnet.Model.Inference.Precisions;

/// <summary>The number format the network computes in; probabilities and distances are float32 in each.</summary>
public enum Precision
{
    /// <summary>The fastest one on this device that is exact enough; float32 where the gain is within the noise. See <see cref="PrecisionChoice"/>.</summary>
    Auto,

    /// <summary>32-bit floats: within 1e-4 of the reference.</summary>
    Float32,

    /// <summary>bfloat16 activations and weights, sums in float32.</summary>
    BFloat16,

    /// <summary>IEEE half precision; on CUDA only.</summary>
    Float16,
}
