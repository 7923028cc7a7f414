using System.ComponentModel.DataAnnotations;

namespace Sassnet.Api.Jobs.Settings;

/// <summary>A bucket of an S3-compatible store, in which the files of jobs lie.</summary>
public sealed class S3Options : IValidatableObject
{
    /// <summary>The region that is named where a store of one's own asks for none in particular.</summary>
    internal const string FirstRegion = "us-east-1";

    /// <summary>The bucket; it is there already.</summary>
    [Required]
    [RegularExpression("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")]
    public string? Bucket { get; set; }

    /// <summary>
    /// Before the name of every object: one for each database of jobs, since what no record speaks of is removed below it. Empty, or letters, digits and
    /// <c>. _ - /</c> with <c>/</c> at the end. Default: <c>sassnet/</c>.
    /// </summary>
    [RegularExpression("([A-Za-z0-9._-]+/)*")]
    public string Prefix { get; set; } = "sassnet/";

    /// <summary>
    /// Where the store is, with <c>https</c>; <c>http</c> only on this machine, or with <see cref="Http"/>. Buckets are named in the path. Default: that of AWS for
    /// the region.
    /// </summary>
    public string? Endpoint { get; set; }

    /// <summary>Whether another machine may be asked by plain HTTP: scans are then for everyone on the way to read. Default: false.</summary>
    public bool Http { get; set; }

    /// <summary>The region. Default: with <see cref="Endpoint"/>, <c>us-east-1</c>; else what the environment says, as AWS's own tools read it.</summary>
    [MinLength(1)]
    public string? Region { get; set; }

    /// <summary>The id of the access key, which may put, get, list and delete objects. Default: what the environment, the profile or the machine's role gives, as AWS's own tools find it.</summary>
    [MinLength(1)]
    public string? AccessKey { get; set; }

    /// <summary>The secret of <see cref="AccessKey"/>.</summary>
    [MinLength(1)]
    public string? SecretKey { get; set; }

    /// <summary>What is wrong with them.</summary>
    internal static IEnumerable<string?> Faults(S3Options options)
    {
        var faults = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true);
        return faults.Select(fault => fault.ErrorMessage);
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not null && (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var url) || url.UserInfo.Length + url.Query.Length + url.Fragment.Length > 0))
            yield return new ValidationResult($"The field {nameof(Endpoint)} is no absolute address without user, query and fragment.");
        else if (Endpoint is not null && new Uri(Endpoint) is { } there && there.Scheme != Uri.UriSchemeHttps && !(there.Scheme == Uri.UriSchemeHttp && (Http || there.IsLoopback)))
            yield return new ValidationResult($"The field {nameof(Endpoint)} has the scheme {there.Scheme}; accepted: https, and http on this machine or with {nameof(Http)}.");
        if (AccessKey is null != SecretKey is null)
            yield return new ValidationResult($"The fields {nameof(AccessKey)} and {nameof(SecretKey)} go together.");
    }
}
