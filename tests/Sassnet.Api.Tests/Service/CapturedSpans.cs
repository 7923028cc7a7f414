using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace Sassnet.Api.Tests.Service;

/// <summary>Keeps every span the service ends, as an exporter would see it: it is added after the service's own processors.</summary>
public sealed class CapturedSpans : BaseProcessor<Activity>
{
    public ConcurrentQueue<Activity> Ended { get; } = [];

    public override void OnEnd(Activity data) => Ended.Enqueue(data);
}
