using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using Sassnet.Training.Methods;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public class CopyPastePartsTests
{
    [Fact]
    public void The_cuboid_has_its_share_of_every_side_and_moves_about()
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        var starts = new HashSet<(long, long, long)>();
        for (var i = 0; i < 20; i++)
        {
            var mask = Cuboid.Draw([48, 32, 16], 2.0 / 3, random, CPU);
            Assert.Equal(32 * 21 * 10, mask.sum().item<float>());
            var inside = mask[0, 0].nonzero();
            var (first, last) = (inside.amin([0L]), inside.amax([0L]));
            Assert.Equal([31L, 20, 9], (last - first).data<long>().ToArray());
            starts.Add((first[0].item<long>(), first[1].item<long>(), first[2].item<long>()));
        }

        Assert.True(starts.Count > 15);
    }

    [Fact]
    public void A_mixture_is_the_one_inside_and_the_other_outside()
    {
        using var scope = NewDisposeScope();
        var inside = Cuboid.Draw([16, 16, 16], 0.5, new Random(2), CPU);
        var mixed = Mixture.Of(full([2, 1, 16, 16, 16], 5f), full([2, 1, 16, 16, 16], -1f), inside);
        Assert.Equal(2 * 512 * 5, (mixed * inside).sum().item<float>());
        Assert.Equal(-2 * (4096 - 512), (mixed * (1 - inside)).sum().item<float>());
    }

    [Fact]
    public void Distance_maps_of_masks_are_those_of_the_morphology_whatever_the_axis_order()
    {
        using var scope = NewDisposeScope();
        var size = new GridSize(12, 10, 8);
        var (mask, tensorMask) = (new byte[size.Count], zeros([2, 1, 12, 10, 8]));
        for (var x = 3; x < 9; x++)
        {
            for (var y = 2; y < 6; y++)
            {
                for (var z = 1; z < 7; z++)
                {
                    mask[size.IndexOf(x, y, z)] = 1;
                    tensorMask[1, 0, x, y, z] = 1;
                }
            }
        }

        var (expected, sdms) = (SignedDistanceMap.Normalised(mask, size), MaskTensors.Sdms(tensorMask));
        Assert.Equal(0, sdms[0].abs().sum().item<float>());
        Assert.Equal(expected[size.IndexOf(5, 4, 3)], sdms[1, 0, 5, 4, 3].item<float>(), 1e-6);
        Assert.Equal(expected[size.IndexOf(0, 9, 7)], sdms[1, 0, 0, 9, 7].item<float>(), 1e-6);
    }

    [Fact]
    public void Only_the_largest_component_of_each_mask_is_left()
    {
        using var scope = NewDisposeScope();
        var masks = zeros([2, 1, 8, 8, 8]);
        masks[0, 0, 0, 0, 0] = 1;
        masks[0, 0, 4, 4, 4] = 1;
        masks[0, 0, 4, 4, 5] = 1;
        masks[1, 0, 7, 7, 7] = 1;
        var largest = MaskTensors.LargestComponents(masks, [1]);
        Assert.Equal(2, largest[0].sum().item<float>());
        Assert.Equal(0, largest[0, 0, 0, 0, 0].item<float>());
        Assert.Equal(1, largest[1, 0, 7, 7, 7].item<float>());
    }
}
