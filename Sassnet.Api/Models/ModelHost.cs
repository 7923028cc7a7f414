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
    private readonly SegmenterOptions _options;
    private readonly ComputeGate _gate;
    private readonly JobQueue _queue;
    private readonly RetryEstimate _retry = new();
    private readonly ServiceMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly CancellationTokenSource _stopping = new();
    private int _isDisposed;
    private volatile ModelState _state = ModelState.Loading;

    public ModelHost(ModelPackage package, SegmenterOptions options, int queueLength, ComputeGate gate, ServiceMetrics metrics, ILogger logger)
    {
        Package = package;
        _options = options;
        _gate = gate;
        _queue = new JobQueue(queueLength);
        _metrics = metrics;
        _logger = logger;
        _thread = new Thread(Work) { Name = $"model {package.Identifier}", IsBackground = true };
    }

    /// <summary>The model.</summary>
    public ModelPackage Package { get; }

    /// <summary>Whether it can answer.</summary>
    public ModelState State => _state;

    /// <summary>Begins to load the model.</summary>
    public void Start() => _thread.Start();

    /// <summary>Ends the running job between two windows and those that wait, then frees the model.</summary>
    public void Dispose()
    {
        // The host's stop and the container's end both come here.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _stopping.Cancel();
        foreach (var job in _queue.Close())
            Cancelled(job);
        if (!_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted))
            _thread.Join();
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
    /// <exception cref="ProblemException">The queue is full, or the model could not be loaded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the service stops.</exception>
    public async Task<T> RunAsync<T>(Func<Segmenter, CancellationToken, T> work, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping.Token);
        var queuedAt = Stopwatch.GetTimestamp();
        var job = new Job<T>(
            (segmenter, token) =>
            {
                _metrics.Waited(Stopwatch.GetElapsedTime(queuedAt), Package.Identifier);
                return work(segmenter, token);
            },
            either.Token);
        if (!_queue.TryAdd(job))
            throw _state == ModelState.Failed ? Unavailable() : Full();
        _metrics.QueueChanged(+1, Package.Identifier);
        await using var leaving = either.Token.Register(() =>
        {
            if (_queue.Remove(job))
                Cancelled(job);
        });
        return await job.Result;
    }

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
        try
        {
            _gate.Run(
                () =>
                {
                    segmenter = Segmenter.Load(Package, _options, _logger);
                    WarmUp.Run(segmenter, Package.Manifest, _stopping.Token);
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
            _gate.Run(() => _retry.Measure(() => job.Run(segmenter)), job.Cancellation);
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
        var wait = _retry.Next();
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
