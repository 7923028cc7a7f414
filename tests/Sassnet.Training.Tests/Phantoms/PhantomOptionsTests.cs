using Sassnet.Model.Volumes;
using Sassnet.Training.Phantoms;
using Xunit;

namespace Sassnet.Training.Tests.Phantoms;

public sealed class PhantomOptionsTests
{
    public static TheoryData<string, PhantomOptions> OutOfRange => new()
    {
        { nameof(PhantomOptions.Grid), new() { Grid = new GridSize(15, 64, 64) } },
        { nameof(PhantomOptions.Grid), new() { Grid = new GridSize(64, 64, 641) } },
        { nameof(PhantomOptions.GridVariation), new() { GridVariation = 0.51 } },
        { nameof(PhantomOptions.VoxelSizeVariation), new() { VoxelSizeVariation = -0.1 } },
        { nameof(PhantomOptions.MinScale), new() { MinScale = 0 } },
        { nameof(PhantomOptions.MaxScale), new() { MinScale = 1, MaxScale = 0.9 } },
        { nameof(PhantomOptions.MaxShift), new() { MaxShift = double.NaN } },
        { nameof(PhantomOptions.MaxRotationDegrees), new() { MaxRotationDegrees = 46 } },
        { nameof(PhantomOptions.MaxBias), new() { MaxBias = 1 } },
        { nameof(PhantomOptions.MinNoise), new() { MinNoise = -0.01 } },
        { nameof(PhantomOptions.MaxNoise), new() { MinNoise = 0.2, MaxNoise = 0.1 } },
        { nameof(PhantomOptions.MaxNoise), new() { MaxNoise = 0.31 } },
        { nameof(PhantomOptions.MinBrightness), new() { MinBrightness = 0 } },
        { nameof(PhantomOptions.MaxBrightness), new() { MaxBrightness = 7001 } },
    };

    [Fact]
    public void Defaults_are_in_range() => new PhantomOptions().Validate();

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Value_out_of_range_is_named(string name, PhantomOptions options)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => PhantomGenerator.Generate(0, options));
        Assert.Equal(name, error.ParamName);
    }
}
