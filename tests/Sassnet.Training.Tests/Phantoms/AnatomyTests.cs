using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Phantoms;
using Xunit;

namespace Sassnet.Training.Tests.Phantoms;

public sealed class AnatomyTests
{
    private static readonly PhantomOptions Upright = new() { MaxRotationDegrees = 0, MaxShift = 0, MinScale = 1, MaxScale = 1, MaxBias = 0, MinNoise = 0, MaxNoise = 0 };

    [Theory]
    [InlineData("RAS")]
    [InlineData("LPS")]
    [InlineData("PIR")]
    public void The_bundled_phantom_model_sees_the_descending_aorta_where_its_axes_say_it_lies(string stored)
    {
        var preprocessing = ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom")).Manifest.Preprocessing;
        Assert.Equal("RAS", preprocessing.Orientation);
        for (var seed = 1UL; seed <= 4; seed++)
        {
            var phantom = PhantomGenerator.Generate(seed, Upright).Image;
            var scan = PreparedScan.Of(new Reorientation(phantom.Size, phantom.Affine, Orientation.Parse(stored)).Apply(phantom), preprocessing).Image;

            // 20 mm to the left of the middle and 35 mm behind it; blood there, soft tissue at the same place on the right and, in front, on either side of the aortic root.
            var aorta = Column(scan, -20, -35);
            Assert.True(aorta > Column(scan, 20, -35) + 1, $"Seed {seed}: {aorta:F2} on the left, {Column(scan, 20, -35):F2} on the right.");
        }
    }

    [Fact]
    public void The_ventricle_has_a_label_only_where_it_is_asked_for_and_the_scan_stays_the_same()
    {
        var (without, with) = (PhantomGenerator.Generate(3, Upright), PhantomGenerator.Generate(3, Upright with { Ventricle = true }));
        Assert.Equal(without.Image.Voxels, with.Image.Voxels);
        Assert.Equal(without.Label.Labels, Array.ConvertAll(with.Label.Labels, label => label == 2 ? (byte)0 : label));
        Assert.InRange(with.Label.Labels.Count(label => label == 2), 1000, with.Label.Labels.Count(label => label == 1));

        // Blood, as the atrium is.
        Assert.Equal(Mean(1), Mean(2), 0.15 * Mean(1));
        double Mean(byte label) => with.Image.Voxels.Where((_, voxel) => with.Label.Labels[voxel] == label).Average();
    }

    /// <summary>The mean of 6 by 6 mm over the middle half of the slices, at a distance from the grid's middle along its first two axes.</summary>
    private static double Column(Volume scan, double x, double y)
    {
        var (size, edges) = (scan.Size, scan.VoxelSize);
        var (i, j) = ((int)(((size.X - 1) / 2.0) + (x / edges.X)), (int)(((size.Y - 1) / 2.0) + (y / edges.Y)));
        var box = new GridBox((i - 1, j - 1, size.Z / 4), new GridSize(3, 3, size.Z / 2));
        return box.Take(scan.Voxels, size, 0f).Average();
    }
}
