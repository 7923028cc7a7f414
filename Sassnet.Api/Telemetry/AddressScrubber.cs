using System.Diagnostics;
using OpenTelemetry;

namespace Sassnet.Api.Telemetry;

/// <summary>
/// Takes out of a request's span what the client wrote freely (path, query, user agent): <c>curl -T name.nii.gz</c> puts a file's name, and
/// with it perhaps a patient's, into the path. The route says where a request went.
/// </summary>
internal sealed class AddressScrubber : BaseProcessor<Activity>
{
    private static readonly string[] FreeText = ["url.path", "url.query", "url.full", "user_agent.original", "http.target", "http.url"];

    public override void OnEnd(Activity data)
    {
        foreach (var tag in FreeText)
            data.SetTag(tag, null);
    }
}
