using System.Diagnostics;
using Sassnet.Model.Inference;
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
    public static double Run(Segmenter segmenter, ModelManifest manifest, CancellationToken cancellation)
    {
        var size = new GridSize(manifest.Inference.Patch[0], manifest.Inference.Patch[1], manifest.Inference.Patch[2]);
        var spacing = manifest.Preprocessing.SpacingMm;
        var voxels = new float[size.Count];
        for (var i = 0; i < voxels.Length; i++)
            voxels[i] = i % Levels;
        var volume = new Volume(size, voxels, Affine.Scaling(new VoxelSize(spacing[0], spacing[1], spacing[2])));
        SecondsPerVoxel(segmenter, volume, cancellation);
        var (start, fastest) = (Stopwatch.GetTimestamp(), double.PositiveInfinity);
        for (var pass = 0; pass < FewestPasses || (pass < MostPasses && Stopwatch.GetElapsedTime(start) < LongEnough); pass++)
            fastest = Math.Min(fastest, SecondsPerVoxel(segmenter, volume, cancellation));
        return fastest;
    }

    private static double SecondsPerVoxel(Segmenter segmenter, Volume volume, CancellationToken cancellation)
    {
        var plan = default(InferencePlan);
        var result = segmenter.Segment(volume, new SegmentationRequest(InferenceMode.Window), planned => plan = planned, cancellation);
        return result.InferenceSeconds / plan.NetworkVoxels;
    }
}
