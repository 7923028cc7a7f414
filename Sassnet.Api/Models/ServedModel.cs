using Sassnet.Api.Problems;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Models;

/// <summary>
/// A model that is served: a package, and its network on each device. Whoever works with it holds a lease; the networks are freed when it was retired and its
/// last lease has ended, so that nothing is freed under a request. Safe to use from several threads.
/// </summary>
internal sealed class ServedModel
{
    private const int BytesPerWeight = sizeof(float);

    private static readonly TimeSpan FailedRetry = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly DeviceModel?[] _devices;
    private readonly string?[] _faults;
    private bool _isShortOfMemory;

    // One is the catalogue's.
    private int _leases = 1;
    private bool _isRetired;

    /// <param name="package">The package.</param>
    /// <param name="evaluation">How well it did when it was published; null where nobody said.</param>
    /// <param name="devices">On how many devices it is to be loaded.</param>
    /// <param name="pace">How long scans take, where another version of it has learnt that; null where none has.</param>
    /// <exception cref="InvalidPackageException">The weights' file has no valid header.</exception>
    public ServedModel(ModelPackage package, PackageEvaluation? evaluation, int devices, ScanPace? pace = null)
    {
        (Package, Evaluation, Pace) = (package, evaluation, pace ?? new ScanPace());
        (_devices, _faults) = (new DeviceModel?[devices], new string?[devices]);
        MemoryBytes = package.CountWeights() * BytesPerWeight * devices;
    }

    /// <summary>The package.</summary>
    public ModelPackage Package { get; }

    /// <summary>How well it did when it was published; null where nobody said. It may be put beside the package later.</summary>
    public PackageEvaluation? Evaluation { get; set; }

    /// <summary>What its networks take, in bytes: 4 for each weight on each device, as in float32.</summary>
    public long MemoryBytes { get; }

    /// <summary>Whether its package is no longer in the folder; it is served on only while it is the default. Guarded by the catalogue's lock.</summary>
    public bool IsGone { get; set; }

    /// <summary><c>name@version</c>.</summary>
    public string Identifier => Package.Identifier;

    /// <summary>How long its scans take.</summary>
    public ScanPace Pace { get; }

    /// <summary>Whether it can answer: it can as soon as one device has it.</summary>
    public ModelState State
    {
        get
        {
            lock (_lock)
                return Array.Exists(_devices, device => device is not null) ? ModelState.Ready : Array.TrueForAll(_faults, fault => fault is not null) ? ModelState.Failed : ModelState.Loading;
        }
    }

    /// <summary>Why a device does not have it, as it may be told to anyone; null where none has failed.</summary>
    public string? Fault
    {
        get
        {
            lock (_lock)
                return Array.Find(_faults, fault => fault is not null);
        }
    }

    /// <summary>Whether a device does not have it for want of memory: what others take of that, they may give back.</summary>
    public bool IsShortOfMemory
    {
        get
        {
            lock (_lock)
                return _isShortOfMemory;
        }
    }

    /// <summary>How many hold it, the catalogue among them.</summary>
    public int Leases
    {
        get
        {
            lock (_lock)
                return _leases;
        }
    }

    /// <summary>The number formats that its networks compute in, each once; none while no device has it.</summary>
    public IReadOnlyList<Precision> Precisions
    {
        get
        {
            lock (_lock)
                return [.. _devices.OfType<DeviceModel>().Select(device => device.Model.Precision).Distinct()];
        }
    }

    /// <summary>Whether a device has it or may still get it.</summary>
    public bool MayBeOn(int device)
    {
        lock (_lock)
            return _faults[device] is null;
    }

    /// <summary>Its network on a device; null where that is not loaded, or not yet.</summary>
    /// <param name="device">The device's number among those of this service.</param>
    public DeviceModel? On(int device)
    {
        lock (_lock)
            return _devices[device];
    }

    /// <summary>How long a device that has it will take for a scan; refuses what takes longer than is allowed.</summary>
    /// <param name="grid">The prepared scan's grid.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="longest">The longest that is allowed.</param>
    /// <exception cref="ProblemException">It would take longer, or no device has the model.</exception>
    public TimeSpan Admit(GridSize grid, SegmentationRequest request, TimeSpan longest)
    {
        DeviceModel? device;
        lock (_lock)
            device = Array.Find(_devices, loaded => loaded is not null);
        return device is null ? throw Unavailable() : device.Admit(device.Model.Plan(grid, request.Mode, request.Quality), request, longest);
    }

    /// <summary>Begins to work with it.</summary>
    public ModelLease Lease()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_leases == 0, this);
            _leases++;
            return new ModelLease(this);
        }
    }

    /// <summary>Loads it onto a device and tries it out there. Hold a lease meanwhile.</summary>
    /// <param name="device">The device's number among those of this service.</param>
    /// <param name="options">Which device that is, and how it computes.</param>
    /// <param name="logger">Hears how it computes.</param>
    /// <param name="cancellation">Ends it.</param>
    public void LoadOn(int device, SegmenterOptions options, ILogger logger, CancellationToken cancellation)
    {
        LoadedModel? loaded = null;
        try
        {
            loaded = LoadedModel.Load(Package, options, logger);

            // What was read is what was opened: the file may have been replaced in between.
            Package.RequireWeights();
            var pace = WarmUp.Run(loaded, cancellation);
            lock (_lock)
                _devices[device] = new DeviceModel(loaded, pace);
        }
        catch (Exception failure)
        {
            loaded?.Dispose();
            var isOfMemory = failure is DeviceOutOfMemoryException or OutOfMemoryException;
            lock (_lock)
            {
                // A convolution without a way may lack no more than memory.
                _isShortOfMemory |= isOfMemory || DeviceOutOfMemoryException.IsMeantBy(failure);
                _faults[device] = isOfMemory ? "the device has no memory left for it at the moment"
                    : failure is WarmUpException or InvalidPackageException ? failure.Message.TrimEnd('.')
                    : "the service's log says why";
            }

            throw;
        }
    }

    /// <summary>Gives it out of the catalogue's hands: its networks are freed with its last lease. Further calls do nothing.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            if (_isRetired)
                return;
            _isRetired = true;
        }

        End();
    }

    /// <summary>The problem of requests for a model that no device has.</summary>
    public ProblemException Unavailable() => new(ProblemTypes.ModelUnavailable,
        $"The model {Identifier} could not be loaded: {Fault ?? "the service's log says why"}. Choose another one of GET /models.", FailedRetry);

    /// <summary>Ends a lease, or the catalogue's hold.</summary>
    internal void End()
    {
        lock (_lock)
        {
            if (--_leases > 0)
                return;
            foreach (var device in _devices)
                device?.Model.Dispose();
            Array.Clear(_devices);
        }
    }
}

/// <summary>The right to work with a model until it is disposed.</summary>
internal sealed class ModelLease(ServedModel model) : IDisposable
{
    private int _ended;

    /// <summary>The model.</summary>
    public ServedModel Model { get; } = model;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            Model.End();
    }
}
