using Sassnet.Model.Metrics;

namespace Sassnet.Model.Inference;

/// <summary>Turns the two maps into masks.</summary>
internal static class MaskedMaps
{
    /// <summary>A label where the probability is strictly greater than a threshold, 0 elsewhere.</summary>
    public static byte[] Above(ReadOnlySpan<float> probability, float threshold, byte label)
    {
        var mask = new byte[probability.Length];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = probability[i] > threshold ? label : (byte)0;
        return mask;
    }

    /// <summary>How far a mask and the inside of a signed distance map, where it is negative, cover the same voxels.</summary>
    public static Overlap Agreement(ReadOnlySpan<byte> mask, ReadOnlySpan<float> sdm)
    {
        long inMask = 0, inside = 0, inBoth = 0;
        for (var i = 0; i < mask.Length; i++)
        {
            var (m, s) = (mask[i] != 0 ? 1 : 0, sdm[i] < 0 ? 1 : 0);
            inMask += m;
            inside += s;
            inBoth += m & s;
        }

        return new Overlap(inMask, inside, inBoth);
    }
}
