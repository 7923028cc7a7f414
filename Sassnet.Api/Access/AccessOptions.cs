using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Sassnet.Api.Access;

/// <summary>Who may call.</summary>
public sealed class AccessOptions
{
    internal const string DefaultKeyFile = "keys.json";

    /// <summary>
    /// The file with the API keys, which <c>keys create</c> makes. As soon as there is one, callers need a key (or a token, see <see cref="OidcOptions"/>).
    /// Default: <c>keys.json</c> beside the program, if it is there; a relative path starts there too.
    /// </summary>
    [MinLength(1)]
    public string? KeyFile { get; set; }

    /// <summary>
    /// Whether the service may listen where other machines reach it although nothing says who may call. Without effect where keys or an issuer do. Default: false.
    /// </summary>
    public bool AllowAnonymous { get; set; }
}

/// <summary>Which issuer's tokens are accepted (OpenID Connect, OAuth 2.0 bearer tokens in the form of JWT), and how the page gets them.</summary>
public sealed partial class OidcOptions : IValidatableObject
{
    /// <summary>
    /// The issuer, such as <c>https://login.example.org/realms/hospital</c>: below it lies <c>.well-known/openid-configuration</c>. Plain <c>http</c> on this
    /// machine only. Default: none, and no token is accepted.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>Whom a token must be meant for (<c>aud</c>): this service's name at the issuer. Required with an authority.</summary>
    public string? Audience { get; set; }

    /// <summary>
    /// The claim with the scopes, separated by blanks or as a list: <c>scope</c>, at some issuers <c>scp</c> or <c>roles</c>. Words that are no scopes of this
    /// service are passed over. Default: <c>scope</c>.
    /// </summary>
    [Required]
    public string ScopeClaim { get; set; } = "scope";

    /// <summary>How far the issuer's clock and this one may be apart. Default: 1 minute. Range: 0 to 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The page's name at the issuer, as a public client: with it people log in on the page at <c>/</c> (authorization code with PKCE, RFC 7636), which tells it to
    /// whoever opens it. Default: none, and the page asks for a key.
    /// </summary>
    public string? ClientId { get; set; }

    /// <summary>What the page asks the issuer for, separated by blanks. Default: <c>openid</c> and the scopes that the page needs.</summary>
    [Required]
    public string Scopes { get; set; } = $"openid {Scope.Segment} {Scope.Jobs}";

    /// <summary>Whether tokens are accepted.</summary>
    internal bool IsUsed => Authority is not null;

    /// <summary>The authority's address; null where there is none, or where it is none.</summary>
    internal Uri? Address => Uri.TryCreate(Authority, UriKind.Absolute, out var address) ? address : null;

    /// <summary>What the page may ask besides this service, as a policy names it (CSP 3); null where nobody logs in there.</summary>
    internal string? PageOrigin => ClientId is not null && Address is { } address
        ? new UriBuilder(address.Scheme, address.IdnHost, address.IsDefaultPort ? -1 : address.Port).Uri.GetLeftPart(UriPartial.Authority)
        : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Authority is null != Audience is null)
            yield return new ValidationResult($"The fields {nameof(Authority)} and {nameof(Audience)} belong together: give both, or none.");
        if (Audience is { } audience && string.IsNullOrWhiteSpace(audience))
            yield return new ValidationResult($"The field {nameof(Audience)} is empty.");
        if (Authority is not null && !(Address is { } address && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))))
            yield return new ValidationResult($"The field {nameof(Authority)} is '{Authority}'; accepted: an address with https, or with http on this machine.");
        else if (Address is { } plain && (plain.UserInfo.Length > 0 || plain.Query.Length > 0 || plain.Fragment.Length > 0))
            yield return new ValidationResult($"The field {nameof(Authority)} has more than a host and a path; accepted: an address without user, query and fragment.");
        if (ClientId is { } client && (Authority is null || string.IsNullOrWhiteSpace(client)))
            yield return new ValidationResult($"The field {nameof(ClientId)} is '{client}'; accepted: the page's name at the issuer, together with {nameof(Authority)}.");
        if (!ScopesPattern().IsMatch(Scopes))
            yield return new ValidationResult($"The field {nameof(Scopes)} is '{Scopes}'; accepted: words separated by one blank each, such as 'openid {Scope.Segment}'.");
    }

    // RFC 6749, 3.3.
    [GeneratedRegex(@"^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*\z")]
    private static partial Regex ScopesPattern();
}
