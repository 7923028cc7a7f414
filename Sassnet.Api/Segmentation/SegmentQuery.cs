using System.Globalization;
using Sassnet.Api.Problems;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;

namespace Sassnet.Api.Segmentation;

/// <summary>The query of <c>POST /segment</c>, checked: a wrong value and an unknown name are both refused, so that a misspelled option is never without effect.</summary>
/// <param name="Model"><c>name</c> or <c>name@version</c>; null for the default.</param>
/// <param name="Output">What to answer with; null where the query leaves it to <c>Accept</c>.</param>
/// <param name="Request">How to segment.</param>
/// <param name="Series">The series of a DICOM input; null where there is only one.</param>
/// <param name="Deidentify">Whether DICOM results leave out what identifies the patient.</param>
/// <param name="SegEncoding">How the pixels of a DICOM Segmentation object are stored.</param>
internal sealed record SegmentQuery(
    string? Model, SegmentOutput? Output, SegmentationRequest Request, string? Series, bool Deidentify, SegmentationEncoding SegEncoding = SegmentationEncoding.Auto)
{
    /// <summary>Called by the framework to bind the endpoint's parameter.</summary>
    /// <exception cref="ProblemException">A name or a value is not accepted.</exception>
    public static ValueTask<SegmentQuery> BindAsync(HttpContext context) =>
        ValueTask.FromResult(Parse(context.Request.Query, context.GetEndpoint()?.Metadata.GetMetadata<EndpointOutput>()?.Only));

    /// <summary>Reads a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="only">What the address answers with; null where the query chooses.</param>
    /// <param name="others">Parameters that the address takes besides, for others to read.</param>
    /// <exception cref="ProblemException">A name or a value is not accepted.</exception>
    internal static SegmentQuery Parse(IQueryCollection query, SegmentOutput? only, params IReadOnlyList<string> others)
    {
        string[] accepted = [.. SegmentParameter.All.Select(parameter => parameter.Name), .. others];
        foreach (var (name, values) in query)
        {
            if (!accepted.Contains(name))
                throw new ProblemException(ProblemTypes.InvalidParameter, $"There is no parameter '{name}'; accepted: {string.Join(", ", accepted)}.");
            if (values is not [{ Length: > 0 }])
                throw Wrong(name, values.ToString(), "one value");
        }

        var request = new SegmentationRequest();
        var quality = Read(query, SegmentParameter.Quality, InferenceQualities.Find);
        var mode = Read(query, SegmentParameter.Inference, InferenceModes.Find) ?? request.Mode;
        if (quality is { } given && mode != InferenceMode.Auto)
            throw NothingToChoose(given, mode);
        return new SegmentQuery(
            query[SegmentParameter.Model.Name],
            ReadOutput(query, only),
            request with
            {
                Mode = mode,
                Threshold = Read(query, SegmentParameter.Threshold, Threshold) ?? request.Threshold,
                KeepLargest = Read(query, SegmentParameter.KeepLargest, Switch) ?? request.KeepLargest,
                Quality = quality ?? request.Quality,
            },
            Read(query, SegmentParameter.Series, SeriesUid),
            Read(query, SegmentParameter.Deidentify, Switch) ?? false,
            Read(query, SegmentParameter.SegEncoding, Encoding) ?? SegmentationEncoding.Auto);
    }

    /// <summary>Refuses what makes no sense for the volume that was sent.</summary>
    /// <exception cref="ProblemException">It chooses a series, and the volume is no DICOM.</exception>
    public void RequireFit(bool isDicom)
    {
        if (Series is not null && !isDicom)
            throw new ProblemException(ProblemTypes.InvalidParameter, "'series' chooses among the series of DICOM files; the volume sent is none. Leave it out.");
    }

    private static T? Read<T>(IQueryCollection query, SegmentParameter parameter, Func<string, T?> parse)
        where T : class =>
        query[parameter.Name] is [{ } text] ? parse(text) ?? throw Wrong(parameter.Name, text, parameter.Accepted) : null;

    private static T? Read<T>(IQueryCollection query, SegmentParameter parameter, Func<string, T?> parse)
        where T : struct =>
        query[parameter.Name] is [{ } text] ? parse(text) ?? throw Wrong(parameter.Name, text, parameter.Accepted) : null;

    private static SegmentOutput? ReadOutput(IQueryCollection query, SegmentOutput? only)
    {
        if (only is null)
            return Read(query, SegmentParameter.Output, text => SegmentOutput.All.FirstOrDefault(output => output.Name == text));
        return query[SegmentParameter.Output.Name] is [{ } text] && text != only.Name
            ? throw Wrong(SegmentParameter.Output.Name, text, $"{only.Name}, which is all that this address answers with; POST /segment has the other outputs")
            : only;
    }

    private static SegmentationEncoding? Encoding(string text) =>
        SegmentParameter.SegEncoding.Values.Contains(text) ? Enum.Parse<SegmentationEncoding>(text, ignoreCase: true) : null;

    private static float? Threshold(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1 ? value : null;

    // As lenient as reading is: some software makes identifiers with letters, or longer ones than may be.
    private static string? SeriesUid(string text) => DicomUid.IsNameable(text) ? text : null;

    private static bool? Switch(string text) => text switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };

    private static ProblemException NothingToChoose(InferenceQuality quality, InferenceMode mode) => new(ProblemTypes.InvalidParameter,
        $"'quality' is '{quality.Word()}' and 'inference' is '{mode.Word()}'; 'quality' says what inference=auto chooses by, and '{mode.Word()}' leaves nothing to choose. Leave one out.");

    private static ProblemException Wrong(string name, string seen, string accepted) =>
        new(ProblemTypes.InvalidParameter, $"'{name}' is '{seen}'; accepted: {accepted}.");
}

/// <summary>What an endpoint answers with.</summary>
/// <param name="Only">The one output it has; null where the query chooses.</param>
internal sealed record EndpointOutput(SegmentOutput? Only);
