namespace Sassnet.Model.Morphology;

/// <summary>The squared length of 0, 1, 2… voxels along one axis.</summary>
internal sealed class SquaredSteps
{
    private readonly float[] _squares;
    private readonly float[] _reversed;

    /// <summary>Tabulates an axis of <paramref name="length"/> voxels, each <paramref name="spacing"/> long.</summary>
    public SquaredSteps(int length, double spacing)
    {
        Spacing = spacing;
        _squares = new float[length];
        for (var step = 0; step < length; step++)
            _squares[step] = (float)(step * spacing * (step * spacing));
        _reversed = [.. _squares.Reverse()];
    }

    /// <summary>The number of voxels along the axis.</summary>
    public int Length => _squares.Length;

    /// <summary>The length of one voxel.</summary>
    public double Spacing { get; }

    /// <summary>The squared length of <c>step</c> voxels at index <c>step</c>, 0 ≤ step &lt; <see cref="Length"/>.</summary>
    public ReadOnlySpan<float> Squares => _squares;

    /// <summary>The squared lengths of <paramref name="count"/>, …, 2, 1 voxels.</summary>
    public ReadOnlySpan<float> Descending(int count) => _reversed.AsSpan(Length - 1 - count, count);
}
