using System.Text.Json;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference;

public sealed class SeveralLabelsTests
{
    private static readonly GridSize Size = new(8, 4, 3);

    [Theory]
    [InlineData(2, ScalarType.Float32, 1e-4)]
    [InlineData(3, ScalarType.Float32, 1e-4)]
    [InlineData(3, ScalarType.BFloat16, 0.1)]
    public void The_folded_network_has_both_maps_of_each_structure(int classes, ScalarType type, double tolerance)
    {
        manual_seed(7);
        using var scope = NewDisposeScope();
        using var network = new VNet(2, classes: classes);
        network.eval();
        using var folded = new FoldedVNet(network, type, CPU);
        var size = new GridSize(32, 16, 16);
        var random = new Random(3);
        float[] voxels = [.. Enumerable.Range(0, (int)size.Count).Select(_ => random.NextSingle() - 0.5f)];

        var maps = TiledInference.Run(folded, voxels, TileGrid.OnePass(size), CancellationToken.None);

        using var gradients = no_grad();
        var (sdm, logits) = network.forward(tensor(voxels, [1, 1, size.Z, size.Y, size.X]).permute(0, 1, 4, 3, 2).contiguous());
        Assert.Equal(classes, maps.Count);
        for (var structure = 0; structure < classes; structure++)
        {
            AssertClose(Values(sdm, structure), maps[structure].Sdm);
            AssertClose(Values(logits.sigmoid(), structure), maps[structure].Probability);
        }

        void AssertClose(float[] expected, float[] actual) => Assert.InRange(expected.Zip(actual, (one, other) => Math.Abs(one - (double)other)).Max(), 0, tolerance);
        static float[] Values(Tensor output, int channel) => output.select(1, channel).permute(0, 3, 2, 1).contiguous().data<float>().ToArray();
    }

    [Fact]
    public void Every_mode_gives_the_maps_of_each_label_in_the_packages_order()
    {
        using var package = TemporaryPackage.RandomOf(5, 3);
        using var segmenter = package.Load();
        var input = Scans.Ellipsoid(new GridSize(32, 32, 16));
        var whole = segmenter.Segment(input, new SegmentationRequest(InferenceMode.Whole, KeepLargest: false), TestContext.Current.CancellationToken);
        var window = segmenter.Segment(input, new SegmentationRequest(InferenceMode.Window, KeepLargest: false), TestContext.Current.CancellationToken);
        var flips = segmenter.Segment(input, new SegmentationRequest(InferenceMode.WholeFlips, KeepLargest: false), TestContext.Current.CancellationToken);

        Assert.All([whole, window, flips], result => Assert.Equal((2, 2), (result.Maps.Count, result.Measurements.Count)));
        for (var label = 0; label < 2; label++)
        {
            // One window is the whole volume here.
            Assert.Equal(whole.Maps[label].Probability.Voxels, window.Maps[label].Probability.Voxels);
            Assert.Equal(whole.Maps[label].Sdm.Voxels, window.Maps[label].Sdm.Voxels);
            Assert.NotEqual(whole.Maps[label].Probability.Voxels, flips.Maps[label].Probability.Voxels);
        }

        Assert.NotEqual(whole.Maps[0].Probability.Voxels, whole.Maps[1].Probability.Voxels);
        Assert.Equal(
            whole.Maps[0].Probability.Voxels.Zip(whole.Maps[1].Probability.Voxels, (first, second) => Math.Max(first, second) <= 0.5f ? 0 : first >= second ? 5 : 3),
            whole.Segmentation.Labels.Select(label => (int)label));
    }

    [Fact]
    public void A_voxel_gets_the_likeliest_label_above_the_threshold_and_of_equals_the_first()
    {
        var size = new GridSize(6, 1, 1);
        Volume[] probabilities = [Map(size, 0.2f, 0.6f, 0.6f, 0.7f, 0.5f, 0.9f), Map(size, 0.3f, 0.7f, 0.6f, 0.6f, 0.5f, 0.2f), Map(size, 0.4f, 0.65f, 0.6f, 0.8f, 0.5f, 0.95f)];
        Assert.Equal([0, 4, 9, 1, 0, 1], LabelDrawing.Of(probabilities, 0.5f, [9, 4, 1]).Labels);
        Assert.Equal([0, 9, 9, 9, 0, 9], LabelDrawing.Of(probabilities[..1], 0.5f, [9]).Labels);
    }

    [Fact]
    public void Each_label_is_measured_and_cleaned_up_by_itself()
    {
        // Of label 7 three voxels and, beyond label 2, a single one; of label 2 two voxels, and one more touches 7.
        byte[] row = [7, 7, 7, 2, 2, 7, 0, 2];
        var (first, second) = (Maps(row, 7), Maps(row, 2));
        var (segmentation, labels) = Measurement.Of([first, second], new SegmentationRequest(), [new Label(7, "first"), new Label(2, "second")]);

        Assert.Equal((byte[])[7, 7, 7, 2, 2, 0, 0, 0], segmentation.Labels[..Size.X]);
        Assert.Equal((3L, 2, 1, 0.75), (labels[0].Voxels, labels[0].ComponentsFound, labels[0].ComponentsRemoved, labels[0].LargestShare));
        Assert.Equal((2L, 2, 1, 2 / 3.0), (labels[1].Voxels, labels[1].ComponentsFound, labels[1].ComponentsRemoved, labels[1].LargestShare));
        Assert.Equal(new GridBox((0, 0, 0), new GridSize(3, 1, 1)), labels[0].Box);
        Assert.Equal(new GridBox((3, 0, 0), new GridSize(2, 1, 1)), labels[1].Box);
        Assert.Equal((1.0, 1.0), (labels[0].HeadAgreement, labels[1].HeadAgreement));
        Assert.Equal((byte[])[0, 0, 0, 2, 2, 0, 0, 0], labels[1].Segmentation.Labels[..Size.X]);
    }

    [Fact]
    public void A_label_that_comes_in_several_pieces_keeps_as_many_and_is_warned_of_for_what_lies_beside_them()
    {
        using var package = TemporaryPackage.RandomOf(7, 2);
        byte[] row = [7, 7, 0, 7, 7, 0, 7, 0];
        Assert.Equal(("77000000", 2, "What was found lies in 3 pieces, the largest with 40 % of it; one piece is expected, with 90 % and more."), Kept(null));
        Assert.Equal(("77077000", 1, "What was found lies in 3 pieces, the 2 largest with 80 % of it; 2 pieces are expected, with 90 % and more."), Kept(2));
        Assert.Equal(("77077070", 0, null), Kept(3));
        Assert.Equal(("77077070", 0, null), Kept(0));

        // Who asks for all gets all.
        Assert.Equal(("77077070", 0, "What was found lies in 3 pieces, the 2 largest with 80 % of it; 2 pieces are expected, with 90 % and more."), Kept(2, keepLargest: false));

        (string Row, int Removed, string? Warning) Kept(int? components, bool keepLargest = true)
        {
            var label = new Label(7, "kidneys", Components: components);
            var (segmentation, found) = Measurement.Of([Maps(row, 7)], new SegmentationRequest(KeepLargest: keepLargest), [label]);
            var manifest = package.Package.Manifest with { Labels = [label], Range = null };
            var warnings = Plausibility.Of(manifest, new ModelGrid(manifest.Preprocessing, Scans.Ellipsoid(Size)), found);
            return (string.Concat(segmentation.Labels[..Size.X]), found[0].ComponentsRemoved, warnings.SingleOrDefault(warning => warning.Slug == "many-components")?.Sentence);
        }
    }

    [Fact]
    public void A_warning_says_which_label_it_is_about()
    {
        using var package = TemporaryPackage.RandomOf(7, 2);
        byte[] row = [0, 7, 7, 0, 0, 0, 0, 0];
        var (_, labels) = Measurement.Of([Maps(row, 7), Maps(row, 2)], new SegmentationRequest(), [new Label(7, "first"), new Label(2, "second")]);
        var scan = Scans.Ellipsoid(Size);
        var volumes = (Extremes[])[new(0.1, 0.2), new(0.001, 0.01)];
        var range = new TrainingRange(new AxisExtremes([8, 4, 3], [8, 4, 3]), new AxisExtremes([1, 1, 1], [1, 1, 1]), new Extremes(0.1, 0.3), volumes);

        var warnings = Plausibility.Of(package.Package.Manifest with { Range = range }, new ModelGrid(package.Package.Manifest.Preprocessing, scan), labels);

        Assert.Contains(warnings, warning => warning is { Slug: "implausible-volume", Sentence: var sentence } && sentence.StartsWith("test 7: The volume is 0.002 ml", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning is { Slug: "empty-result", Sentence: "test 2: Nothing was found." });
        Assert.DoesNotContain(warnings, warning => warning.Sentence.StartsWith("test 7: Nothing", StringComparison.Ordinal));
        Assert.Equal((byte?)7, warnings.Single(warning => warning.Slug == "implausible-volume").Label);
        Assert.Equal((byte?)2, warnings.Single(warning => warning.Slug == "empty-result").Label);
    }

    [Fact]
    public void A_warning_about_the_scan_is_about_no_label_and_answers_have_its_word_and_its_sentence_alone()
    {
        using var package = TemporaryPackage.RandomOf(7, 2);
        byte[] row = [0, 7, 7, 2, 2, 0, 0, 0];
        var (_, labels) = Measurement.Of([Maps(row, 7), Maps(row, 2)], new SegmentationRequest(), [new Label(7, "first"), new Label(2, "second")]);
        var volumes = (Extremes[])[new(0.002, 0.002), new(0.002, 0.002)];
        var range = new TrainingRange(new AxisExtremes([8, 4, 3], [8, 4, 3]), new AxisExtremes([9, 9, 9], [9, 9, 9]), new Extremes(0.004, 0.004), volumes);

        var warnings = Plausibility.Of(package.Package.Manifest with { Range = range }, new ModelGrid(package.Package.Manifest.Preprocessing, Scans.Ellipsoid(Size)), labels);

        Assert.Null(warnings.Single(warning => warning.Slug == "voxel-size").Label);
        Assert.Equal("""{"Slug":"a","Sentence":"b"}""", JsonSerializer.Serialize(new Warning("a", "b") { Label = 7 }));
    }

    [Fact]
    public void Labels_that_touch_leave_no_gap_on_a_coarser_grid()
    {
        // Every second coarse voxel is half the one and half the other label: none has more than half of it, both together have all.
        byte[] row = [0, 0, 4, 4, 4, 9, 9, 9, 0, 0, 0, 9];
        Assert.Equal([0, 4, 4, 9, 0, 0], Resampler.Resample(row, new GridSize(12, 1, 1), VoxelSize.Unit, new GridSize(6, 1, 1), new VoxelSize(2, 1, 1)));
    }

    [Fact]
    public void More_labels_need_more_memory()
    {
        var size = new GridSize(160, 160, 160);
        Assert.Equal(ActivationMemory.OfOnePass(size, 16, 2) + (size.Count * 3 * (4 + 16)), ActivationMemory.OfOnePass(size, 16, 2, classes: 4));
    }

    private static RestoredMaps Maps(byte[] row, byte label)
    {
        var probability = new float[Size.Count];
        for (var x = 0; x < row.Length; x++)
            probability[x] = row[x] == label ? 0.8f : 0.1f;
        return new RestoredMaps(Map(Size, probability), Map(Size, Array.ConvertAll(probability, value => value > 0.5f ? -0.2f : 0.4f)));
    }

    private static Volume Map(GridSize size, params float[] voxels) => new(size, voxels, Affine.Scaling(VoxelSize.Unit));
}
