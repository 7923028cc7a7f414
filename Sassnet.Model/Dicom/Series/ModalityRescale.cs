using Sassnet.Model.Nifti;

namespace Sassnet.Model.Dicom.Series;

/// <summary>The linear map of stored values to the modality's (PS3.3 C.11.1) as a frame has it.</summary>
/// <param name="Slope">What they are multiplied by; null where that is missing.</param>
/// <param name="Intercept">What they are moved by then; null where that is missing.</param>
internal readonly record struct ModalityRescale(double? Slope, double? Intercept)
{
    /// <summary>What a missing slope is taken for.</summary>
    public const double UsualSlope = 1;

    /// <summary>What a missing intercept is taken for.</summary>
    public const double UsualIntercept = 0;

    /// <summary>The map.</summary>
    public NiftiScaling Scaling => new(Slope ?? UsualSlope, Intercept ?? UsualIntercept);
}
