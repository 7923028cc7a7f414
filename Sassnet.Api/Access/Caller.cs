using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace Sassnet.Api.Access;

/// <summary>Who sends a request, as far as this service knows: an id and what is allowed. No name and no other claim of a token is kept.</summary>
/// <param name="Id">
/// The same for every request of one caller, on every node and after a restart: <c>key:ID</c>, or <c>token:HASH</c>. It may be logged; whoever is to be
/// found by it is in the list of keys or at the issuer.
/// </param>
/// <param name="Scopes">What is allowed.</param>
internal sealed record Caller(string Id, IReadOnlySet<string> Scopes)
{
    /// <summary>The id of everybody while the service is open.</summary>
    public const string Anonymous = "anonymous";

    private const string IdClaim = "caller";
    private const string ScopeClaim = "scope";
    private const int HashBytes = 16;

    /// <summary>The caller of a key.</summary>
    public static Caller Of(ApiKey key) => new($"key:{key.Id}", key.Scopes.ToHashSet());

    /// <summary>The caller of a token. The subject is the issuer's name of a person or a program, so only a hash of both goes on (128 bits of SHA-256).</summary>
    public static Caller Of(string issuer, string subject, IEnumerable<string> scopes) => new(
        $"token:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}")).AsSpan(0, HashBytes))}",
        scopes.Where(Scope.All.Contains).ToHashSet());

    /// <summary>The caller that was let in; null where there is none.</summary>
    public static Caller? Of(ClaimsPrincipal user) =>
        user.FindFirst(IdClaim) is { } id ? new Caller(id.Value, user.FindAll(ScopeClaim).Select(claim => claim.Value).ToHashSet()) : null;

    /// <summary>The id of whoever sends a request, for what belongs to a caller and for the log.</summary>
    public static string IdOf(HttpContext context) => Of(context.User)?.Id ?? Anonymous;

    /// <summary>Among whom the service is shared: the same id, or the address where nobody asks who calls.</summary>
    public static string ShareOf(HttpContext context) => Of(context.User)?.Id ?? $"address:{context.Connection.RemoteIpAddress}";

    /// <summary>The caller, as the framework hands it on.</summary>
    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [new Claim(IdClaim, Id), .. Scopes.Select(scope => new Claim(ScopeClaim, scope))], BearerHandler.Scheme));
}
