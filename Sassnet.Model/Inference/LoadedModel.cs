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
/// Peak memory of a call: in windows 8 bytes per voxel of the model's grid and 16 more for each structure, its two maps included, plus the activations of one window (about 0.2 GB for
/// 112×112×80 in bfloat16 at 16 filters); for the whole grid at once, in slabs or in tiles see <see cref="ActivationMemory"/>.
/// </remarks>
public sealed class LoadedModel : IDisposable
{
    private readonly MemberNetworks _networks;
    private readonly SegmenterOptions _options;
    private readonly ILogger _logger;

    private LoadedModel(ModelManifest manifest, MemberNetworks networks, Precision precision, SegmenterOptions options, ILogger logger)
    {
        Manifest = manifest;
        Precision = precision;
        _networks = networks;
        _options = options;
        _logger = logger;
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
    /// in as many tiles as the memory asks for; a sliding window where those would be more work, or none fits.
    /// </summary>
    /// <param name="grid">The prepared scan's grid.</param>
    /// <param name="requested">How.</param>
    /// <param name="quality">What <see cref="InferenceMode.Auto"/> chooses by.</param>
    public InferencePlan Plan(GridSize grid, InferenceMode requested, InferenceQuality quality = InferenceQuality.Balanced)
    {
        var plan = PlanOf(grid, requested == InferenceMode.Auto ? Chosen(grid, quality) : requested);
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

    /// <summary>Leads the network over a scan as planned; one window or mirrored pass at once, in smaller tiles, or with a sliding window, where the device's memory runs out.</summary>
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
                SegmenterLog.WholeRanOutOfMemory(_logger, tiles.Largest, _networks.Device);
                plan = Logged(Whole(plan.Grid, plan.Mode, tiles.Smaller()), plan.Mode);
            }
        }

        var (window, stride) = (Grid(Manifest.Inference.Patch), Grid(Manifest.Inference.Stride));
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

        static GridSize Grid(IReadOnlyList<int> sides) => new(sides[0], sides[1], sides[2]);
    }

    private int OneAtOnce(int batch)
    {
        SegmenterLog.BatchRanOutOfMemory(_logger, batch, _networks.Device);
        return 1;
    }

    // Of the modes that the package was measured in, each at what it comes to on this grid; those that come to windows in the end are none of their own.
    private InferenceMode Chosen(GridSize grid, InferenceQuality quality)
    {
        var dice = Manifest.Inference.ValidationDice;
        return ModeChoice.Of(quality, [.. InferenceModes.Explicit
            .Where(mode => dice.ContainsKey(mode.Word()))
            .Select(mode => (Mode: mode, Plan: PlanOf(grid, mode)))
            .Where(one => one.Plan.Mode == one.Mode)
            .Select(one => new MeasuredMode(one.Mode, dice[one.Mode.Word()], one.Plan.NetworkVoxels))]);
    }

    private InferencePlan PlanOf(GridSize grid, InferenceMode mode) => mode == InferenceMode.Window
        ? InferencePlan.Of(grid, mode, Manifest.Inference, _networks.Count)
        : Whole(grid, mode, TileGrid.Fitting(grid, MemoryFor(grid), padded => OfOnePass(padded, mode), tile => OfTiles(grid, tile, mode)));

    // With windows where there are no such tiles, or these would be more work.
    private InferencePlan Whole(GridSize grid, InferenceMode mode, TileGrid? tiles)
    {
        var windows = InferencePlan.Of(grid, InferenceMode.Window, Manifest.Inference, _networks.Count);
        var whole = InferencePlan.Of(grid, mode, Manifest.Inference, _networks.Count, tiles);
        return tiles is null || (tiles.InSlabs && whole.NetworkVoxels > windows.NetworkVoxels) ? windows : whole;
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

    // A CUDA device says itself when its memory runs out; the processor's system might end the process instead. Of several members the sums of what those before
    // have predicted are there beside each.
    private long MemoryFor(GridSize grid) => _networks.Device.type != TorchSharp.DeviceType.CPU ? long.MaxValue
        : _options.WholeMemoryBytes - (_networks.Count > 1 ? ActivationMemory.OfMaps(grid, _networks.Classes) : 0);

    private long OfOnePass(GridSize padded, InferenceMode mode) => mode == InferenceMode.Whole
        ? ActivationMemory.OfOnePass(padded, Filters, BytesPerValue, _networks.Classes)
        : ActivationMemory.OfMirroredPasses(padded, Filters, BytesPerValue, MirrorsAtOnce, _networks.Classes);

    private long OfTiles(GridSize grid, GridSize tile, InferenceMode mode) => mode == InferenceMode.Whole
        ? ActivationMemory.OfTiles(grid, tile, Filters, BytesPerValue, _networks.Classes)
        : ActivationMemory.OfMirroredTiles(grid, tile, Filters, BytesPerValue, MirrorsAtOnce, _networks.Classes);

    private int Filters => Manifest.Architecture.Filters;

    private int BytesPerValue => Precision == Precision.Float32 ? sizeof(float) : sizeof(short);

    private int MirrorsAtOnce => Math.Min(_options.WindowBatch, MirroredInference.Passes);

    // LibTorch keeps this setting per thread, so every call sets it.
    private static void UseThreads(SegmenterOptions options) => set_num_threads(options.Threads == 0 ? Environment.ProcessorCount : options.Threads);
}
