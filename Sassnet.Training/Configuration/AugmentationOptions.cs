namespace Sassnet.Training.Configuration;

/// <summary>Random changes to each crop. The paper has only the first two; the others are for models that meet scans of other scanners.</summary>
public sealed record AugmentationOptions
{
    /// <summary>Rotate by 0, 90, 180 or 270 degrees in the x–y plane.</summary>
    public bool Rotate90 { get; init; } = true;

    /// <summary>Flip x or y.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Zoom each axis by a factor between 1/(1 + zoom) and 1 + zoom; 0 is off.</summary>
    public double Zoom { get; init; }

    /// <summary>Let a crop reach beyond the scan by up to this share of its side, filled with zeros, so that no position is always the same; 0 is off.</summary>
    public double Overhang { get; init; }

    /// <summary>Multiply intensities by a factor between 1/(1 + gain) and 1 + gain; 0 is off.</summary>
    public double Gain { get; init; }

    /// <summary>Add up to ± shift standard deviations to all intensities; 0 is off.</summary>
    public double Shift { get; init; }

    /// <summary>Raise intensities, brought to [0, 1] within the crop, to a power between 1/(1 + gamma) and 1 + gamma; 0 is off.</summary>
    public double Gamma { get; init; }

    /// <summary>
    /// Take half of the crops from a scan that was cut tighter: at each of its six faces by up to this share of its side, and normalised anew,
    /// as if it had been sent so; 0 is off.
    /// </summary>
    public double FieldOfView { get; init; }
}
