using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>The box of bidirectional copy-paste.</summary>
public static class Cuboid
{
    /// <summary>A box at a random place, wholly inside the crop: 1 inside, 0 outside, (1, 1, X, Y, Z), float32.</summary>
    /// <param name="sides">The crop's X, Y, Z.</param>
    /// <param name="share">The box's sides as a share of them, between 0 and 1.</param>
    /// <param name="random">Where the place comes from.</param>
    /// <param name="device">Where the tensor lies.</param>
    public static Tensor Draw(ReadOnlySpan<long> sides, double share, Random random, Device device)
    {
        ArgumentNullException.ThrowIfNull(random);
        using var scope = NewDisposeScope();
        var mask = zeros([1, 1, sides[0], sides[1], sides[2]], device: device);
        var box = mask;
        for (var axis = 0; axis < 3; axis++)
        {
            var length = Math.Max(1, (long)(share * sides[axis]));
            box = box.narrow(axis + 2, random.NextInt64(sides[axis] - length + 1), length);
        }

        box.fill_(1);
        return mask.MoveToOuterDisposeScope();
    }
}
