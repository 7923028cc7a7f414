using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class SeldomMetTests : IDisposable
{
    private static readonly GridSize Grid = new(200, 200, 16);

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-seldom-").FullName;
    private readonly RawScans _raw;

    public SeldomMetTests() => _raw = new RawScans(Path.Combine(_folder, "raw"));

    private string Config => Path.Combine(_folder, "data", "config.yaml");

    private PreparationOptions Options => new() { Input = _raw.Folder, Output = Path.Combine(_folder, "data"), ValidationShare = 0, TimeTraining = false };

    [Fact]
    public void A_structure_that_few_crops_of_a_large_scan_meet_is_said_and_held_by_a_third_of_them()
    {
        WriteScans();

        // From 10 of 89 places along each of two axes a crop of 112 voxels meets a box of 10 in the corner.
        var console = Prepare(Options with { Structures = [new("liver", [2]), new("spleen", [1])] });
        Assert.Contains("Of crops that lie anywhere in a scan 1 % at the most meet spleen: ", console, StringComparison.Ordinal);
        Assert.Contains("\n  foreground: 0.33  # a third of the labelled crops hold a structure: of those that lie anywhere 1 % at the most meet \"spleen\"\n", File.ReadAllText(Config), StringComparison.Ordinal);
        var options = TrainingOptionsFile.Read(Config);
        Assert.Equal([[112, 112, 16]], options.Crops.Sizes);
        Assert.Equal(0.33, options.Crops.Foreground);
        var dataset = ScanDataset.Load(options);
        Assert.Empty(ForegroundFit.Warnings(options, dataset));
        Assert.Contains(" 1 % meet 'spleen': ", Assert.Single(ForegroundFit.Warnings(options with { Crops = options.Crops with { Foreground = 0 } }, dataset)), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_crops_that_lie_anywhere_meet_all_structures_they_stay_as_the_papers()
    {
        WriteScans();
        var console = Prepare(Options with { Structures = [new("liver", [2])], OtherLabels = [1] });
        Assert.DoesNotContain("lie anywhere", console, StringComparison.Ordinal);
        Assert.DoesNotContain("foreground", File.ReadAllText(Config), StringComparison.Ordinal);
        Assert.Equal(0, TrainingOptionsFile.Read(Config).Crops.Foreground);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Prepare(PreparationOptions options)
    {
        using var console = new StringWriter();
        DataPreparation.Run(options, console, TestContext.Current.CancellationToken);
        return console.ToString();
    }

    // Noise with a small 1 in the corner and a large 2 in the middle.
    private void WriteScans()
    {
        foreach (var (name, seed) in ((string, int)[])[("a", 1), ("b", 2)])
        {
            var (random, image, mask) = (new Random(seed), new float[Grid.Count], new byte[Grid.Count]);
            foreach (ref var voxel in image.AsSpan())
                voxel = random.Next(1000);
            for (var z = 2; z < 14; z++)
            {
                for (var y = 0; y < 10; y++)
                    mask.AsSpan(Grid.IndexOf(0, y, z), 10).Fill(1);
                for (var y = 50; y < 150; y++)
                    mask.AsSpan(Grid.IndexOf(50, y, z), 100).Fill(2);
            }

            _raw.Write(Path.Combine("images", name + ".nii.gz"), new Volume(Grid, image, Affine.Scaling(VoxelSize.Unit)));
            _raw.Write(Path.Combine("labels", name + ".nii.gz"), new LabelMap(Grid, mask, Affine.Scaling(VoxelSize.Unit)));
        }
    }
}
