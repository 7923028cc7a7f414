using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using OpenTelemetry;

namespace Sassnet.Api.Tests.Service;

/// <summary>Keeps every span the service ends, as an exporter would see it: it is added after the service's own processors.</summary>
public sealed class CapturedSpans : BaseProcessor<Activity>
{
    public ConcurrentQueue<Activity> Ended { get; } = [];

    public override void OnEnd(Activity data) => Ended.Enqueue(data);

    /// <summary>The spans of a trace, once there is one of such a name among them that has ended.</summary>
    public async Task<IReadOnlyList<Activity>> OfAsync(ActivityTraceId trace, string last)
    {
        for (var tries = 0; tries < 1200; tries++)
        {
            var spans = Ended.Where(span => span.TraceId == trace).ToList();
            if (spans.Exists(span => span.DisplayName == last))
                return spans;
            await Task.Delay(50);
        }

        throw new TimeoutException($"No span '{last}' ended within a minute.");
    }

    /// <summary>All that an exporter would send of them.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        foreach (var span in Ended)
        {
            text.AppendLine().Append(span.OperationName).Append(' ').Append(span.DisplayName).Append(' ').Append(span.StatusDescription)
                .Append(" state ").Append(span.TraceStateString)
                .Append(" tags ").AppendJoin(',', span.TagObjects)
                .Append(" baggage ").AppendJoin(',', span.Baggage)
                .Append(" events ").AppendJoin(',', span.Events.Select(at => $"{at.Name} {string.Join(',', at.Tags)}"))
                .Append(" links ").AppendJoin(',', span.Links.Select(link => $"{link.Context.TraceState} {string.Join(',', link.Tags ?? [])}"));
        }

        return text.ToString();
    }
}
