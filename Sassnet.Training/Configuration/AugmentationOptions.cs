namespace Sassnet.Training.Configuration;

/// <summary>
/// Random changes to each crop. The paper has only the first two; the others are for models that meet scans of other scanners. A probability tells how many
/// of the crops are changed so; those of changes that came later are nnU-Net's (Isensee et al., Nature Methods 2021, supplementary note 4), of the elastic
/// deformation that of its earlier versions.
/// </summary>
public sealed record AugmentationOptions
{
    /// <summary>Rotate by 0, 90, 180 or 270 degrees in the x–y plane.</summary>
    public bool Rotate90 { get; init; } = true;

    /// <summary>
    /// Flip x or y: every crop one of them, with its labels as they are. Set it to false where two structures differ in their side alone, such as a left and a
    /// right kidney: a network that learns from mirrored crops cannot tell them apart. With it off the mode <c>whole-flips</c>, which mirrors scans, does not suit
    /// the package; <c>auto</c> goes by what <c>evaluate --record</c> measured.
    /// </summary>
    public bool Flip { get; init; } = true;

    /// <summary>Turn about each axis by up to ± this many degrees; 0 is off. nnU-Net has 30. Turning, zoom and elastic deformation are one resampling.</summary>
    public double Rotation { get; init; }

    /// <summary>How often the crop is turned.</summary>
    public double RotationProbability { get; init; } = 0.2;

    /// <summary>Zoom each axis by a factor of its own between 1/(1 + zoom) and 1 + zoom; 0 is off. nnU-Net has 0.4.</summary>
    public double Zoom { get; init; }

    /// <summary>How often the crop is zoomed.</summary>
    public double ZoomProbability { get; init; } = 1;

    /// <summary>
    /// Bend smoothly: control points every 16 voxels are moved along each axis by up to ± a strength that is drawn between 0 and this many voxels; 0 is off.
    /// </summary>
    public double Elastic { get; init; }

    /// <summary>How often the crop is bent.</summary>
    public double ElasticProbability { get; init; } = 0.2;

    /// <summary>Let a crop reach beyond the scan by up to this share of its side, filled with zeros, so that no position is always the same; 0 is off.</summary>
    public double Overhang { get; init; }

    /// <summary>Add Gaussian noise, whose variance is drawn between 0 and the square of this standard deviation; 0 is off. nnU-Net has 0.316.</summary>
    public double Noise { get; init; }

    /// <summary>How often noise is added.</summary>
    public double NoiseProbability { get; init; } = 0.15;

    /// <summary>Blur by a Gaussian, whose standard deviation is drawn between a third of this and this many voxels; 0 is off. nnU-Net has 1.5.</summary>
    public double Blur { get; init; }

    /// <summary>How often the crop is blurred.</summary>
    public double BlurProbability { get; init; } = 0.1;

    /// <summary>
    /// Multiply the distance of intensities from the crop's mean by a factor between 1/(1 + contrast) and 1 + contrast, and clip them to the range they had;
    /// 0 is off. nnU-Net has 0.5.
    /// </summary>
    public double Contrast { get; init; }

    /// <summary>How often the contrast is changed.</summary>
    public double ContrastProbability { get; init; } = 0.15;

    /// <summary>Multiply intensities by a factor between 1/(1 + gain) and 1 + gain; 0 is off.</summary>
    public double Gain { get; init; }

    /// <summary>Add up to ± shift standard deviations to all intensities; 0 is off.</summary>
    public double Shift { get; init; }

    /// <summary>How often the brightness is changed: gain and shift, both together.</summary>
    public double BrightnessProbability { get; init; } = 1;

    /// <summary>Raise intensities, brought to [0, 1] within the crop, to a power between 1/(1 + gamma) and 1 + gamma; 0 is off.</summary>
    public double Gamma { get; init; }

    /// <summary>How often gamma is changed.</summary>
    public double GammaProbability { get; init; } = 1;

    /// <summary>
    /// Take half of the crops from a scan that was cut tighter: at each of its six faces by up to this share of its side, and normalised anew,
    /// as if it had been sent so; 0 is off.
    /// </summary>
    public double FieldOfView { get; init; }
}
