using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Jobs.Callbacks;

/// <summary>Says to which addresses the end of a job may be posted: those on the hosts that are configured, and no others that this service may reach.</summary>
internal sealed class CallbackAddress(IOptions<JobsOptions> options)
{
    private readonly IReadOnlyList<string> _hosts = options.Value.CallbackHostNames;

    /// <summary>Checks an address.</summary>
    /// <exception cref="ProblemException">It is none, or not one to post to.</exception>
    public void Require(string sent)
    {
        if (FaultOf(sent) is { } fault)
            throw new ProblemException(JobProblemTypes.CallbackRefused, fault);
    }

    /// <summary>Whether an address that was checked before would be accepted still.</summary>
    public bool IsAccepted(string sent) => FaultOf(sent) is null;

    private string? FaultOf(string sent)
    {
        if (_hosts.Count == 0)
            return "This service posts to nowhere; whoever runs it can list hosts in Sassnet:Jobs:CallbackHosts. Leave 'callback' out, and ask GET /jobs/ID/events.";
        if (sent.Any(char.IsControl))
            return "'callback' has a control character; accepted: an address without.";
        if (!Uri.TryCreate(sent, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp))
            return "'callback' is not an absolute address with https. Percent-encode it in the query.";
        if (address.Scheme == Uri.UriSchemeHttp && !options.Value.CallbackHttp)
            return "'callback' has the scheme http; accepted: https.";
        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0)
            return "'callback' has a user or a fragment; accepted: an address without. What is posted is signed.";
        if (CallbackHost.NameOf(address) is not { } name)
            return "'callback' is on a host whose name is none. Write international names in their own letters, or as xn--… altogether.";
        return _hosts.Any(host => CallbackHost.Has(host, address, name))
            ? null
            : $"'callback' is on {(address.IsDefaultPort ? name : CallbackHost.WithPort(name, address))}, to which this service does not post. Whoever runs it can add that to Sassnet:Jobs:CallbackHosts.";
    }
}
