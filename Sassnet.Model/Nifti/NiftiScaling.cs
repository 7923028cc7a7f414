using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>The linear map of stored numbers to values: value = slope · stored + intercept.</summary>
/// <param name="Slope">Finite and not 0.</param>
/// <param name="Intercept">Finite.</param>
internal readonly record struct NiftiScaling(double Slope, double Intercept)
{
    private static readonly NiftiScaling None = new(1, 0);

    /// <summary>Whether values are the stored numbers.</summary>
    public bool IsNone => this == None;

    /// <summary>Whether both numbers are exact in single precision, as they always are in NIfTI-1.</summary>
    public bool IsSingle => (float)Slope == Slope && (float)Intercept == Intercept;

    /// <summary>
    /// The scaling a header asks for. By the standard a slope of 0 means none, whatever the intercept; a slope that is no number cannot
    /// be meant either, and is worth a warning.
    /// </summary>
    /// <exception cref="InvalidVolumeException">The slope is usable and the intercept is not finite.</exception>
    public static NiftiScaling Of(NiftiHeader header, List<Warning> warnings)
    {
        if (!double.IsFinite(header.Slope))
        {
            warnings.Add(new Warning("scaling-ignored", FormattableString.Invariant($"scl_slope is {header.Slope}, not a number to scale by; the stored values are used as they are.")));
            return None;
        }

        if (header.Slope == 0)
            return None;
        return double.IsFinite(header.Intercept)
            ? new NiftiScaling(header.Slope, header.Intercept)
            : throw NiftiFault.BadHeader("scl_inter", header.Intercept, "a finite number where scl_slope is not 0");
    }
}
