using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sassnet.Model.Morphology;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>
/// Segments volumes with one model package on one device. Calls do not change it, so several threads may share it; as one call already keeps
/// all its cores busy, running them one after another is as fast and needs less memory. Dispose it only when no call is running.
/// </summary>
/// <remarks>
/// Peak memory of a call, beyond the input volume and the three maps of the result: the volume in the model's orientation and at its voxel size,
/// and during inference 24 bytes per voxel of the model's grid plus the activations of one window (about 0.2 GB for 112×112×80 in
/// bfloat16 at 16 filters) or of the whole grid (<see cref="ActivationMemory"/>).
/// </remarks>
public sealed class Segmenter : IDisposable
{
    /// <summary>The name of the activity source that has one span per stage.</summary>
    public const string ActivitySourceName = "Sassnet.Model";

    private readonly ModelPackage _package;
    private readonly FoldedVNet _network;
    private readonly SegmenterOptions _options;
    private readonly ILogger _logger;

    private Segmenter(ModelPackage package, FoldedVNet network, Precision precision, SegmenterOptions options, ILogger logger)
    {
        _package = package;
        _network = network;
        Precision = precision;
        _options = options;
        _logger = logger;
    }

    /// <summary>The device it computes on: <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device => _network.Device.ToString();

    /// <summary>The precision it computes in; never <see cref="Precision.Auto"/>.</summary>
    public Precision Precision { get; }

    /// <summary>Loads a package's network onto a device, and finds the precision where that is left open.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or the device is unknown, absent, or cannot compute in the precision.</exception>
    /// <exception cref="InvalidPackageException">The weights do not fit the architecture.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device's memory does not hold the network.</exception>
    public static Segmenter Load(ModelPackage package, SegmenterOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var device = InferenceDevice.Find(options.Device);
        try
        {
            UseThreads(options);
            using var numbers = FinalizationPause.Begin();
            using var scope = NewDisposeScope();
            using var network = package.LoadNetwork();
            var precision = PrecisionChoice.Resolve(options.Precision, network, device, logger);
            var folded = new FoldedVNet(network, PrecisionChoice.TypeOf(precision), device);
            var threads = get_num_threads();
            SegmenterLog.Loaded(logger, package.Manifest.Name, package.Manifest.Version, device, precision, threads);
            return new Segmenter(package, folded, precision, options, logger);
        }
        catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
        {
            throw new DeviceOutOfMemoryException(device.ToString(), failure);
        }
    }

    /// <summary>Segments one volume.</summary>
    /// <param name="input">A scan of any orientation and voxel size, in any intensity unit; it is not changed.</param>
    /// <param name="request">What to make of it.</param>
    /// <param name="cancellation">Looked at between stages, and between windows.</param>
    /// <exception cref="InvalidVolumeException">The volume's extent is beyond what can be served.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device's memory ran out; the next call may succeed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public SegmentationResult Segment(Volume input, SegmentationRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(request);
        request.Check();
        var clock = new StageClock(cancellation);
        var space = new ModelSpace(_package.Manifest.Preprocessing, input);
        try
        {
            var voxels = Preprocess(input, space, clock);
            var (maps, mode) = clock.Run("infer", span => Infer(voxels, space.Size, request.Mode, span, cancellation));
            var (probability, sdm) = clock.Run("restore", _ => (space.RestoreProbability(maps.Probability), space.RestoreSdm(maps.Sdm)));
            return CleanUp(probability, sdm, request, clock) with { Mode = mode, Stages = clock.Stages };
        }
        catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
        {
            throw new DeviceOutOfMemoryException(Device, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private float[] Preprocess(Volume input, ModelSpace space, StageClock clock)
    {
        var reoriented = clock.Run("reorient", _ => space.Reorient(input));
        var resampled = clock.Run("resample", _ => space.Resample(reoriented));
        return clock.Run("normalise", _ =>
        {
            // In place, but not in the caller's volume.
            var voxels = ReferenceEquals(resampled.Voxels, input.Voxels) ? (float[])resampled.Voxels.Clone() : resampled.Voxels;
            IntensityNormaliser.Normalise(voxels, _package.Manifest.Preprocessing.Normalisation);
            return voxels;
        });
    }

    private (PredictedMaps Maps, InferenceMode Mode) Infer(
        float[] voxels, GridSize size, InferenceMode requested, Activity? span, CancellationToken cancellation)
    {
        UseThreads(_options);
        using var numbers = FinalizationPause.Begin();
        var mode = ModeChoice.Resolve(requested, _package.Manifest.Inference.ValidationDice);
        if (mode == InferenceMode.Whole && !WholeFits(size))
            mode = InferenceMode.Window;
        span?.SetTag("sassnet.mode", mode.ToString()).SetTag("sassnet.precision", Precision.ToString()).SetTag("sassnet.grid", size.ToString());
        if (mode == InferenceMode.Whole)
        {
            try
            {
                return (WindowedInference.Whole(_network, voxels, size, cancellation), mode);
            }
            catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
            {
                SegmenterLog.WholeRanOutOfMemory(_logger, size, _network.Device);
            }
        }

        var (window, stride) = (Grid(_package.Manifest.Inference.Patch), Grid(_package.Manifest.Inference.Stride));
        return (WindowedInference.Slide(_network, voxels, size, window, stride, _options.WindowBatch, cancellation), InferenceMode.Window);

        static GridSize Grid(IReadOnlyList<int> sides) => new(sides[0], sides[1], sides[2]);
    }

    private bool WholeFits(GridSize size)
    {
        // A CUDA device says itself when its memory runs out; the processor's system might end the process instead.
        if (_network.Device.type != TorchSharp.DeviceType.CPU)
            return true;
        var filters = _package.Manifest.Architecture.Filters;
        var needed = ActivationMemory.OfOnePass(GridPadding.ToMultiples(size).Padded, filters, Precision == Precision.Float32 ? 4 : 2);
        if (needed <= _options.WholeMemoryBytes)
            return true;
        SegmenterLog.WholeDoesNotFit(_logger, size, needed >> 20, _options.WholeMemoryBytes >> 20);
        return false;
    }

    private SegmentationResult CleanUp(Volume probability, Volume sdm, SegmentationRequest request, StageClock clock) => clock.Run("clean-up", _ =>
    {
        var size = probability.Size;
        var mask = MaskedMaps.Above(probability.Voxels, request.Threshold, _package.Manifest.Labels[0].Value);
        var agreement = MaskedMaps.Agreement(mask, sdm.Voxels).Dice;
        var (found, removed) = request.KeepLargest
            ? ConnectedComponents.KeepLargest(mask, size, Connectivity.Corner)
            : (ConnectedComponents.Of(mask, size, Connectivity.Corner).Count, 0);
        return new SegmentationResult
        {
            Segmentation = new LabelMap(size, mask, probability.Affine),
            Probability = probability,
            Sdm = sdm,
            ComponentsFound = found,
            ComponentsRemoved = removed,
            HeadAgreement = agreement,
            Mode = request.Mode,
            Device = Device,
            Precision = Precision,
            Stages = clock.Stages,
        };
    });

    // LibTorch keeps this setting per thread, so every call sets it.
    private static void UseThreads(SegmenterOptions options) => set_num_threads(options.Threads == 0 ? Environment.ProcessorCount : options.Threads);
}
