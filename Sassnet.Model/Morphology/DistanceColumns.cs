using System.Buffers;

namespace Sassnet.Model.Morphology;

/// <summary>
/// The second and third pass: combines the rows of a plane along the plane's second axis, a tile of <see cref="NearbySearch.Lanes"/> columns at a time.
/// A tile whose voxels are near the target is searched, many columns per instruction; one that is far from it takes the lower envelope, whose time does
/// not depend on the distance. Both are exact.
/// </summary>
internal static class DistanceColumns
{
    /// <summary>Replaces a plane of rows, <paramref name="stride"/> apart, by out(q) = min over p of (spacing·(q − p))² + in(p) in every column.</summary>
    public static void Transform(Span<float> plane, int width, int stride, SquaredSteps steps)
    {
        var tile = ArrayPool<float>.Shared.Rent(steps.Length * NearbySearch.Lanes);
        LowerEnvelope? envelope = null;
        for (var x = 0; x < width; x += NearbySearch.Lanes)
        {
            var lanes = Math.Min(NearbySearch.Lanes, width - x);
            if (!Load(plane[x..], lanes, stride, steps.Length, tile) || NearbySearch.TryRun(tile, plane[x..], lanes, stride, steps))
                continue;
            envelope ??= new LowerEnvelope(steps.Length);
            for (var lane = 0; lane < lanes; lane++)
                envelope.Run(tile.AsSpan(lane), plane[(x + lane)..], stride, steps);
        }

        ArrayPool<float>.Shared.Return(tile);
    }

    /// <summary>Copies columns side by side; unused lanes become 0, which no search has to improve. False when no row has a target.</summary>
    private static bool Load(ReadOnlySpan<float> columns, int lanes, int stride, int length, Span<float> tile)
    {
        var hasTarget = false;
        for (var q = 0; q < length; q++)
        {
            var row = tile.Slice(q * NearbySearch.Lanes, NearbySearch.Lanes);
            columns.Slice(q * stride, lanes).CopyTo(row);
            row[lanes..].Clear();

            // The passes before spread a target over its whole row or plane, so the first lane tells for all.
            hasTarget |= float.IsFinite(row[0]);
        }

        return hasTarget;
    }
}
