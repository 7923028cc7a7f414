using Sassnet.Model.Volumes;

namespace Sassnet.Model.Tests.Inference;

/// <summary>Volumes that look somewhat like a scan: a bright ellipsoid off the centre, waves and noise, the same every time.</summary>
internal static class Scans
{
    public static Volume Ellipsoid(GridSize size, VoxelSize? voxelSize = null)
    {
        var random = new Random(3);
        var voxels = new float[size.Count];
        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
            {
                for (var x = 0; x < size.X; x++)
                {
                    var (u, v, w) = ((x / (double)size.X) - 0.4, (y / (double)size.Y) - 0.55, (z / (double)size.Z) - 0.45);
                    var inside = (u * u * 14) + (v * v * 20) + (w * w * 17) < 1 ? 300 : 0;
                    voxels[size.IndexOf(x, y, z)] = (float)(inside + (80 * Math.Sin(x * 0.3)) + (40 * Math.Cos(z * 0.5)) + (20 * random.NextDouble()));
                }
            }
        }

        return new Volume(size, voxels, Affine.Scaling(voxelSize ?? VoxelSize.Unit));
    }
}
