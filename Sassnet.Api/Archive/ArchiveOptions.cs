using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Sassnet.Model.Packages;

namespace Sassnet.Api.Archive;

/// <summary>The archives that scans come from and results go to. There is no other way to name one: no address of a caller is ever asked.</summary>
public sealed class ArchiveOptions : IValidatableObject
{
    /// <summary>The archives, each below the name by which requests name it. Default: none.</summary>
    public Dictionary<string, ArchiveServerOptions> Servers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Which series of a study a model is for, below the model's name: of a job that names only a study, the one series that fits is taken. Default for every model:
    /// the only series of MR or CT.
    /// </summary>
    public Dictionary<string, SeriesRule> Series { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Servers.SelectMany(server => Faults($"{nameof(Servers)}:{server.Key}", server.Value))
            .Concat(Series.SelectMany(rule => Faults($"{nameof(Series)}:{rule.Key}", rule.Value)))
            .Concat(Series.Keys.Where(model => !ManifestRules.IsName(model.ToLowerInvariant())).Select(model => new ValidationResult(
                $"{nameof(Series)}:{model} is for no model; accepted: the name of a model, which has {ManifestRules.AcceptedName}, without a version.")));

    private static IEnumerable<ValidationResult> Faults(string where, object options)
    {
        var faults = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true);
        return faults.Select(fault => new ValidationResult($"{where}: {fault.ErrorMessage}"));
    }
}

/// <summary>An archive that speaks DICOMweb (PS3.18).</summary>
public sealed class ArchiveServerOptions : IValidatableObject
{
    /// <summary>Where its DICOMweb services are, with <c>https</c>: <c>https://pacs.example.org/dicom-web</c>; <c>http</c> only on this machine, or with <see cref="Http"/>.</summary>
    [Required]
    public string? Url { get; set; }

    /// <summary>Whether another machine may be asked by plain HTTP: patients' data and credentials are then for everyone on the way to read. Default: false.</summary>
    public bool Http { get; set; }

    /// <summary>The token sent as <c>Authorization: Bearer</c>. Default: none.</summary>
    public string? Bearer { get; set; }

    /// <summary>With <see cref="Password"/>, the user sent as <c>Authorization: Basic</c>. Default: none.</summary>
    public string? User { get; set; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// A file with the certificate, in PEM, by which this service shows who it is (mutual TLS). It and its key are read for each new connection, so that they may be renewed
    /// while the service runs. Default: none.
    /// </summary>
    [MinLength(1)]
    public string? ClientCertificate { get; set; }

    /// <summary>The file with its private key, in PEM; the same file where omitted.</summary>
    [MinLength(1)]
    public string? ClientKey { get; set; }

    /// <summary>A file with the certificates, in PEM, of the only authorities that the archive's certificate may be from; read at the start. Default: those of the system.</summary>
    [MinLength(1)]
    public string? Authorities { get; set; }

    /// <summary>The longest that choosing, fetching or storing may take, each with its retries. Default: 10 minutes. Range: 100 milliseconds to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a request is sent again that found no archive or one that fails (408, 429, 5xx), before the attempt of the job is over. Default: 3. Range: 1 to 10.</summary>
    [Range(1, 10)]
    public int Retries { get; set; } = 3;

    /// <summary>How long about the first retry waits; each further one twice as long, or as <c>Retry-After</c> says. Default: 2 seconds. Range: 1 millisecond to 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // What is set may hold a secret, and is not repeated.
        if (Url is not null && !Uri.TryCreate(Url, UriKind.Absolute, out _))
            yield return new ValidationResult($"The field {nameof(Url)} is no absolute address.");
        else if (Url is not null && new Uri(Url) is var url)
        {
            if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && (Http || url.IsLoopback)))
                yield return new ValidationResult($"The field {nameof(Url)} has the scheme {url.Scheme}; accepted: https, and http on this machine or with {nameof(Http)}.");
            if (url.UserInfo.Length + url.Query.Length + url.Fragment.Length > 0)
                yield return new ValidationResult($"The field {nameof(Url)} has a user, a query or a fragment; accepted: an address without. {nameof(User)} and {nameof(Password)} have fields of their own.");
        }

        if (Bearer is not null && User is not null)
            yield return new ValidationResult($"The fields {nameof(Bearer)} and {nameof(User)} are both set; an archive takes one of them.");
        if (User is null != Password is null || User?.Contains(':', StringComparison.Ordinal) == true)
            yield return new ValidationResult($"The fields {nameof(User)} and {nameof(Password)} go together, and a user has no colon.");
        if (ClientKey is not null && ClientCertificate is null)
            yield return new ValidationResult($"The field {nameof(ClientKey)} is of no use without {nameof(ClientCertificate)}.");
        if (Bearer?.Any(character => character is <= ' ' or > '~') == true)
            yield return new ValidationResult($"The field {nameof(Bearer)} has characters that no token has.");
    }
}

/// <summary>Which series of a study a model is for. What a rule asks about and the archive does not tell, does not fit.</summary>
public sealed class SeriesRule : IValidatableObject
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    /// <summary>Modality, any of these, separated by semicolons. Default: <c>MR;CT</c>.</summary>
    [Required]
    public string Modality { get; set; } = "MR;CT";

    /// <summary>BodyPartExamined, any of these, separated by semicolons. Default: any, or none.</summary>
    public string? BodyPart { get; set; }

    /// <summary>A regular expression, without regard to case, that is found in SeriesDescription. Default: any description.</summary>
    public string? Description { get; set; }

    /// <summary>The fewest instances. Default: 1, and their number need not be known.</summary>
    [Range(1, int.MaxValue)]
    public int MinInstances { get; set; } = 1;

    /// <summary>The most instances. Default: any number.</summary>
    [Range(1, int.MaxValue)]
    public int MaxInstances { get; set; } = int.MaxValue;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinInstances > MaxInstances)
            yield return new ValidationResult($"The field {nameof(MinInstances)} is above {nameof(MaxInstances)}.");
        if (Description is not null && !IsPattern(Description))
            yield return new ValidationResult($"The field {nameof(Description)} is no regular expression that is taken here: look-around and back references are not.");
    }

    /// <summary>Whether a series fits.</summary>
    internal bool Fits(ArchivedSeries series) =>
        In(Modality, series.Modality)
        && (BodyPart is null || In(BodyPart, series.BodyPart))
        && (Description is null || (series.Description is { } said && Pattern(Description).IsMatch(said)))
        && (MinInstances <= 1 || series.Instances >= MinInstances)
        && (MaxInstances == int.MaxValue || series.Instances <= MaxInstances);

    private static bool In(string list, string? value) =>
        list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Contains(value, StringComparer.OrdinalIgnoreCase);

    // Takes time in proportion to the text, whatever the text.
    private static Regex Pattern(string text) => new(text, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LongestMatch);

    private static bool IsPattern(string text)
    {
        try
        {
            return Pattern(text) is not null;
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
