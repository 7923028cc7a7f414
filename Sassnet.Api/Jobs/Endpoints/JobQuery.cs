using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Sassnet.Api.Archive;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Problems;
using Sassnet.Api.Segmentation;

namespace Sassnet.Api.Jobs.Endpoints;

/// <summary>The query of <c>POST /jobs</c>: that of <c>POST /segment</c>, and where the end is posted.</summary>
/// <param name="Segment">That of <c>POST /segment</c>.</param>
/// <param name="Text">The same as text, its parameters in order.</param>
/// <param name="Callback">Where the end is posted, as sent; null for nowhere.</param>
internal sealed record JobQuery(SegmentQuery Segment, string Text, string? Callback)
{
    public const string CallbackName = "callback";

    /// <summary>What is asked for.</summary>
    public SegmentOutput Output => Segment.Output ?? SegmentOutput.Segmentation;

    /// <summary>SHA-256 of all of it.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Text}\n{Callback}")));

    /// <summary>The query together with what the body says of the scan in an archive; without <c>output</c>, all is made of what is stored.</summary>
    /// <exception cref="ProblemException">The two do not go together.</exception>
    public JobQuery For(ArchiveOrder order)
    {
        var output = Segment.Output ?? (order.Store ? SegmentOutput.Archive : null);
        if (Segment.Series is not null)
            throw Wrong("'series' is in the query; the series of a scan in an archive is named in the body, as 'dicomWeb.series'.");
        if (order.Model is not null && Segment.Model is not null && order.Model != Segment.Model)
            throw Wrong($"'model' is '{Segment.Model}' in the query and '{order.Model}' in the body. Leave one out.");
        if (order.Store && output != SegmentOutput.Archive && output?.IsDicom == false)
            throw Wrong($"'store' is true and 'output' is '{output.Name}', which is not DICOM; an archive stores dicom-seg, dicom-sr, dicom-parametric-map and dicom-sc, or of 'all' the first three.");
        if (order.Store && Segment.Deidentify)
            throw Wrong("'store' and 'deidentify' are both true; what is stored beside the scan belongs to its patient. Leave one out.");
        return this with { Segment = Segment with { Model = order.Model ?? Segment.Model, Output = output } };
    }

    /// <summary>Called by the framework to bind the endpoint's parameter.</summary>
    /// <exception cref="ProblemException">A name or a value is not accepted.</exception>
    public static ValueTask<JobQuery> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var segment = SegmentQuery.Parse(query, only: null, CallbackName);
        var text = new QueryBuilder(query.Where(pair => pair.Key != CallbackName).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        return ValueTask.FromResult(new JobQuery(segment, text.ToString(), query[CallbackName]));
    }

    private static ProblemException Wrong(string detail) => new(ProblemTypes.InvalidParameter, detail);
}

/// <summary>The query of <c>GET /jobs</c>.</summary>
/// <param name="State">Only jobs in this state; null for all.</param>
/// <param name="After">Only jobs behind the one accepted then, with that id; null from the newest on.</param>
/// <param name="Limit">The most jobs of a page.</param>
internal sealed record JobListQuery(JobState? State, (DateTime At, string Id)? After, int Limit)
{
    public const string StateName = "state";
    public const string AfterName = "after";
    public const string LimitName = "limit";
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    private const char Separator = '-';

    /// <summary>The words of <c>state</c>.</summary>
    public static IReadOnlyList<string> States { get; } = [.. Enum.GetNames<JobState>().Select(name => name.ToLowerInvariant())];

    /// <summary>Called by the framework to bind the endpoint's parameter.</summary>
    /// <exception cref="ProblemException">A name or a value is not accepted.</exception>
    public static ValueTask<JobListQuery> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        string[] names = [StateName, AfterName, LimitName];
        if (query.Keys.FirstOrDefault(key => !names.Contains(key)) is { } other)
            throw new ProblemException(ProblemTypes.InvalidParameter, $"There is no parameter '{other}'; accepted: {string.Join(", ", names)}.");
        return ValueTask.FromResult(new JobListQuery(
            Read<JobState>(query, StateName, string.Join(", ", States), ParseState),
            Read<(DateTime, string)>(query, AfterName, "the value of 'next' in the answer before", ParseAfter),
            Read<int>(query, LimitName, FormattableString.Invariant($"1 to {MaxLimit}"), ParseLimit) ?? DefaultLimit));
    }

    /// <summary>The value of <c>after</c> for what comes behind a job.</summary>
    public static string Behind(JobRecord job) => string.Create(CultureInfo.InvariantCulture, $"{job.Accepted!.Value.Ticks}{Separator}{job.Id}");

    private static T? Read<T>(IQueryCollection query, string name, string accepted, Func<string, T?> parse)
        where T : struct => query[name] switch
        {
            [] => null,
            [{ } text] when parse(text) is { } value => value,
            var seen => throw new ProblemException(ProblemTypes.InvalidParameter, $"'{name}' is '{seen}'; accepted: {accepted}."),
        };

    private static JobState? ParseState(string text) => States.Contains(text) ? Enum.Parse<JobState>(text, ignoreCase: true) : null;

    private static int? ParseLimit(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit ? limit : null;

    private static (DateTime, string)? ParseAfter(string text) =>
        text.Split(Separator) is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTime.MaxValue.Ticks
        && Guid.TryParseExact(id, "N", out _)
            ? (new DateTime(at, DateTimeKind.Utc), id)
            : null;
}

/// <summary>The query of <c>DELETE /jobs/{id}</c>.</summary>
/// <param name="IsOnlyOpen">Whether a job that has ended stays, with its results.</param>
internal sealed record JobRemovalQuery(bool IsOnlyOpen)
{
    public const string OnlyName = "only";
    public const string Open = "open";

    /// <summary>Called by the framework to bind the endpoint's parameter.</summary>
    /// <exception cref="ProblemException">A name or a value is not accepted: who misspells it would remove what he wants to keep.</exception>
    public static ValueTask<JobRemovalQuery> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query.Keys.FirstOrDefault(key => key != OnlyName) is { } other)
            throw new ProblemException(ProblemTypes.InvalidParameter, $"There is no parameter '{other}'; accepted: {OnlyName}.");
        var isOnlyOpen = query[OnlyName] switch
        {
            [] => false,
            [Open] => true,
            var seen => throw new ProblemException(ProblemTypes.InvalidParameter, $"'{OnlyName}' is '{seen}'; accepted: {Open}."),
        };
        return ValueTask.FromResult(new JobRemovalQuery(isOnlyOpen));
    }
}
