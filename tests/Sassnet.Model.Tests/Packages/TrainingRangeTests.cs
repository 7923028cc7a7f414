using Sassnet.Model.Packages;
using Sassnet.Model.Tests.Inference;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Packages;

public class TrainingRangeTests
{
    private static readonly TrainingRange Sound = new(
        new AxisExtremes([90, 80, 55], [130, 120, 55]), new AxisExtremes([0.625, 0.625, 0.6], [0.7, 0.7, 1.5]), new Extremes(20, 110.5));

    public static TheoryData<string, TrainingRange> Faults => new()
    {
        { "range.fieldOfViewMm", Sound with { FieldOfViewMm = new AxisExtremes([90, 80], [130, 120]) } },
        { "range.fieldOfViewMm", Sound with { FieldOfViewMm = new AxisExtremes([90, 0, 55], [130, 120, 55]) } },
        { "range.voxelSizeMm", Sound with { VoxelSizeMm = new AxisExtremes([0.7, 0.7, 0.7], [0.7, 0.6, 0.7]) } },
        { "range.volumeMl", Sound with { VolumeMl = new Extremes(double.NaN, 3) } },
        { "range.volumeMl", Sound with { VolumeMl = new Extremes(3, double.PositiveInfinity) } },
    };

    [Fact]
    public void A_package_keeps_its_range_and_need_not_have_one()
    {
        using var package = TemporaryPackage.Random();
        Assert.Null(ModelPackage.Open(package.Package.Folder).Manifest.Range);
        package.Package.With(package.Package.Manifest with { Range = Sound });
        Assert.Equivalent(Sound, ModelPackage.Open(package.Package.Folder).Manifest.Range, strict: true);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_range_that_is_none_is_refused_by_its_name(string member, TrainingRange range)
    {
        using var package = TemporaryPackage.Random();
        var failure = Assert.Throws<InvalidPackageException>(() => package.Package.With(package.Package.Manifest with { Range = range }));
        Assert.Contains($"'{member}'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("left-atrium")]
    [InlineData("phantom")]
    public void The_bundled_packages_say_what_their_training_saw(string name) =>
        Assert.NotNull(ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", name)).Manifest.Range);
}
