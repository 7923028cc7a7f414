using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public class StagesTests
{
    [Fact]
    public void Stages_run_on_threads_of_their_own_give_what_the_segmenter_gives()
    {
        using var package = TemporaryPackage.Random(preprocessing: new PreprocessingSpecification([1.1, 0.9, 1.5], "LPI", Normalisation.RobustZScore), label: 3);
        using var segmenter = package.Load();
        using var model = LoadedModel.Load(package.Package, new SegmenterOptions { Device = "cpu", Precision = Precision.Float32 }, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var (input, request) = (Scans.Ellipsoid(new GridSize(31, 28, 17)), new SegmentationRequest(Threshold: 0.2f));
        var expected = segmenter.Segment(input, request, TestContext.Current.CancellationToken);

        var scan = OnThread(() => PreparedScan.Of(input, package.Package.Manifest.Preprocessing));
        var (maps, mode) = OnThread(() => model.Infer(scan, request.Mode));
        var restored = OnThread(() => RestoredMaps.Of(maps[0], scan.Grid));
        var (segmentation, measurements) = OnThread(() => Measurement.Of([restored], request, [new Label(3, "test")]));

        Assert.Equal(expected.Mode, mode);
        Assert.Equal(expected.Maps[0].Probability.Voxels, restored.Probability.Voxels);
        Assert.Equal(expected.Maps[0].Sdm.Voxels, restored.Sdm.Voxels);
        Assert.Equal(expected.Segmentation.Labels, segmentation.Labels);
        Assert.Equal(expected.Measurements[0].HeadAgreement, measurements[0].HeadAgreement);
    }

    [Fact]
    public void A_measurement_says_how_much_there_is_and_where()
    {
        var size = new GridSize(6, 5, 4);
        var probability = new float[size.Count];
        foreach (var (x, y, z) in (IEnumerable<(int, int, int)>)[(1, 2, 1), (2, 2, 1), (5, 4, 3)])
            probability[size.IndexOf(x, y, z)] = 0.7f;
        var sdm = Array.ConvertAll(probability, value => value > 0 ? -0.1f : 0.3f);
        sdm[size.IndexOf(1, 2, 1)] = 0.1f;
        var affine = Affine.Scaling(new VoxelSize(10, 20, 5));
        var maps = new RestoredMaps(new Volume(size, probability, affine), new Volume(size, sdm, affine));

        var largest = Measurement.Of([maps], new SegmentationRequest(), [new Label(7, "test")]).Labels[0];
        var all = Measurement.Of([maps], new SegmentationRequest(KeepLargest: false), [new Label(7, "test")]).Labels[0];

        Assert.Equal((2, 2.0, 2, 1), (largest.Voxels, largest.VolumeMl, largest.ComponentsFound, largest.ComponentsRemoved));
        Assert.Equal(new GridBox((1, 2, 1), new GridSize(2, 1, 1)), largest.Box);
        Assert.Equal((3, 3.0, 2, 0), (all.Voxels, all.VolumeMl, all.ComponentsFound, all.ComponentsRemoved));
        Assert.Equal(new GridBox((1, 2, 1), new GridSize(5, 3, 3)), all.Box);
        Assert.Equal(0.8, largest.HeadAgreement, 1e-12);
        Assert.Equal(7, largest.Segmentation.Labels[size.IndexOf(1, 2, 1)]);
    }

    [Fact]
    public void Where_both_answers_are_empty_no_agreement_is_known_and_where_one_is_it_is_none()
    {
        var size = new GridSize(4, 4, 4);
        var (nothing, something) = (Flat(0.1f), Flat(0.9f));
        var (outside, inside) = (Flat(0.2f), Flat(-0.2f));
        Assert.Null(Of(nothing, outside).KnownAgreement);
        Assert.Equal(double.NaN, Of(nothing, outside).HeadAgreement);
        Assert.Equal(0, Of(nothing, inside).KnownAgreement);
        Assert.Equal(0, Of(something, outside).KnownAgreement);
        Assert.Equal(1, Of(something, inside).KnownAgreement);

        Volume Flat(float value) => new(size, [.. Enumerable.Repeat(value, (int)size.Count)], Affine.Scaling(new VoxelSize(1, 1, 1)));

        static Measurement Of(Volume probability, Volume sdm) => Measurement.Of([new RestoredMaps(probability, sdm)], new SegmentationRequest(), [new Label(1, "test")]).Labels[0];
    }

    private static T OnThread<T>(Func<T> stage)
    {
        var result = default(T)!;
        var thread = new Thread(() => result = stage());
        thread.Start();
        thread.Join();
        return result;
    }
}
