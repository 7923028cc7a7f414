using System.Diagnostics;

namespace Sassnet.Api.Telemetry;

/// <summary>
/// Takes from a request the ids of its trace and nothing else: what <c>tracestate</c> and <c>baggage</c> (W3C) say is free text, and would go on to whoever gets
/// the spans and to every server that is asked on the way.
/// </summary>
internal sealed class TraceIds : DistributedContextPropagator
{
    private static readonly DistributedContextPropagator W3C = CreateW3CPropagator();
    private static readonly string[] Names = ["traceparent"];

    public override IReadOnlyCollection<string> Fields => Names;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
            setter?.Invoke(carrier, Names[0], id);
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        W3C.ExtractTraceIdAndState(carrier, getter, out traceId, out _);
        traceState = null;
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
