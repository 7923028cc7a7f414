using System.Net;
using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Access;

/// <summary>Whether callers have to show who they are: as soon as there are keys or an issuer.</summary>
internal sealed partial class Door(KnownKeys keys, IOptions<OidcOptions> oidc, IOptions<AccessOptions> options, ILogger<Door> logger)
{
    /// <summary>Whether everybody is let in.</summary>
    public bool IsOpen => !oidc.Value.IsUsed && !keys.AreUsed;

    /// <summary>Refuses a caller who lacks a scope that what he asks for needs besides the endpoint's.</summary>
    /// <exception cref="ProblemException">He lacks it.</exception>
    public void Require(HttpContext context, string scope)
    {
        if (IsOpen || Caller.Of(context.User)?.Scopes.Contains(scope) == true)
            return;

        // The endpoint's own too: who gets himself a token by what is named here needs both in it.
        AccessAnswers.NameScopes(context.Response, [.. Scope.Of(context.GetEndpoint())?.AnyOf ?? [], scope]);
        throw new ProblemException(ProblemTypes.Forbidden, $"This needs the scope '{scope}' besides; the key or token sent has it not. Use one that has it.");
    }

    /// <summary>Looks at the keys and the addresses before the service listens, and says how it stands.</summary>
    /// <exception cref="StartException">Nothing says who may call, though other machines can; or the keys or an address cannot be read.</exception>
    public void Check(IConfiguration configuration)
    {
        keys.Open();
        var addresses = Addresses(configuration);
        if (addresses.FirstOrDefault(address => Parse(address) is null) is { } unreadable)
        {
            throw new StartException(
                $"'{unreadable}' is no address to listen on; accepted: http://HOST:PORT or https://HOST:PORT, with a port from 0 to {IPEndPoint.MaxPort}.");
        }

        if (!IsOpen)
        {
            LogLocked(oidc.Value.IsUsed ? $"one of {keys.Count} API keys or a token of {oidc.Value.Authority}" : $"one of {keys.Count} API keys");
            return;
        }

        if (addresses.FirstOrDefault(address => !IsOfThisMachine(address)) is not { } seen)
        {
            LogOpen(string.Join(", ", addresses));
        }
        else if (options.Value.AllowAnonymous)
        {
            LogAnonymous(seen);
        }
        else
        {
            throw new StartException(
                $"Other machines reach {seen}, and nothing says who may call. Make an API key "
                + $"(Sassnet.Api keys create --name NAME --scopes {Scope.Segment}), or name an issuer of tokens "
                + "(Sassnet:Oidc:Authority and Audience), or, where something else keeps strangers out, set Sassnet:Access:AllowAnonymous to true; or listen on localhost only.");
        }
    }

    /// <summary>The addresses that are configured, as the server takes them: URLs before ports, and those of its own section.</summary>
    internal static IReadOnlyList<string> Addresses(IConfiguration configuration)
    {
        var urls = Split(configuration[WebHostDefaults.ServerUrlsKey]);
        string[] ports =
        [
            .. Split(configuration[WebHostDefaults.HttpPortsKey]).Select(port => $"http://*:{port}"),
            .. Split(configuration[WebHostDefaults.HttpsPortsKey]).Select(port => $"https://*:{port}"),
        ];
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>();
        return [.. urls.Length > 0 ? urls : ports, .. endpoints];
    }

    /// <summary>Whether an address is reached from this machine alone. The server takes a name that is not localhost for every address of the machine.</summary>
    internal static bool IsOfThisMachine(string address) => Parse(address) is { } parsed
        && (parsed.IsUnixPipe
            || parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(parsed.Host, out var ip) && IPAddress.IsLoopback(ip)));

    // The server takes what is no number behind a colon for a part of the name, and so for every address of the machine.
    private static BindingAddress? Parse(string address)
    {
        try
        {
            var parsed = BindingAddress.Parse(address);
            var hasPort = parsed.Port is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort && (!parsed.Host.Contains(':') || parsed.Host.EndsWith(']'));
            return parsed.IsUnixPipe || hasPort ? parsed : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string[] Split(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    [LoggerMessage(EventId = 32, Level = LogLevel.Warning,
        Message = "Open: whoever reaches {Addresses}, on this machine or through a proxy, may use the service; 'keys create' makes a key and locks it")]
    private partial void LogOpen(string addresses);

    [LoggerMessage(EventId = 33, Level = LogLevel.Warning,
        Message = "Open to other machines: whoever reaches {Address} may use the service, as Sassnet:Access:AllowAnonymous says")]
    private partial void LogAnonymous(string address);

    [LoggerMessage(EventId = 34, Level = LogLevel.Information, Message = "Locked: callers need {Credentials}")]
    private partial void LogLocked(string credentials);
}
