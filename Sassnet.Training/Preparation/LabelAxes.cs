using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;

namespace Sassnet.Training.Preparation;

/// <summary>Brings a label to its image's axes. Headers say where voxels lie, whatever order they are stored in.</summary>
internal static class LabelAxes
{
    /// <summary>The label on its image's grid, itself where it is stored so; or the label as it is, and why it does not lie on the image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="label">The label.</param>
    /// <param name="what">What the label is called.</param>
    public static (Volume Label, string? Fault) On(Volume image, Volume label, string what = "label")
    {
        // As it is stored it is asked first: close to 45° what headers round makes other axes the nearest, and a turn would bring it off its image.
        if (GridAgreement.Fault(image, label, what) is not { } fault)
            return (label, null);
        var turned = new Reorientation(label.Size, label.Affine, Orientation.Of(image.Affine)).Apply(label);
        return GridAgreement.Fault(image, turned, what) is null ? (turned, null) : (label, fault);
    }
}
