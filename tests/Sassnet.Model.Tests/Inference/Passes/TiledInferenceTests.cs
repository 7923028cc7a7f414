using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Metrics;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference.Passes;

public sealed class TiledInferenceTests
{
    // What a voxel's maps depend on lies no further away than this: of the levels from the finest, 2, 4, 6, 6 and 3 convolutions of 1, 2, 4, 8 and 16 voxels, and 4 halvings.
    private const int ReceptiveField = 2 + 8 + 24 + 48 + 48 + 15;

    private static readonly SegmenterOptions Options = new() { Device = "cpu", Precision = Precision.Float32 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Where_no_seam_can_be_seen_from_tiles_have_the_values_of_one_pass()
    {
        var size = new GridSize(690, 21, 16);
        using var network = Phantom().LoadNetwork();
        using var folded = new FoldedVNet(network, float32, CPU);
        var scan = Scans.Ellipsoid(size);
        IntensityNormaliser.Normalise(scan.Voxels, Normalisation.ZScore);
        var tiles = TileGrid.Within(size, tile => tile.X < 480, halo: 16)!;
        Assert.Equal(2, tiles.Count);
        var (whole, tiled) = (TiledInference.Run(folded, scan.Voxels, TileGrid.OnePass(size), Cancellation)[0], TiledInference.Run(folded, scan.Voxels, tiles, Cancellation)[0]);

        // Of the first tile what lies this far from its end, of the second from its start.
        var boxes = tiles.Tiles.Select(tile => tile.Box).ToList();
        var (left, right) = (boxes[0].End.X - ReceptiveField, boxes[1].Start.X + ReceptiveField);
        Assert.True(left > 180 && right < 510);
        var differences = Enumerable.Range(0, size.X).Select(x => Difference(whole, tiled, size, x)).ToList();
        Assert.InRange(differences[..left].Max(), 0, 1e-4f);
        Assert.InRange(differences[right..].Max(), 0, 1e-4f);
        Assert.True(differences.Max() > 1e-3f, $"The seam differs by {differences.Max()} only: what is to be seen elsewhere would be no more.");
    }

    [Theory]
    [InlineData(InferenceMode.Auto)]
    [InlineData(InferenceMode.Whole)]
    public void A_volume_too_large_for_one_pass_is_taken_in_tiles_with_the_mask_of_one_pass(InferenceMode mode)
    {
        var package = Phantom();
        var scan = PreparedScan.Of(SixHearts(), package.Manifest.Preprocessing);
        var options = Options with { Precision = Precision.BFloat16 };
        using var roomy = LoadedModel.Load(package, options, NullLogger.Instance);
        var halves = TileGrid.Within(scan.Image.Size, tile => tile.X < scan.Image.Size.X)!;
        var memory = ActivationMemory.OfTiles(scan.Image.Size, halves.Largest, package.Manifest.Architecture.Filters, sizeof(short));
        using var tight = LoadedModel.Load(package, options with { WholeMemoryBytes = memory }, NullLogger.Instance);
        var (one, several) = (roomy.Plan(scan.Image.Size, mode), tight.Plan(scan.Image.Size, mode));
        Assert.Equal((1, 2), (one.Tiles?.Count, several.Tiles?.Count));
        Assert.Equal(one.Mode, several.Mode);
        Assert.InRange(several.NetworkVoxels, one.NetworkVoxels + 1, 2 * one.NetworkVoxels);

        var (expected, actual) = (roomy.Infer(scan, mode, Cancellation).Maps[0], tight.Infer(scan, mode, Cancellation).Maps[0]);

        Assert.NotEqual(expected.Probability, actual.Probability);
        var (found, foundInTiles) = (Mask(expected), Mask(actual));
        Assert.True(found.Count(voxel => voxel == 1) > 1000);
        Assert.InRange(Overlap.Between(foundInTiles, found).Dice, 0.999, 1);
        Assert.InRange(Overlap.Between(Array.ConvertAll(actual.Sdm, Inside), Array.ConvertAll(expected.Sdm, Inside)).Dice, 0.999, 1);
    }

    [Fact]
    public void Mirrored_passes_are_taken_in_tiles_with_the_mask_of_four_passes()
    {
        var package = Phantom();
        using var network = package.LoadNetwork();
        using var folded = new FoldedVNet(network, float32, CPU);
        var scan = PreparedScan.Of(SixHearts(), package.Manifest.Preprocessing).Image;
        var tiles = TileGrid.Within(scan.Size, tile => tile.X < scan.Size.X)!;
        var expected = MirroredInference.Mean(folded, scan.Voxels, scan.Size, batch: 1, Cancellation)[0];
        var actual = MirroredInference.Mean(folded, scan.Voxels, tiles, batch: 1, Cancellation)[0];
        Assert.NotEqual(expected.Probability, actual.Probability);
        Assert.InRange(Overlap.Between(Mask(actual), Mask(expected)).Dice, 0.999, 1);
    }

    [Fact]
    public void Several_labels_and_members_are_taken_in_tiles_like_one()
    {
        var size = new GridSize(250, 45, 40);
        using var labels = TemporaryPackage.RandomOf(7, 2);
        using var members = new MembersFolder(members: 2);
        foreach (var package in (ModelPackage[])[labels.Package, members.Package])
        {
            var scan = PreparedScan.Of(Scans.Ellipsoid(size), package.Manifest.Preprocessing);
            using var roomy = LoadedModel.Load(package, Options, NullLogger.Instance);
            var classes = package.Manifest.Labels.Count;
            var memory = ActivationMemory.OfTiles(size, new GridSize(192, 48, 48), 2, sizeof(float), classes) + (package.Manifest.MemberCount > 1 ? ActivationMemory.OfMaps(size, classes) : 0);
            using var tight = LoadedModel.Load(package, Options with { WholeMemoryBytes = memory }, NullLogger.Instance);
            var plan = tight.Plan(size, InferenceMode.Whole);
            Assert.True(plan.Tiles is { Count: > 1 } tiles && plan.NetworkVoxels == tiles.NetworkVoxels * package.Manifest.MemberCount, $"{plan}");
            var (one, several) = (roomy.Infer(scan, InferenceMode.Whole, Cancellation).Maps, tight.Infer(scan, InferenceMode.Whole, Cancellation).Maps);
            Assert.Equal(one.Count, several.Count);
            Assert.All(one.Zip(several), pair =>
            {
                Assert.NotEqual(pair.First.Probability, pair.Second.Probability);
                Assert.InRange(pair.First.Probability.Zip(pair.Second.Probability, (a, b) => Math.Abs(a - b)).Average(), 0, 0.01);
                Assert.InRange(pair.First.Sdm.Zip(pair.Second.Sdm, (a, b) => Math.Abs(a - b)).Average(), 0, 0.01);
            });
        }
    }

    [Fact]
    public void Progress_is_told_tile_by_tile_and_cancelling_ends_between_two_and_leaves_no_tensor()
    {
        var size = new GridSize(120, 45, 40);
        using var network = TemporaryPackage.RandomNetwork(2);
        using var folded = new FoldedVNet(network, float32, CPU);
        var voxels = Scans.Ellipsoid(size).Voxels;
        var tiles = TileGrid.Within(size, tile => tile.X < 100, halo: 16)!;
        Assert.True(tiles.Count > 1);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        var told = new Told();
        TiledInference.Run(folded, voxels, tiles, Cancellation, told);
        Assert.Equal(Enumerable.Range(1, tiles.Count).Select(tile => tile / (double)tiles.Count), told.Shares);
        told = new Told();
        MirroredInference.Mean(folded, voxels, tiles, batch: 2, Cancellation, told);
        Assert.Equal(Enumerable.Range(1, 2 * tiles.Count).Select(pass => pass / (2.0 * tiles.Count)), told.Shares);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        using var soon = new CancellationTokenSource();
        told = new Told(soon.Cancel);
        Assert.ThrowsAny<OperationCanceledException>(() => TiledInference.Run(folded, voxels, tiles, soon.Token, told));
        Assert.Single(told.Shares);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    private static ModelPackage Phantom() => ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom"));

    // The sample and its mirror images in X, so that where tiles meet is amid an atrium.
    private static Volume SixHearts()
    {
        using var file = File.OpenRead(Path.Combine(RepositoryFiles.Root, "docs", "phantom.nii.gz"));
        var one = VolumeFile.Read(file).Volume;
        var (length, size) = (one.Size.X, one.Size with { X = 6 * one.Size.X });
        var voxels = new float[size.Count];
        for (var i = 0; i < voxels.Length; i++)
        {
            var x = ((i % size.X) + (length / 2)) % (2 * length);
            voxels[i] = one.Voxels[(i / size.X * length) + (x < length ? x : (2 * length) - 1 - x)];
        }

        return new Volume(size, voxels, one.Affine);
    }

    private static byte[] Mask(PredictedMaps maps) => Array.ConvertAll(maps.Probability, value => value > 0.5f ? (byte)1 : (byte)0);

    private static byte Inside(float sdm) => sdm < 0 ? (byte)1 : (byte)0;

    private static float Difference(PredictedMaps one, PredictedMaps other, GridSize size, int x)
    {
        var most = 0f;
        for (var i = x; i < size.Count; i += size.X)
            most = Math.Max(most, Math.Max(Math.Abs(one.Probability[i] - other.Probability[i]), Math.Abs(one.Sdm[i] - other.Sdm[i])));
        return most;
    }

    private sealed class Told(Action? then = null) : IProgress<double>
    {
        public List<double> Shares { get; } = [];

        public void Report(double value)
        {
            Shares.Add(value);
            then?.Invoke();
        }
    }
}
