using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Api.Models;
using Sassnet.Api.Problems;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Api.Tests.Models;

public sealed class DeviceModelTests
{
    [Theory]
    [InlineData(InferenceQuality.Balanced, "or ask for inference=whole (about 0.2 s).")]
    [InlineData(InferenceQuality.Best, "or ask for inference=whole in place of quality=best (about 0.2 s).")]
    public void What_is_advised_in_place_of_windows_that_take_too_long_is_not_refused_in_its_turn(InferenceQuality quality, string expected)
    {
        var package = ModelPackage.Open(Directory.EnumerateDirectories(RandomModel.Folder).First());
        using var loaded = LoadedModel.Load(package, new SegmenterOptions { Device = "cpu", Precision = Precision.Float32 }, NullLogger.Instance);
        var model = new DeviceModel(loaded, secondsPerVoxel: 1e-6);
        var plan = loaded.Plan(new GridSize(64, 64, 48), InferenceMode.Auto, quality);
        var refused = Assert.Throws<ProblemException>(() => model.Admit(plan, new SegmentationRequest(Quality: quality), TimeSpan.FromSeconds(1)));
        Assert.EndsWith(expected, refused.Message, StringComparison.Ordinal);
    }
}
