using Sassnet.Model.Inference;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Models;

/// <summary>Sends one made-up volume of a window's size through a model: finds a device that does not work, and leaves nothing slow for the first request.</summary>
internal static class WarmUp
{
    private const int Levels = 61;

    public static void Run(Segmenter segmenter, ModelManifest manifest, CancellationToken cancellation)
    {
        var size = new GridSize(manifest.Inference.Patch[0], manifest.Inference.Patch[1], manifest.Inference.Patch[2]);
        var spacing = manifest.Preprocessing.SpacingMm;
        var voxels = new float[size.Count];
        for (var i = 0; i < voxels.Length; i++)
            voxels[i] = i % Levels;
        var volume = new Volume(size, voxels, Affine.Scaling(new VoxelSize(spacing[0], spacing[1], spacing[2])));
        segmenter.Segment(volume, new SegmentationRequest(), cancellation);
    }
}
