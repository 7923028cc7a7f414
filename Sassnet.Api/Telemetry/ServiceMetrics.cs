using System.Diagnostics.Metrics;

namespace Sassnet.Api.Telemetry;

/// <summary>The figures of the service. Tags are routes, model names, stages and problem slugs: a bounded set, nothing a client can fill.</summary>
internal sealed class ServiceMetrics
{
    public const string MeterName = "Sassnet.Api";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300],
    };

    private readonly Counter<long> _requests;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _voxels;
    private readonly Counter<long> _jobs;
    private readonly Counter<long> _cache;
    private readonly UpDownCounter<long> _queueLength;
    private readonly Histogram<double> _queueWait;
    private readonly Histogram<double> _stages;
    private readonly Gauge<long> _openJobs;

    public ServiceMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("sassnet.requests", "{request}", "Requests answered, by route, status, model and output.");
        _failures = meter.CreateCounter<long>("sassnet.failures", "{request}", "Requests that ended with a problem, by its type.");
        _voxels = meter.CreateCounter<long>("sassnet.voxels", "{voxel}", "Input voxels segmented, by model.");
        _jobs = meter.CreateCounter<long>("sassnet.jobs", "{job}", "Jobs that this process ended, by their state.");
        _cache = meter.CreateCounter<long>("sassnet.jobs.cache", "{job}", "Jobs whose results were looked for among those that are there, by whether they were.");
        _openJobs = meter.CreateGauge<long>("sassnet.jobs.open", "{job}", "Jobs that have not ended, on all nodes, by their state; the same from every node.");
        _queueLength = meter.CreateUpDownCounter<long>("sassnet.queue.length", "{request}", "Requests on their way to a device, by model.");
        _queueWait = meter.CreateHistogram("sassnet.queue.wait", "s", "How long requests waited until a device had them, the time of their stages not counted, by model.", advice: Seconds);
        _stages = meter.CreateHistogram("sassnet.stage.duration", "s", "How long each stage of a segmentation took.", advice: Seconds);
    }

    public void Answered(string route, int status, string? model, string? output) => _requests.Add(
        1,
        new("route", route),
        new("status", status),
        new("model", model ?? string.Empty),
        new("output", output ?? string.Empty));

    public void Failed(string problem, int status) => _failures.Add(1, new("problem", problem), new("status", status));

    public void Segmented(long voxels, string model) => _voxels.Add(voxels, new KeyValuePair<string, object?>("model", model));

    public void JobEnded(string state) => _jobs.Add(1, new KeyValuePair<string, object?>("state", state));

    public void ResultsLookedFor(bool found) => _cache.Add(1, new KeyValuePair<string, object?>("result", found ? "hit" : "miss"));

    public void JobsAre(long queued, long running)
    {
        _openJobs.Record(queued, new KeyValuePair<string, object?>("state", "queued"));
        _openJobs.Record(running, new KeyValuePair<string, object?>("state", "running"));
    }

    public void QueueChanged(int by, string model) => _queueLength.Add(by, new KeyValuePair<string, object?>("model", model));

    public void Waited(TimeSpan wait, string model) => _queueWait.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("model", model));

    public void StageTook(string stage, double seconds) => _stages.Record(seconds, new KeyValuePair<string, object?>("stage", stage));
}
