using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Volumes;

public class WarningTests
{
    [Fact]
    public void Slugs_of_several_labels_are_listed_once_in_their_order()
    {
        Warning[] warnings = [new("voxel-size", "The voxels are long."), new("empty-result", "atrium: Nothing."), new("empty-result", "ventricle: Nothing."), new("voxel-size", "They are.")];
        Assert.Equal("voxel-size empty-result", Warning.Slugs(warnings));
        Assert.Equal("voxel-size, empty-result", Warning.Slugs(warnings, ", "));
        Assert.Equal("", Warning.Slugs([]));
    }
}
