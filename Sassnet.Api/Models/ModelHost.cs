using System.Diagnostics;
using Sassnet.Api.Problems;
using Sassnet.Api.Telemetry;
using Sassnet.Model.Inference;
using Sassnet.Model.Packages;

namespace Sassnet.Api.Models;

/// <summary>
/// Runs one model: a thread of its own loads it, works through a bounded queue and frees it in the end. No other thread touches the model, so
/// nothing can be freed under a request, and no thread of the pool is held for the length of an inference.
/// </summary>
internal sealed partial class ModelHost : IDisposable
{
    private static readonly TimeSpan LoadingGuess = TimeSpan.FromSeconds(5);

    private readonly SegmenterOptions _options;
    private readonly TimeSpan _maxEstimatedTime;
    private readonly ComputeGate _gate;
    private readonly JobQueue _queue;
    private readonly JobPace _pace = new();
    private readonly Backlog _backlog;
    private readonly ServiceMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly CancellationTokenSource _stopping = new();
    private int _isDisposed;
    private double _secondsPerVoxel;
    private volatile ModelState _state = ModelState.Loading;

    public ModelHost(
        ModelPackage package,
        InferenceOptions options,
        int queueLength,
        ComputeGate gate,
        Backlog backlog,
        ServiceMetrics metrics,
        ILogger logger)
    {
        Package = package;
        _options = options.ForSegmenter();
        _maxEstimatedTime = options.MaxEstimatedTime;
        _gate = gate;
        _backlog = backlog;
        _queue = new JobQueue(queueLength);
        _metrics = metrics;
        _logger = logger;
        _thread = new Thread(Work) { Name = $"model {package.Identifier}", IsBackground = true };
    }

    /// <summary>The model.</summary>
    public ModelPackage Package { get; }

    /// <summary>How well it did when it was published; null where nobody said.</summary>
    public PackageEvaluation? Evaluation { get; init; }

    /// <summary>Whether it can answer.</summary>
    public ModelState State => _state;

    /// <summary>Begins to load the model.</summary>
    public void Start() => _thread.Start();

    /// <summary>Ends the running job between two windows and those that wait, then frees the model.</summary>
    public void Dispose()
    {
        // The host's stop and the container's end both come here, perhaps at once; neither may go on while the model's thread still runs.
        var isFirst = Interlocked.Exchange(ref _isDisposed, 1) == 0;
        if (isFirst)
        {
            _stopping.Cancel();
            foreach (var job in _queue.Close())
                Cancelled(job);
        }

        if (!_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted))
            _thread.Join();
        if (isFirst)
            _stopping.Dispose();
    }

    /// <summary>Ends the request early when it would find no place in the queue: before its upload, not after.</summary>
    /// <exception cref="ProblemException">The queue is full, or the model could not be loaded.</exception>
    public void ThrowIfUnavailable()
    {
        if (_state == ModelState.Failed)
            throw Unavailable();
        if (_queue.IsFull)
            throw Full();
    }

    /// <summary>Does work on the model's thread when its turn comes.</summary>
    /// <param name="work">The work; told of its place among what runs, where it may say how long it will take once it knows better.</param>
    /// <param name="size">What is known of it before.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ProblemException">The queue is full, or the model could not be loaded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the service stops.</exception>
    public async Task<T> RunAsync<T>(Func<Segmenter, PlannedWork, CancellationToken, T> work, JobSize size, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping.Token);
        using var planned = _backlog.Add(_pace.Expect(size));
        var queuedAt = Stopwatch.GetTimestamp();
        var job = new Job<T>(
            (segmenter, token) =>
            {
                _metrics.Waited(Stopwatch.GetElapsedTime(queuedAt), Package.Identifier);
                planned.Begin();
                var start = Stopwatch.GetTimestamp();
                var result = work(segmenter, planned, token);
                _pace.Learn(size, Stopwatch.GetElapsedTime(start));
                return result;
            },
            either.Token);
        if (!_queue.TryAdd(job))
        {
            planned.Dispose();
            throw _state == ModelState.Failed ? Unavailable() : Full();
        }

        _metrics.QueueChanged(+1, Package.Identifier);
        await using var leaving = either.Token.Register(() =>
        {
            if (_queue.Remove(job))
                Cancelled(job);
        });
        return await job.Result;
    }

    /// <summary>Takes note of how long an inference will take, or refuses it. Call it on the model's thread.</summary>
    /// <exception cref="ProblemException">It would take longer than this service allows.</exception>
    public void Admit(InferencePlan plan, InferenceMode requested, PlannedWork work)
    {
        var expected = Expected(plan);
        work.Expect(fromNow: expected);
        if (expected <= _maxEstimatedTime)
            return;
        var whole = Expected(InferencePlan.Of(plan.Grid, InferenceMode.Whole, Package.Manifest.Inference));
        var advice = requested != InferenceMode.Whole && plan.Mode == InferenceMode.Window && whole <= _maxEstimatedTime
            ? FormattableString.Invariant($"Crop the volume, send it at a coarser voxel size, or ask for inference=whole (about {whole.TotalSeconds:0.#} s).")
            : "Crop the volume, or send it at a coarser voxel size.";
        throw new ProblemException(ProblemTypes.EstimatedTime,
            FormattableString.Invariant($"The volume has {plan.Grid} voxels at the model's voxel size; leading the network over them ")
                + (plan.Mode == InferenceMode.Window ? "window by window" : "in one pass")
                + FormattableString.Invariant($" would take about {expected.TotalSeconds:0.#} s, and this service allows {_maxEstimatedTime.TotalSeconds:0.###} s. {advice}"));
    }

    /// <summary>Takes note of how long an inference took: a pace that was measured on a busy machine must not refuse what an idle one serves. Call it on the model's thread.</summary>
    public void Learn(InferencePlan plan, double seconds) => _secondsPerVoxel = Math.Min(_secondsPerVoxel, seconds / plan.NetworkVoxels);

    private TimeSpan Expected(InferencePlan plan) => TimeSpan.FromSeconds(plan.NetworkVoxels * _secondsPerVoxel);

    private void Work()
    {
        try
        {
            using var segmenter = Load();
            _state = ModelState.Ready;
            while (_queue.Take() is { } job)
            {
                _metrics.QueueChanged(-1, Package.Identifier);
                RunNext(job, segmenter);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped while it was loading.
        }
        catch (Exception failure)
        {
            _state = ModelState.Failed;
            LogFailed(failure, Package.Identifier);
            foreach (var job in _queue.Close())
            {
                _metrics.QueueChanged(-1, Package.Identifier);
                job.Fail(Unavailable());
            }
        }
    }

    private Segmenter Load()
    {
        Segmenter? segmenter = null;
        using var planned = _backlog.Add(LoadingGuess);
        try
        {
            _gate.Run(
                () =>
                {
                    planned.Begin();
                    segmenter = Segmenter.Load(Package, _options, _logger);
                    _secondsPerVoxel = WarmUp.Run(segmenter, Package.Manifest, _stopping.Token);
                },
                _stopping.Token);
        }
        catch
        {
            segmenter?.Dispose();
            throw;
        }

        LogReady(Package.Identifier);
        return segmenter!;
    }

    private void RunNext(Job job, Segmenter segmenter)
    {
        try
        {
            _gate.Run(() => job.Run(segmenter), job.Cancellation);
        }
        catch (OperationCanceledException)
        {
            job.Cancel();
        }
    }

    private void Cancelled(Job job)
    {
        _metrics.QueueChanged(-1, Package.Identifier);
        job.Cancel();
    }

    private ProblemException Full()
    {
        var (running, all) = _backlog.Remaining();
        var wait = RetryEstimate.Between(running, all, Random.Shared.NextDouble());
        return new ProblemException(ProblemTypes.QueueFull,
            FormattableString.Invariant($"{_queue.Count} requests are already waiting for {Package.Identifier}, the most this service takes. ")
                + FormattableString.Invariant($"Try again in about {wait.TotalSeconds:0} s."),
            wait);
    }

    public ProblemException Unavailable() => new(ProblemTypes.ModelUnavailable,
        $"The model {Package.Identifier} could not be loaded; the service's log says why. Choose another one of GET /models.", RetryEstimate.Longest);

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "Model {Model} is ready")]
    private partial void LogReady(string model);

    [LoggerMessage(EventId = 21, Level = LogLevel.Error, Message = "Model {Model} could not be loaded")]
    private partial void LogFailed(Exception failure, string model);
}
