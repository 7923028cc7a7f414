using Microsoft.OpenApi;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Inference.Modes;

namespace Sassnet.Api.Segmentation;

/// <summary>A parameter of the query of <c>POST /segment</c>: the one list that both the check and the OpenAPI document read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its value.</param>
/// <param name="Values">The words it takes; empty where they cannot be listed.</param>
/// <param name="Accepted">The values it takes, in words.</param>
/// <param name="Default">The value where it is absent; null where that is configured.</param>
/// <param name="Example">A value as an example.</param>
/// <param name="Description">What it does.</param>
internal sealed record SegmentParameter(
    string Name, JsonSchemaType Type, IReadOnlyList<string> Values, string Accepted, string? Default, string Example, string Description)
{
    public static readonly SegmentParameter Model = new("model", JsonSchemaType.String, [], "a name of GET /models, or name@version", null, "left-atrium",
        "The model: `name` for its newest version, or `name@version`. Without it, the configured default.");

    /// <summary>Every output with what it is, for descriptions.</summary>
    public static readonly string Outputs = string.Join("; ", SegmentOutput.All.Select(output => $"`{output.Name}`: {output.Description}"));

    public static readonly SegmentParameter Output = OneOf("output", [.. SegmentOutput.All.Select(output => output.Name)],
        $"What to answer with: {Outputs}. The report's JSON is described at `POST /segment/report`, which answers with it alone. "
        + "Without `output`, `Accept: application/zip` picks `all`, `Accept: application/json` picks `report`; `image/png` picks `preview`; for DICOM input `application/dicom` picks `dicom-seg`; `application/x-gzip` and `application/octet-stream` are the segmentation. `application/problem+json`, the type of refusals, chooses nothing.");

    public static readonly SegmentParameter Inference = OneOf("inference", InferenceModes.Words,
        "`whole`: one pass over the whole volume; `whole-flips`: the mean of four, mirrored from side to side and from front to back, which takes four times as long and is better, unless labels differ in their side alone, which it confuses; `window`: a sliding window, as published; `auto`: the fastest of those that are as good as the best.");

    public static readonly SegmentParameter Threshold = new("threshold", JsonSchemaType.Number, [], "a number above 0 and below 1, such as 0.5", "0.5", "0.5",
        "A voxel belongs to the segmentation when its probability is above this; above 0 and below 1.");

    public static readonly SegmentParameter KeepLargest = Switch("keepLargest", isOn: true,
        "Whether of each label only the largest connected component stays, or as many as the model says (`labels[].components`; 0 is all). `false` keeps all of all labels.");

    public static readonly SegmentParameter Series = new(
        "series", JsonSchemaType.String, [], "a SeriesInstanceUID as it stands in the files: a digit, then digits, letters, dots and hyphens, at most 128", null, "1.2.826.0.1.3680043.10.1.1",
        "For DICOM files of several series: the SeriesInstanceUID of the one to segment.");

    public static readonly SegmentParameter Deidentify = Switch("deidentify", isOn: false,
        "Whether DICOM results leave out what tells who the patient is (name, numbers, birth date, sex, physician, "
        + "and free text such as the study's description) and say so, after the Basic Profile of PS3.15. Dates and unique identifiers stay.");

    public static readonly SegmentParameter SegEncoding = OneOf("segEncoding", [.. Enum.GetNames<SegmentationEncoding>().Select(name => name.ToLowerInvariant())],
        "How the pixels of a DICOM Segmentation object are stored. `auto`: so that every known viewer reads them right, which is `binary` where rows x columns is a "
        + "multiple of 8 and the bytes are even, else `fractional` (a byte for each pixel, 0 or 255). `binary`: a bit for each pixel, which many viewers misread on other grids. "
        + "`labelmap`: a Label Map Segmentation, a kind of 2024 that few know yet. The report says which was taken, and the header `Sassnet-Seg-Encoding` of answers of `POST /segment`.");

    public static readonly SegmentParameter Quality = OneOf("quality", InferenceQualities.Words,
        "What `inference=auto` chooses by, among the modes that the model was measured in. `balanced`: the fastest whose mean Dice is within 0.002 of the best one's; "
        + "`fast`: the fastest, whatever it gives up; `best`: the one with the best mean Dice, whatever it takes. How long a mode takes depends on the scan's grid. "
        + "Where the model was not measured, all three take `window`. Not together with another `inference`, which leaves nothing to choose. The report says which mode was taken.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SegmentParameter> All { get; } = [Model, Output, Inference, Threshold, KeepLargest, Series, Deidentify, SegEncoding, Quality];

    /// <summary>What the OpenAPI document calls the list of its words: one type of generated clients for all operations that take the same.</summary>
    public string Schema { get; init; } = char.ToUpperInvariant(Name[0]) + Name[1..];

    private static SegmentParameter OneOf(string name, IReadOnlyList<string> values, string description) =>
        new(name, JsonSchemaType.String, values, string.Join(", ", values), values[0], values[0], description);

    private static SegmentParameter Switch(string name, bool isOn, string description)
    {
        string[] values = isOn ? ["true", "false"] : ["false", "true"];
        return new(name, JsonSchemaType.Boolean, [], string.Join(", ", values), values[0], values[0], description);
    }
}
