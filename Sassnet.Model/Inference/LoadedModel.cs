using Microsoft.Extensions.Logging;
using Sassnet.Model.Devices;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>
/// A package's network on a device, or its several, whose maps are averaged, and the stage <c>infer</c>, the only one that needs the device. Calls do not change it, so several threads may share it;
/// as one call already keeps the whole device busy, running them one after another is as fast and needs less memory. Dispose it only when no call is running.
/// </summary>
/// <remarks>
/// Peak memory of a call: see <see cref="ActivationMemory"/>; in windows 8 bytes per voxel of the model's grid, 4 in the half precisions, and 16 more for each structure, its two maps
/// included, plus the activations of one window (about 0.2 GB for 112×112×80 in bfloat16 at 16 filters).
/// </remarks>
public sealed class LoadedModel : IDisposable
{
    private readonly MemberNetworks _networks;
    private readonly InferencePlanner _planner;
    private readonly SegmenterOptions _options;
    private readonly ILogger _logger;

    private LoadedModel(ModelManifest manifest, MemberNetworks networks, Precision precision, SegmenterOptions options, ILogger logger)
    {
        Manifest = manifest;
        Precision = precision;
        _networks = networks;
        _options = options;
        _logger = logger;

        // A CUDA device says itself when its memory runs out; the processor's system might end the process instead.
        var memory = networks.Device.type == TorchSharp.DeviceType.CPU ? options.WholeMemoryBytes : long.MaxValue;
        _planner = new InferencePlanner(manifest, precision == Precision.Float32 ? sizeof(float) : sizeof(short), options.WindowBatch, memory);
    }

    /// <summary>What the package says of itself.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>The device it computes on: <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device => _networks.Device.ToString();

    /// <summary>The precision it computes in; never <see cref="Precision.Auto"/>.</summary>
    public Precision Precision { get; }

    /// <summary>Loads a package's network onto a device, and finds the precision where that is left open.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or the device is unknown, absent, or cannot compute in the precision.</exception>
    /// <exception cref="InvalidPackageException">The weights do not fit the architecture.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device's memory does not hold the network.</exception>
    public static LoadedModel Load(ModelPackage package, SegmenterOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var device = TorchDevice.Find(options.Device);
        try
        {
            UseThreads(options);
            using var numbers = FinalizationPause.Begin();
            using var scope = NewDisposeScope();
            using var network = package.LoadNetwork();
            var precision = PrecisionChoice.Resolve(options.Precision, network, device, logger);
            var folded = MemberNetworks.Fold(package, network, PrecisionChoice.TypeOf(precision), device);
            var threads = get_num_threads();
            SegmenterLog.Loaded(logger, package.Manifest.Name, package.Manifest.Version, device, precision, threads);
            return new LoadedModel(package.Manifest, folded, precision, options, logger);
        }
        catch (Exception failure) when (DeviceOutOfMemoryException.IsSaidBy(failure))
        {
            throw DeviceOutOfMemoryException.OfNetwork(device.ToString(), failure);
        }
    }

    /// <summary>
    /// What leading the network over a scan will come to, in the mode asked for, or with <see cref="InferenceMode.Auto"/> in the one that suits: whole in one pass or
    /// in as many tiles as the memory asks for; where those would be more work than a sliding window, or none fits, the window or tiles of no more work,
    /// whichever needs less memory.
    /// </summary>
    /// <param name="grid">The prepared scan's grid.</param>
    /// <param name="requested">How.</param>
    /// <param name="quality">What <see cref="InferenceMode.Auto"/> chooses by.</param>
    public InferencePlan Plan(GridSize grid, InferenceMode requested, InferenceQuality quality = InferenceQuality.Balanced)
    {
        var plan = requested == InferenceMode.Auto ? _planner.Chosen(grid, quality) : _planner.Of(grid, requested);
        return Logged(plan, requested == InferenceMode.Auto ? plan.Mode : requested);
    }

    /// <summary>Leads the network over a scan.</summary>
    /// <param name="scan">The scan, prepared as the package asks.</param>
    /// <param name="requested">How; a whole scan too large for one pass is taken in tiles.</param>
    /// <param name="cancellation">Looked at between windows and tiles.</param>
    /// <returns>The maps of each label on the scan's grid, in the package's order, and the mode that was used.</returns>
    /// <exception cref="InvalidVolumeException">Intensities lie so far from the others that the network's sums overflow.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device's memory ran out; the next call may succeed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public (IReadOnlyList<PredictedMaps> Maps, InferenceMode Mode) Infer(PreparedScan scan, InferenceMode requested, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scan);
        var (maps, plan) = Infer(scan, Plan(scan.Image.Size, requested), progress: null, cancellation);
        return (maps, plan.Mode);
    }

    /// <summary>
    /// Leads the network over a scan as planned; where the device's memory runs out, one window or mirrored pass at once, in smaller tiles, or with a sliding window, as
    /// long as that is estimated to need less than what ran out.
    /// </summary>
    /// <returns>The maps of each label on the scan's grid, in the package's order, and what it came to.</returns>
    /// <inheritdoc cref="Infer(PreparedScan, InferenceMode, CancellationToken)"/>
    internal (IReadOnlyList<PredictedMaps> Maps, InferencePlan Plan) Infer(PreparedScan scan, InferencePlan plan, IProgress<double>? progress, CancellationToken cancellation)
    {
        try
        {
            UseThreads(_options);
            using var numbers = FinalizationPause.Begin();
            var prediction = Lead(scan.Image.Voxels, plan, progress, cancellation);
            return prediction.Maps.All(maps => maps.AreNumbers) ? prediction : throw NoNumbers(scan.Image);
        }
        catch (Exception failure) when (DeviceOutOfMemoryException.IsSaidBy(failure))
        {
            throw new DeviceOutOfMemoryException(Device, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _networks.Dispose();

    private (IReadOnlyList<PredictedMaps> Maps, InferencePlan Plan) Lead(float[] voxels, InferencePlan plan, IProgress<double>? progress, CancellationToken cancellation)
    {
        var batch = _options.WindowBatch;
        while (plan.Tiles is { } tiles)
        {
            try
            {
                var maps = _networks.Mean(progress, (network, told) => plan.Mode == InferenceMode.Whole
                    ? TiledInference.Run(network, voxels, tiles, cancellation, told)
                    : MirroredInference.Mean(network, voxels, tiles, batch, cancellation, told));
                return (maps, plan);
            }
            catch (Exception failure) when (batch > 1 && plan.Mode != InferenceMode.Whole && DeviceOutOfMemoryException.IsMeantBy(failure))
            {
                batch = OneAtOnce(batch);
            }
            catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
            {
                if (_planner.Smaller(plan) is not { } smaller)
                    throw;
                SegmenterLog.WholeRanOutOfMemory(_logger, tiles.Largest, _networks.Device);

                // Windows too go one by one from here: that is what they were estimated as.
                (plan, batch) = (Logged(smaller, plan.Mode), 1);
            }
        }

        var (window, stride) = (InferencePlan.SizeOf(Manifest.Inference.Patch), InferencePlan.SizeOf(Manifest.Inference.Stride));
        try
        {
            return (Slid(batch), plan);
        }
        catch (Exception failure) when (batch > 1 && DeviceOutOfMemoryException.IsMeantBy(failure))
        {
            return (Slid(OneAtOnce(batch)), plan);
        }

        IReadOnlyList<PredictedMaps> Slid(int atOnce) => _networks.Mean(
            progress, (network, told) => WindowedInference.Slide(network, voxels, plan.Grid, window, stride, atOnce, cancellation, told));
    }

    private int OneAtOnce(int batch)
    {
        SegmenterLog.BatchRanOutOfMemory(_logger, batch, _networks.Device);
        return 1;
    }

    private InferencePlan Logged(InferencePlan plan, InferenceMode wanted)
    {
        if (plan.Mode != wanted)
            SegmenterLog.DoesNotFit(_logger, wanted, plan.Grid);
        else if (plan.Tiles is { InSlabs: true } tiles)
            SegmenterLog.Tiled(_logger, plan.Grid, tiles.Largest, tiles.Count);
        return plan;
    }

    private static InvalidVolumeException NoNumbers(Volume image) => new(
        InvalidVolumeKind.NotServable,
        "intensities",
        FormattableString.Invariant($"The intensities reach from {image.Voxels.Min():G4} to {image.Voxels.Max():G4} standard deviations from their mean, and the network's answer to that is no number. Look for damaged voxels."));

    // LibTorch keeps this setting per thread, so every call sets it.
    private static void UseThreads(SegmenterOptions options) => set_num_threads(options.Threads == 0 ? Environment.ProcessorCount : options.Threads);
}
