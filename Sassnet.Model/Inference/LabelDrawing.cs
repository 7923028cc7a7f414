using System.Numerics;
using System.Runtime.InteropServices;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>
/// Draws labels by their probabilities: a voxel gets the likeliest of the labels that are above the threshold there, of equals the one that comes first, and
/// none where no label is. Labels do not overlap, though each is judged by itself (decision 9).
/// </summary>
public static class LabelDrawing
{
    /// <summary>Draws the labels.</summary>
    /// <param name="probabilities">Of each label, at least one, on one grid; in [0, 1].</param>
    /// <param name="threshold">A label is drawn where its probability is greater than this.</param>
    /// <param name="labels">The labels' values, in the same order.</param>
    public static LabelMap Of(IReadOnlyList<Volume> probabilities, float threshold, IReadOnlyList<byte> labels)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Count, probabilities.Count);
        var (size, affine) = (probabilities[0].Size, probabilities[0].Affine);
        var drawn = new byte[size.Count];
        float[]? likeliest = null;
        for (var label = 0; label < labels.Count; label++)
        {
            Draw(drawn, probabilities[label].Voxels, threshold, labels[label], likeliest);

            // Of one label nothing needs to be known of another.
            if (label < labels.Count - 1)
                likeliest = Larger(likeliest, probabilities[label].Voxels);
        }

        return new LabelMap(size, drawn, affine);
    }

    private static void Draw(byte[] drawn, float[] probability, float threshold, byte label, float[]? likeliest) =>
        VoxelBlocks.ForEach(drawn.Length, (start, length) =>
            Draw(drawn.AsSpan(start, length), probability.AsSpan(start, length), threshold, label, likeliest is null ? [] : likeliest.AsSpan(start, length)));

    private static void Draw(Span<byte> drawn, ReadOnlySpan<float> probability, float threshold, byte label, ReadOnlySpan<float> likeliest)
    {
        var voxels = MemoryMarshal.Cast<byte, Vector<byte>>(drawn);
        var probabilities = MemoryMarshal.Cast<float, Vector<float>>(probability);
        var others = MemoryMarshal.Cast<float, Vector<float>>(likeliest);
        var (thresholds, labels) = (new Vector<float>(threshold), new Vector<byte>(label));
        for (var i = 0; i < voxels.Length; i++)
        {
            // Masks of four bytes become such of one.
            var low = Vector.Narrow(IsAbove(probabilities, others, 4 * i, thresholds), IsAbove(probabilities, others, (4 * i) + 1, thresholds));
            var high = Vector.Narrow(IsAbove(probabilities, others, (4 * i) + 2, thresholds), IsAbove(probabilities, others, (4 * i) + 3, thresholds));
            voxels[i] = Vector.ConditionalSelect(Vector.AsVectorByte(Vector.Narrow(low, high)), labels, voxels[i]);
        }

        for (var i = voxels.Length * Vector<byte>.Count; i < drawn.Length; i++)
        {
            if (probability[i] > threshold && (likeliest.IsEmpty || probability[i] > likeliest[i]))
                drawn[i] = label;
        }
    }

    private static Vector<int> IsAbove(ReadOnlySpan<Vector<float>> probabilities, ReadOnlySpan<Vector<float>> others, int index, Vector<float> threshold)
    {
        var isAbove = Vector.GreaterThan(probabilities[index], threshold);
        return others.IsEmpty ? isAbove : isAbove & Vector.GreaterThan(probabilities[index], others[index]);
    }

    private static float[] Larger(float[]? one, float[] other)
    {
        var larger = (float[])other.Clone();
        for (var i = 0; one is not null && i < larger.Length; i++)
            larger[i] = Math.Max(one[i], larger[i]);
        return larger;
    }
}
