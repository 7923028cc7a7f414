using System.Diagnostics;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Morphology;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using TorchSharp;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public class SegmenterTests
{
    private static readonly GridSize Size = new(45, 40, 21);
    private static readonly Dictionary<string, double> WholeIsBest = new() { ["whole"] = 0.9, ["window"] = 0.9 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_answer_has_the_grid_of_an_oblique_anisotropic_input()
    {
        using var package = TemporaryPackage.Random(preprocessing: new PreprocessingSpecification([1.1, 0.9, 1.5], "LPI", Normalisation.ZScore), label: 7);
        using var segmenter = package.Load();
        var (c, s) = (Math.Cos(0.3), Math.Sin(0.3));
        var affine = new Affine([0, -1.3 * s, 2 * c, 11, -0.8, 0, 0, -7, 0, 1.3 * c, 2 * s, 3]);
        var input = new Volume(Size, Scans.Ellipsoid(Size).Voxels, affine);

        var result = segmenter.Segment(input, new SegmentationRequest(Threshold: 0.01f), Cancellation);

        Assert.All([result.Maps[0].Probability.Size, result.Maps[0].Sdm.Size, result.Segmentation.Size], size => Assert.Equal(Size, size));
        Assert.All([result.Maps[0].Probability.Affine, result.Maps[0].Sdm.Affine, result.Segmentation.Affine], answer => Assert.Equal(affine, answer));
        Assert.All(result.Maps[0].Probability.Voxels, value => Assert.InRange(value, 0, 1));
        Assert.All(result.Maps[0].Sdm.Voxels, value => Assert.InRange(value, -1, 1));
        Assert.Contains((byte)7, result.Segmentation.Labels);
    }

    [Fact]
    public void The_input_is_not_changed_even_where_it_already_is_on_the_models_grid()
    {
        using var package = TemporaryPackage.Random();
        using var segmenter = package.Load();
        var input = Scans.Ellipsoid(Size);
        float[] before = [.. input.Voxels];
        segmenter.Segment(input, new SegmentationRequest(), Cancellation);
        Assert.Equal(before, input.Voxels);
    }

    [Fact]
    public void A_gain_and_an_offset_of_the_scanner_do_not_matter()
    {
        using var package = TemporaryPackage.Random();
        using var segmenter = package.Load();
        var input = Scans.Ellipsoid(Size);
        var brighter = new Volume(Size, Array.ConvertAll(input.Voxels, voxel => (voxel * 3.5f) + 1000), input.Affine);
        var (first, second) = (segmenter.Segment(input, new SegmentationRequest(), Cancellation), segmenter.Segment(brighter, new SegmentationRequest(), Cancellation));
        Assert.InRange(first.Maps[0].Probability.Voxels.Zip(second.Maps[0].Probability.Voxels, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-3f);
    }

    [Theory]
    [InlineData(InferenceMode.Whole)]
    [InlineData(InferenceMode.Window)]
    [InlineData(InferenceMode.WholeFlips)]
    public void Padding_around_a_scan_changes_nothing_inside_it_and_is_background(InferenceMode mode)
    {
        using var package = TemporaryPackage.Random(preprocessing: new PreprocessingSpecification([1.1, 0.9, 1.5], "LPI", Normalisation.ZScore));
        using var segmenter = package.Load();
        var scan = Scans.Ellipsoid(Size);
        var frame = new GridBox((-7, 0, -30), new GridSize(Size.X + 10, Size.Y, Size.Z + 31));
        var padded = frame.Apply(scan, padding: -50);

        var expected = segmenter.Segment(scan, new SegmentationRequest(mode, Threshold: 0.1f), Cancellation);
        var answer = segmenter.Segment(padded, new SegmentationRequest(mode, Threshold: 0.1f), Cancellation);

        Assert.Equal(padded.Affine, answer.Segmentation.Affine);
        Assert.Equal(frame.Take(expected.Segmentation.Labels, Size, (byte)0), answer.Segmentation.Labels);
        Assert.Equal(frame.Take(expected.Maps[0].Probability.Voxels, Size, 0f), answer.Maps[0].Probability.Voxels);
        Assert.Equal(frame.Take(expected.Maps[0].Sdm.Voxels, Size, 1f), answer.Maps[0].Sdm.Voxels);
    }

    [Fact]
    public void One_pass_and_one_window_as_large_as_the_padded_volume_agree()
    {
        using var package = TemporaryPackage.Random(patch: [48, 48, 32]);
        using var segmenter = package.Load();
        var input = Scans.Ellipsoid(Size);
        var whole = segmenter.Segment(input, new SegmentationRequest(InferenceMode.Whole), Cancellation);
        var window = segmenter.Segment(input, new SegmentationRequest(InferenceMode.Window), Cancellation);
        Assert.Equal((InferenceMode.Whole, InferenceMode.Window), (whole.Mode, window.Mode));
        Assert.Equal(whole.Maps[0].Probability.Voxels, window.Maps[0].Probability.Voxels);
        Assert.Equal(whole.Maps[0].Sdm.Voxels, window.Maps[0].Sdm.Voxels);
    }

    [Fact]
    public void Auto_follows_the_manifest_and_a_volume_too_large_for_one_pass_gets_windows()
    {
        using var package = TemporaryPackage.Random(validationDice: WholeIsBest);
        using var roomy = package.Load();
        using var tight = package.Load(new SegmenterOptions { Device = "cpu", Precision = Precision.Float32, WholeMemoryBytes = 1 << 20 });
        var input = Scans.Ellipsoid(Size);
        Assert.Equal(InferenceMode.Whole, roomy.Segment(input, new SegmentationRequest(), Cancellation).Mode);
        Assert.Equal(InferenceMode.Window, tight.Segment(input, new SegmentationRequest(), Cancellation).Mode);
        Assert.Equal(InferenceMode.Window, tight.Segment(input, new SegmentationRequest(InferenceMode.Whole), Cancellation).Mode);
        Assert.Equal(InferenceMode.WholeFlips, roomy.Segment(input, new SegmentationRequest(InferenceMode.WholeFlips), Cancellation).Mode);
        Assert.Equal(InferenceMode.Window, tight.Segment(input, new SegmentationRequest(InferenceMode.WholeFlips), Cancellation).Mode);
    }

    [Fact]
    public void The_threshold_is_strict_and_components_are_counted_and_removed()
    {
        using var package = TemporaryPackage.Random();
        using var segmenter = package.Load();
        var input = Scans.Ellipsoid(Size);
        var threshold = segmenter.Segment(input, new SegmentationRequest(), Cancellation).Maps[0].Probability.Voxels.Order().ElementAt((int)(Size.Count * 0.9));
        var all = segmenter.Segment(input, new SegmentationRequest(Threshold: threshold, KeepLargest: false), Cancellation);
        var largest = segmenter.Segment(input, new SegmentationRequest(Threshold: threshold), Cancellation);

        Assert.Equal(all.Maps[0].Probability.Voxels.Select(value => value > threshold), all.Segmentation.Labels.Select(label => label == 1));
        var components = ConnectedComponents.Of(all.Segmentation.Labels, Size, Connectivity.Corner);
        Assert.True(components.Count > 1);
        Assert.Equal((components.Count, 0), (all.Measurements[0].ComponentsFound, all.Measurements[0].ComponentsRemoved));
        Assert.Equal((components.Count, components.Count - 1), (largest.Measurements[0].ComponentsFound, largest.Measurements[0].ComponentsRemoved));
        Assert.Equal(components.Sizes.Max(), largest.Segmentation.Labels.Count(label => label != 0));
    }

    [Fact]
    public void Head_agreement_is_the_dice_of_the_two_heads_masks()
    {
        using var package = TemporaryPackage.Random();
        using var segmenter = package.Load();
        var result = segmenter.Segment(Scans.Ellipsoid(Size), new SegmentationRequest(), Cancellation);
        var (mask, inside) = (result.Maps[0].Probability.Voxels.Select(p => p > 0.5f).ToArray(), result.Maps[0].Sdm.Voxels.Select(s => s < 0).ToArray());
        var both = mask.Zip(inside).Count(pair => pair.First && pair.Second);
        Assert.Equal(2.0 * both / (mask.Count(m => m) + inside.Count(i => i)), result.Measurements[0].HeadAgreement, 1e-12);
    }

    [Fact]
    public void Every_stage_is_timed_and_is_a_span()
    {
        using var package = TemporaryPackage.Random();
        using var segmenter = package.Load();
        using var parent = new Activity("test").Start();
        var spans = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Segmenter.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.TraceId == parent.TraceId)
                    spans.Add(span.OperationName);
            },
        };
        ActivitySource.AddActivityListener(listener);

        var result = segmenter.Segment(Scans.Ellipsoid(Size), new SegmentationRequest(), Cancellation);

        Assert.Equal(["prepare", "infer", "restore", "measure"], result.Stages.Select(stage => stage.Name));

        // Within "infer", each pass over windows that it takes.
        Assert.Equal(["prepare", "windows", "infer", "restore", "measure"], spans.Distinct());
        Assert.All(result.Stages, stage => Assert.True(stage.Seconds >= 0));
    }

    [Fact]
    public void No_tensor_outlives_a_call()
    {
        using var package = TemporaryPackage.Random(validationDice: WholeIsBest);
        var unloaded = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using (var segmenter = package.Load(new SegmenterOptions { Device = "cpu", Precision = Precision.BFloat16, WindowBatch = 3 }))
        {
            var input = Scans.Ellipsoid(Size);
            segmenter.Segment(input, new SegmentationRequest(), Cancellation);
            var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
            segmenter.Segment(input, new SegmentationRequest(InferenceMode.Whole), Cancellation);
            segmenter.Segment(input, new SegmentationRequest(InferenceMode.Window), Cancellation);
            Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        }

        Assert.Equal(unloaded, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void A_threshold_out_of_its_range_is_refused(float threshold)
    {
        using var package = TemporaryPackage.Random();
        using var segmenter = package.Load();
        Assert.Throws<ArgumentOutOfRangeException>(() => segmenter.Segment(Scans.Ellipsoid(Size), new SegmentationRequest(Threshold: threshold), Cancellation));
    }

    [Fact]
    public void Threads_change_the_time_not_the_answer()
    {
        using var package = TemporaryPackage.Random();
        using var one = package.Load(new SegmenterOptions { Device = "cpu", Precision = Precision.Float32, Threads = 1 });
        using var all = package.Load();
        var input = Scans.Ellipsoid(Size);
        var (first, second) = (one.Segment(input, new SegmentationRequest(), Cancellation), all.Segment(input, new SegmentationRequest(), Cancellation));
        Assert.InRange(first.Maps[0].Probability.Voxels.Zip(second.Maps[0].Probability.Voxels, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-5f);
    }
}
