using Sassnet.Model.Inference.Folding;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Passes;

/// <summary>Passes of a network over one tile: all of it at once, or slab by slab where memory is short; of mirror images too, several at once.</summary>
internal sealed class TilePass : IDisposable
{
    private readonly FoldedVNet _network;
    private readonly Tile _tile;
    private readonly Tensor? _whole;
    private readonly Func<int, int, Tensor> _input;

    /// <summary>Prepares the network's input where it is to be there whole.</summary>
    /// <param name="network">The network.</param>
    /// <param name="voxels">Normalised intensities, X fastest.</param>
    /// <param name="tiles">The tiles of their grid.</param>
    /// <param name="tile">One of them.</param>
    public TilePass(FoldedVNet network, float[] voxels, TileGrid tiles, Tile tile)
    {
        (_network, _tile) = (network, tile);
        _whole = tiles.InSlabs ? null : NetworkInput.From(voxels, tiles.Volume, tile.Box, network).DetachFromDisposeScope();
        _input = (start, end) => _whole?.narrow(2, start, end - start) ?? NetworkInput.From(voxels, tiles.Volume, tile.Box.Planes(start, end), network);
    }

    private int Planes => _tile.Box.Size.X;

    /// <summary>Predicts mirror images of the tile.</summary>
    /// <param name="mirrors">Which; computed at once.</param>
    /// <param name="take">Gets, brought back, what the network makes of each, (1, channels, X, Y, Z), all of it or some planes along X, and the first plane's number.</param>
    /// <param name="cancellation">Looked at before each slab.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Run(IReadOnlyList<Mirror> mirrors, Action<int, Tensor> take, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var size = _tile.Box.Size;
        if (_whole is null)
            _network.ForwardInSlabs(Images, [mirrors.Count, FoldedVNet.InputChannels, size.X, size.Y, size.Z], FoldedVNet.PlanesOfSlab(size.Y, size.Z), TakeEach);
        else
            TakeEach(0, _network.Forward(Images(0, Planes)));

        Tensor Images(int start, int end)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var images = mirrors.Select(mirror => mirror.Of(Part(mirror.Planes(start, end, Planes)))).ToList();
            return (images.Count == 1 ? images[0] : cat(images, 0)).MoveToOuterDisposeScope();
        }

        Tensor Part((int Start, int End) planes) => _input(planes.Start, planes.End);

        void TakeEach(int start, Tensor outputs)
        {
            for (var i = 0; i < mirrors.Count; i++)
            {
                using var inner = NewDisposeScope();
                var place = mirrors[i].Planes(start, start + (int)outputs.shape[2], Planes);
                take(place.Start, mirrors[i].Of(outputs.narrow(0, i, 1)));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _whole?.Dispose();
}
