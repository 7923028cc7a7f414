namespace Sassnet.Model.Preprocessing;

/// <summary>Some of an image's voxels, spread evenly over it: enough for percentiles and moments where all of them would take too long.</summary>
public static class VoxelSample
{
    // 2^32 divided by the golden ratio: the multiples of that share, less their whole part, fill [0, 1) evenly (H. Weyl, 1916), and keep step with no period.
    private const uint GoldenRatio = 0x9E3779B9;

    /// <summary>
    /// One voxel of each of <paramref name="most"/> equal pieces of the image, at a place within its piece that differs from piece to piece. The same place
    /// in each, every n-th voxel, would see a few columns only where a row's length shares a factor with n.
    /// </summary>
    /// <param name="voxels">The image, at least one voxel.</param>
    /// <param name="most">How many voxels to take, at least one.</param>
    /// <returns>A new array of that many, or of all voxels where there are not more. The same for the same image.</returns>
    public static float[] Of(ReadOnlySpan<float> voxels, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (voxels.Length <= most)
            return voxels.ToArray();
        var sample = new float[most];
        for (var i = 0; i < most; i++)
        {
            var start = (int)((long)i * voxels.Length / most);
            var length = (int)((i + 1L) * voxels.Length / most) - start;
            var place = (int)(((ulong)unchecked((uint)i * GoldenRatio) * (uint)length) >> 32);
            sample[i] = voxels[start + place];
        }

        return sample;
    }
}
