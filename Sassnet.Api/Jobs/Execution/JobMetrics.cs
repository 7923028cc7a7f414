using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Jobs.Execution;

/// <summary>The figures of the jobs. Of how many there are and what they take on the disk, every node that shares them tells the same.</summary>
internal sealed class JobMetrics
{
    // From seconds to days: who asks for a job can wait.
    private static readonly InstrumentAdvice<double> Waits = new()
    {
        HistogramBucketBoundaries = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000],
    };

    private readonly Counter<long> _ended;
    private readonly Counter<long> _cache;
    private readonly Gauge<long> _open;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _duration;
    private readonly Gauge<long> _usage;
    private readonly Gauge<long> _free;

    public JobMetrics(IMeterFactory meters, IOptions<JobsOptions> options)
    {
        var (meter, most) = (meters.Create(ServiceMetrics.MeterName), options.Value.MaxBytes);
        _ended = meter.CreateCounter<long>("sassnet.jobs", "{job}", "Jobs that this process ended, by their state.");
        _cache = meter.CreateCounter<long>("sassnet.jobs.cache", "{job}", "Jobs whose results were looked for among those that are there, by whether they were.");
        _open = meter.CreateGauge<long>("sassnet.jobs.open", "{job}", "Jobs that have not ended, on all nodes, by their state; the same from every node.");
        _wait = meter.CreateHistogram(
            "sassnet.job.wait", "s", "How long jobs that this process began waited, from their acceptance to their first attempt.", advice: Waits);
        _duration = meter.CreateHistogram(
            "sassnet.job.duration", "s", "How long jobs that this process worked on took from their acceptance to their end, by their state.", advice: Waits);
        _usage = meter.CreateGauge<long>("sassnet.jobs.disk.usage", "By", "The inputs and results of all jobs; the same from every node.");
        _free = meter.CreateGauge<long>("sassnet.jobs.disk.free", "By", "What is free on the disk of the folder of the jobs.");
        meter.CreateObservableUpDownCounter(
            "sassnet.jobs.disk.limit", () => most, "By", "The most bytes of the inputs and results of all jobs (Sassnet:Jobs:MaxBytes).");
    }

    /// <summary>Shows every state from the start: what appears at its first job has no rate before the second.</summary>
    public void Begin()
    {
        foreach (var state in (ReadOnlySpan<JobState>)[JobState.Succeeded, JobState.Failed, JobState.Cancelled])
            Ended(state, 0);
    }

    public void Begun(TimeSpan waited) => _wait.Record(waited.TotalSeconds);

    public void Ended(JobState state, int count = 1) => _ended.Add(count, Tag(state));

    public void ResultsLookedFor(bool found) => _cache.Add(1, new KeyValuePair<string, object?>("result", found ? "hit" : "miss"));

    public void Took(JobState state, TimeSpan duration) => _duration.Record(duration.TotalSeconds, Tag(state));

    public void Are(long queued, long running)
    {
        _open.Record(queued, Tag(JobState.Queued));
        _open.Record(running, Tag(JobState.Running));
    }

    public void Store(long usage, long free)
    {
        _usage.Record(usage);
        _free.Record(free);
    }

    private static KeyValuePair<string, object?> Tag(JobState state) => new("state", state.ToString().ToLowerInvariant());
}
