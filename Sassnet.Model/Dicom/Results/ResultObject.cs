namespace Sassnet.Model.Dicom.Results;

/// <summary>A kind of object that results are written as.</summary>
/// <param name="Name">What the standard calls its SOP class.</param>
/// <param name="SopClass">Its SOP class.</param>
/// <param name="Modality">The modality of its series; null where it has the source's.</param>
/// <param name="SeriesNumber">The number of its series in the study, behind those of a scanner and different for each kind.</param>
internal sealed record ResultKind(string Name, string SopClass, string? Modality, string SeriesNumber)
{
    public static readonly ResultKind Segmentation = new("Segmentation Storage", "1.2.840.10008.5.1.4.1.1.66.4", "SEG", "1000");

    public static readonly ResultKind LabelMap = new("Label Map Segmentation Storage", "1.2.840.10008.5.1.4.1.1.66.7", "SEG", "1000");

    public static readonly ResultKind ParametricMap = new("Parametric Map Storage", "1.2.840.10008.5.1.4.1.1.30", null, "1001");

    public static readonly ResultKind Report = new("Comprehensive 3D SR Storage", "1.2.840.10008.5.1.4.1.1.88.34", "SR", "1002");

    public static readonly ResultKind Capture = new("Multi-frame True Color Secondary Capture Image Storage", "1.2.840.10008.5.1.4.1.1.7.4", "OT", "1003");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ResultKind> All { get; } = [Segmentation, LabelMap, ParametricMap, Report, Capture];
}

/// <summary>An object that a result is written as: the one of its series.</summary>
/// <param name="Kind">What kind of object.</param>
/// <param name="Series">The identifier of its series.</param>
/// <param name="Instance">Its own identifier.</param>
/// <param name="Dimensions">The identifier of how its frames are ordered.</param>
internal sealed record ResultObject(ResultKind Kind, string Series, string Instance, string Dimensions)
{
    /// <summary>An object of a result.</summary>
    /// <param name="kind">What kind of object.</param>
    /// <param name="identifiers">The result's.</param>
    /// <param name="variant">What else tells it from other objects of its kind made of the same result.</param>
    public static ResultObject Of(ResultKind kind, ResultIdentifiers identifiers, string variant = "") => new(
        kind, identifiers[$"{kind.Name} {variant} series"], identifiers[$"{kind.Name} {variant} instance"], identifiers[$"{kind.Name} {variant} dimensions"]);
}
