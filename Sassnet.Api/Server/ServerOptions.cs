using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Sassnet.Api.Server;

/// <summary>How the service meets its clients. Its addresses are the framework's own option, <c>ASPNETCORE_URLS</c>.</summary>
public sealed class ServerOptions : IValidatableObject
{
    /// <summary>Among <see cref="Hosts"/>: whatever name a request is for.</summary>
    internal const string AnyHost = "*";

    private const string BelowDomain = "*.";

    private static readonly char[] Separators = [';', ','];

    /// <summary>
    /// The most connections at once; further ones are closed as soon as they are made. Default: half of the files that the process may have open
    /// (<c>ulimit -n</c>) beside 480 of its own, 16 to 10 000. Range: 1 to 1 000 000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? MaxConnections { get; set; }

    /// <summary>
    /// How long a connection may stay open without a request. Default: 75 seconds, longer than proxies usually keep theirs. Range: 1 second to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(75);

    /// <summary>How long the line and the headers of a request may take. Default: 15 seconds. Range: 1 second to 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HeadersTimeLimit { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long requests under way may go on after SIGTERM; then they are cut off. Default: 110 seconds, a little less than <c>deploy/compose.yaml</c> gives
    /// the whole process. Range: 0 to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ShutdownTimeLimit { get; set; } = TimeSpan.FromSeconds(110);

    /// <summary>
    /// The names the service goes by, separated by semicolons, such as <c>sassnet.example.org;*.cluster.local</c>; <c>*</c> for any. Without port. An
    /// address of digits and <c>localhost</c> are always accepted. Default: none.
    /// </summary>
    public string Hosts { get; set; } = string.Empty;

    /// <summary>
    /// The path under which a proxy publishes the service, such as <c>/sassnet</c>, whether the proxy takes it off or not. Default: none.
    /// </summary>
    [RegularExpression("^(/[A-Za-z0-9._~-]+)*$", ErrorMessage = "The field {0} is empty or a path such as /sassnet, without a slash at its end.")]
    public string PathBase { get; set; } = string.Empty;

    /// <summary>
    /// Addresses and networks of proxies, separated by semicolons, such as <c>10.0.0.7;10.1.0.0/16</c>, whose <c>X-Forwarded-For</c>, <c>-Proto</c>,
    /// <c>-Host</c> and <c>-Prefix</c> are believed. Default: none, and these headers are without effect.
    /// </summary>
    public string Proxies { get; set; } = string.Empty;

    /// <summary><see cref="Hosts"/>, one by one.</summary>
    internal IReadOnlyList<string> HostNames => Split(Hosts);

    /// <summary><see cref="Proxies"/>, one by one.</summary>
    internal IReadOnlyList<IPNetwork> ProxyNetworks => [.. Split(Proxies).Select(text => Network(text)!.Value)];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var text in HostNames.Where(text => !IsHostName(text)))
        {
            yield return new ValidationResult(
                $"The field {nameof(Hosts)} has '{text}'; accepted: names without scheme, port and path, such as sassnet.example.org or *.cluster.local, and * for any.");
        }

        foreach (var text in Split(Proxies).Where(text => Network(text) is null))
            yield return new ValidationResult($"The field {nameof(Proxies)} has '{text}', which is neither an IP address nor a network such as 10.1.0.0/16.");
    }

    private static string[] Split(string list) => list.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsHostName(string text) => text == AnyHost
        || Uri.CheckHostName(text.StartsWith(BelowDomain, StringComparison.Ordinal) ? text[BelowDomain.Length..] : text) != UriHostNameType.Unknown;

    private static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}
