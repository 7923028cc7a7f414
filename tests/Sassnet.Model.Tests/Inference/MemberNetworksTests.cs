using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public sealed class MemberNetworksTests : IDisposable
{
    private static readonly SegmenterOptions Options = new() { Device = "cpu", Precision = Precision.Float32 };

    private readonly MembersFolder _folder = new(members: 3);

    [Theory]
    [InlineData(InferenceMode.Whole)]
    [InlineData(InferenceMode.WholeFlips)]
    [InlineData(InferenceMode.Window)]
    public void The_maps_are_the_mean_of_the_members_in_every_mode(InferenceMode mode)
    {
        var scan = PreparedScan.Of(Scans.Ellipsoid(new GridSize(48, 40, 30)), _folder.Package.Manifest.Preprocessing);
        var each = _folder.Alone.Select(package => Maps(package, scan, mode)).ToList();
        var mean = Maps(_folder.Package, scan, mode);
        for (var i = 0; i < mean.Probability.Length; i++)
        {
            Assert.Equal(each.Average(maps => maps.Probability[i]), mean.Probability[i], 1e-6f);
            Assert.Equal(each.Average(maps => maps.Sdm[i]), mean.Sdm[i], 1e-6f);
        }

        Assert.NotEqual(each[0].Probability, mean.Probability);
    }

    [Fact]
    public void Three_members_are_planned_as_three_times_the_work_and_tell_their_progress_together()
    {
        var scan = PreparedScan.Of(Scans.Ellipsoid(new GridSize(48, 40, 30)), _folder.Package.Manifest.Preprocessing);
        using var one = LoadedModel.Load(_folder.Alone[0], Options, NullLogger.Instance);
        using var all = LoadedModel.Load(_folder.Package, Options, NullLogger.Instance);
        foreach (var mode in InferenceModes.Explicit)
            Assert.Equal(3 * one.Plan(scan.Image.Size, mode).NetworkVoxels, all.Plan(scan.Image.Size, mode).NetworkVoxels);

        var told = new List<double>();
        new SegmentationStages(_folder.Package.Manifest, new SegmentationRequest(InferenceMode.Window)).Infer(all, scan, new Told(told), CancellationToken.None);
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1], 1e-12);
        Assert.Contains(told, share => share < 1.0 / 3);
    }

    public void Dispose() => _folder.Dispose();

    private static PredictedMaps Maps(ModelPackage package, PreparedScan scan, InferenceMode mode)
    {
        using var model = LoadedModel.Load(package, Options, NullLogger.Instance);
        return Assert.Single(model.Infer(scan, mode).Maps);
    }

    private sealed class Told(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }
}
