namespace Sassnet.Training.Preparation.Raw;

/// <summary>The values of a mask, which has one beside 0; what has several is a label of several structures.</summary>
internal static class MaskValues
{
    /// <summary>How many of too many values are named.</summary>
    public const int MostNamed = 5;

    /// <summary>The values other than 0, and of too many only as many as are named and one.</summary>
    public static SortedSet<float> Of(float[] voxels)
    {
        var values = new SortedSet<float>();
        var last = 0f;
        foreach (var voxel in voxels)
        {
            if (voxel == 0 || voxel == last)
                continue;
            last = voxel;
            if (values.Add(voxel) && values.Count > MostNamed)
                break;
        }

        return values;
    }
}
