using System.Diagnostics;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Models;

/// <summary>
/// Sends a made-up volume of a window's size through a model: finds a device that does not work, leaves nothing slow for the first request, and measures how
/// fast the model is here.
/// </summary>
internal static class WarmUp
{
    private const int Levels = 61;

    // The first pass prepares the kernels. Of the others the fastest counts: whatever else the machine does only ever adds to it. On a busy machine few are
    // spared, on an idle one all are alike.
    private const int FewestPasses = 3;
    private const int MostPasses = 16;
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(2);

    /// <summary>Runs it; returns the seconds that a voxel takes on its way through the network.</summary>
    /// <exception cref="WarmUpException">What the network answers is no number.</exception>
    public static double Run(LoadedModel model, CancellationToken cancellation)
    {
        Once(model, cancellation);
        var (start, fastest) = (Stopwatch.GetTimestamp(), double.PositiveInfinity);
        for (var pass = 0; pass < FewestPasses || (pass < MostPasses && Stopwatch.GetElapsedTime(start) < LongEnough); pass++)
            fastest = Math.Min(fastest, Once(model, cancellation));
        return fastest;
    }

    /// <summary>Sends the volume through once: whether a device still works. Returns the seconds that a voxel took.</summary>
    /// <exception cref="WarmUpException">What the network answers is no number.</exception>
    public static double Once(LoadedModel model, CancellationToken cancellation)
    {
        var seconds = 0.0;
        var stages = new SegmentationStages(
            model.Manifest, new SegmentationRequest(InferenceMode.Window), stage => seconds = stage.Name == "infer" ? stage.Seconds : seconds);
        try
        {
            var scan = stages.Prepare(MadeUp(model.Manifest), cancellation);
            var prediction = stages.Infer(model, scan, progress: null, cancellation);
            stages.Conclude(prediction, scan.Grid, cancellation);
            return seconds / prediction.Plan.NetworkVoxels;
        }
        catch (InvalidVolumeException failure)
        {
            throw new WarmUpException($"what {model.Manifest.Name}@{model.Manifest.Version} answers to a made-up volume on {model.Device} is no number", failure);
        }
    }

    private static Volume MadeUp(ModelManifest manifest)
    {
        var size = new GridSize(manifest.Inference.Patch[0], manifest.Inference.Patch[1], manifest.Inference.Patch[2]);
        var spacing = manifest.Preprocessing.SpacingMm;
        var voxels = new float[size.Count];
        for (var i = 0; i < voxels.Length; i++)
            voxels[i] = i % Levels;
        return new Volume(size, voxels, Affine.Scaling(new VoxelSize(spacing[0], spacing[1], spacing[2])));
    }
}

/// <summary>A model and its device do not work together. The message goes into a sentence, and may be read by anyone.</summary>
internal sealed class WarmUpException(string message, Exception inner) : Exception(message, inner);
