using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Xunit;

namespace Sassnet.Training.Tests.Data;

/// <summary>Crops that have to hold a structure: what <c>crops.foreground</c> asks for.</summary>
public sealed class ForegroundCropsTests
{
    private const int Steps = 100;
    private const int Labelled = 2;

    private static readonly GridSize Grid = new(64, 56, 40);
    private static readonly GridSize Size = new(16, 16, 16);
    private static readonly AugmentationOptions Off = new() { Rotate90 = false, Flip = false };

    private static readonly AugmentationOptions[] Changes =
    [
        Off,
        new() { Overhang = 0.5 },
        new() { Zoom = 1 },
        new() { Rotation = 180, RotationProbability = 1 },
        new() { Rotation = 45, RotationProbability = 1, Zoom = 1, Overhang = 0.3 },
        new() { Elastic = 6, ElasticProbability = 1 },
        new() { FieldOfView = 0.4 },
        new() { Rotation = 45, RotationProbability = 0.5, Zoom = 0.8, Elastic = 6, ElasticProbability = 0.5, Overhang = 0.3, FieldOfView = 0.3 },
    ];

    [Fact]
    public void Each_holds_a_structure_whatever_is_done_to_it_and_each_structure_is_held_as_often() => Assert.All(Changes, augmentation =>
    {
        var loader = Loader(foreground: 1, augmentation);
        var masks = Enumerable.Range(0, Steps).SelectMany(number => loader.Make(number).Masks).ToList();
        Assert.All(masks, mask => Assert.True(Has(mask, 0) || Has(mask, 1)));

        // They lie too far apart for one crop.
        Assert.InRange(masks.Count(mask => Has(mask, 0)), 0.35 * masks.Count, 0.65 * masks.Count);
    });

    [Fact]
    public void The_voxel_that_is_held_lies_anywhere_in_the_crop()
    {
        var scan = Scan(1);
        var voxel = new StructureVoxel(2, 51, 41, 31);
        var places = new HashSet<(int Axis, int Place)>();
        for (var seed = 0; seed < 400; seed++)
        {
            var crop = new CropAugmentation(Off, Normalisation.ZScore).Draw(scan, new GridSize(4, 4, 4), new Random(seed), voxel);
            var at = Array.IndexOf(crop.Image, scan.Image[Grid.IndexOf(voxel.X, voxel.Y, voxel.Z)]);
            places.UnionWith([(0, at % 4), (1, at / 4 % 4), (2, at / 16)]);
        }

        Assert.Equal(12, places.Count);
    }

    [Fact]
    public void Crops_that_need_not_hold_one_are_the_very_ones_that_lie_anywhere_and_as_many_as_told()
    {
        var augmentation = new AugmentationOptions { Rotation = 15, Zoom = 0.2, Gain = 0.2, FieldOfView = 0.2 };
        var (plain, some) = (Loader(foreground: 0, augmentation), Loader(foreground: 0.3, augmentation));
        var held = 0;
        for (var number = 0; number < Steps; number++)
        {
            var (anywhere, batch) = (plain.Make(number), some.Make(number));
            for (var slot = 0; slot < batch.Images.Length; slot++)
            {
                if (batch.Images[slot].SequenceEqual(anywhere.Images[slot]))
                    continue;
                Assert.InRange(slot, 0, Labelled - 1);
                Assert.True(Has(batch.Masks[slot], 0) || Has(batch.Masks[slot], 1));
                held++;
            }
        }

        Assert.InRange(held, 0.15 * Steps * Labelled, 0.45 * Steps * Labelled);
    }

    [Fact]
    public void At_0_every_crop_is_drawn_as_it_always_was()
    {
        var options = Options(foreground: 0, Off with { Overhang = 0.25 });
        var (dataset, random) = (Dataset(), new SeededRandom(options.Seed));
        var loader = new BatchLoader(dataset, options, Share.Whole);
        for (var number = 0; number < Steps; number++)
        {
            var batch = loader.Make(number);
            for (var slot = 0; slot < batch.Images.Length; slot++)
            {
                var drawn = random.For("crop", number, slot);
                var box = new GridBox((drawn.Next(-4, 48 + 5), drawn.Next(-4, 40 + 5), drawn.Next(-4, 24 + 5)), Size);
                var scan = dataset.Labelled.Concat(dataset.Unlabelled).Single(one => one.Name == batch.Cases[slot]);
                Assert.Equal(Crop.Cut(scan, box).Image, batch.Images[slot], (one, other) => Math.Abs(one - other) < 1e-4);
            }
        }
    }

    [Fact]
    public void A_micro_batch_holds_the_same_wherever_and_whenever_it_is_made()
    {
        var augmentation = new AugmentationOptions { Rotation = 15, Zoom = 0.2 };
        var (loader, other) = (Loader(foreground: 0.5, augmentation), new BatchLoader(Dataset(), Options(0.5, augmentation), new Share(World.Alone, 2)));
        foreach (var number in (int[])[7, 3, 4, 7])
        {
            var (batch, again) = (loader.Make(number), other.Make(number));
            Assert.Equal(batch.Images, again.Images);
            Assert.Equal(batch.Masks, again.Masks);
        }
    }

    private static bool Has(float[] masks, int structure) => masks.AsSpan((int)(structure * Size.Count), (int)Size.Count).Contains(1f);

    private static BatchLoader Loader(double foreground, AugmentationOptions augmentation) => new(Dataset(), Options(foreground, augmentation), Share.Whole);

    private static TrainingOptions Options(double foreground, AugmentationOptions augmentation) => new()
    {
        Labels = [new() { Value = 1, Name = "speck" }, new() { Value = 2, Name = "block" }],
        Crops = new() { Sizes = [[Size.X, Size.Y, Size.Z]], Labelled = Labelled, Unlabelled = 1, Foreground = foreground },
        Augmentation = augmentation,
    };

    private static ScanDataset Dataset() => new([Scan(1), Scan(2), Scan(3)], [Scan(4) with { Mask = null }], []);

    // One voxel in a corner, and a small block near the opposite one, in noise; longer voxels along Z.
    private static TrainingScan Scan(int seed)
    {
        var (random, mask) = (new Random(seed), new byte[Grid.Count]);
        mask[0] = 1;
        for (var z = 30; z < 33; z++)
        {
            for (var y = 40; y < 43; y++)
                mask.AsSpan(Grid.IndexOf(50, y, z), 3).Fill(2);
        }

        return new TrainingScan($"scan-{seed}", Grid, Affine.Scaling(new VoxelSize(1, 1, 2)), Array.ConvertAll(mask, label => label + random.NextSingle() - 0.5f), mask);
    }
}
