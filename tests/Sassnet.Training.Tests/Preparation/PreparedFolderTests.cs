using System.CommandLine;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class PreparedFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-prepared-").FullName;
    private readonly RawScans _raw;

    public PreparedFolderTests() => _raw = new RawScans(Path.Combine(_folder, "raw"));

    private string Output => Path.Combine(_folder, "data");

    private PreparationOptions Options => new() { Input = _raw.Folder, Output = Output, ValidationShare = 0.5, TimeTraining = false };

    [Fact]
    public void Series_of_DICOM_become_NIfTI_with_the_labels_that_lie_beside_them_or_in_them()
    {
        _raw.WriteSeries("p1", 1, "p1_seg.nii.gz");
        _raw.WriteSeries("p2", 2, "p2/mask.nii.gz");
        _raw.WriteSeries("p3", 3);
        _raw.Write("p3/DICOMDIR.txt", "no slice");
        Prepare(Options);
        var data = Load();
        Assert.Equal((1, 1, 1), (data.Labelled.Count, data.Unlabelled.Count, data.Validation.Count));
        Assert.Equal(["p1.nii.gz", "p2.nii.gz", "p3.nii.gz"], Files("images"));
        Assert.Equal(["p1.nii.gz", "p2.nii.gz"], Files("labels"));
        Assert.Equal(new GridSize(32, 28, 24), data.Labelled[0].Size);
        Assert.Equal(0.1, (double)data.Labelled[0].Mask!.AsSpan().Count((byte)1) / data.Labelled[0].Mask!.Length, 2);
    }

    [Fact]
    public void A_label_along_other_axes_is_written_along_its_images()
    {
        _raw.WritePair("a", 1);
        _raw.WritePair("b", 2);
        Prepare(Options with { ValidationShare = 0 });
        var expected = Load().Labelled;
        Directory.Delete(Output, recursive: true);
        _raw.ChangeLabel("a", label => new Reorientation(label.Size, label.Affine, Orientation.Parse("PIL")).Apply(label));
        Prepare(Options with { ValidationShare = 0 });
        Assert.All(Load().Labelled.Zip(expected), pair => Assert.Equal(pair.Second.Mask, pair.First.Mask));
    }

    [Fact]
    public void A_label_that_lies_on_its_image_is_written_as_it_is_where_rounding_makes_other_axes_the_nearest()
    {
        foreach (var (name, seed) in ((string, ulong)[])[("a", 1), ("b", 2)])
        {
            _raw.WritePair(name, seed);
            _raw.LayOblique(name, name);
        }

        Prepare(Options with { ValidationShare = 0 });
        Assert.Equal(2, Load().Labelled.Count);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_raw.Folder, "labels", "a.nii.gz")), File.ReadAllBytes(Path.Combine(Output, "labels", "a.nii.gz")));
    }

    [Fact]
    public void A_value_of_another_structure_that_no_byte_holds_stays_background_in_a_label_that_is_turned()
    {
        _raw.WritePair("a", 1);
        _raw.WritePair("b", 2);
        _raw.Write("dataset.json", """{"labels": {"background": 0, "left atrium": 1, "cortex": 257}}""");
        var options = Options with { ValidationShare = 0, Foreground = [1] };
        Prepare(options);
        var expected = Load().Labelled;
        Directory.Delete(Output, recursive: true);

        // Along other axes than its image, half of the background is cortex.
        var path = Path.Combine(_raw.Folder, "labels", "a.nii.gz");
        var label = VolumeFile.Read(path, ct: TestContext.Current.CancellationToken).Volume;
        var turned = new Reorientation(label.Size, label.Affine, Orientation.Parse("PIL")).Apply(label);
        var values = turned.Voxels.Select((value, index) => value == 0 && index % 2 == 0 ? 257 : value).ToArray();
        _raw.Write(Path.Combine("labels", "a.nii.gz"), new Volume(turned.Size, values, turned.Affine));
        Prepare(options);
        Assert.All(Load().Labelled.Zip(expected), pair => Assert.Equal(pair.Second.Mask, pair.First.Mask));
    }

    [Fact]
    public void The_label_that_dataset_json_declares_is_the_foreground_and_names_it()
    {
        foreach (var (name, seed) in ((string, ulong)[])[("a", 1), ("b", 2)])
        {
            _raw.WriteFlat(name, seed, "-x");
            Directory.CreateDirectory(Path.Combine(_raw.Folder, "imagesTr"));
            File.Move(Path.Combine(_raw.Folder, name + ".nii.gz"), Path.Combine(_raw.Folder, "imagesTr", name + "_0000.nii.gz"));
            File.Move(Path.Combine(_raw.Folder, name + "-x.nii.gz"), Path.Combine(Directory.CreateDirectory(Path.Combine(_raw.Folder, "labelsTr")).FullName, name + ".nii.gz"));
        }

        _raw.Write("dataset.json", """{"labels": {"0": "background", "1": "left atrium"}}""");
        Prepare(Options);
        Assert.Equal("left atrium", Configuration().Label.Name);
        Assert.Equal(1, Configuration().Label.Value);
        Directory.Delete(Output, recursive: true);

        _raw.Write("dataset.json", """{"labels": {"background": 0, "wall": 2, "left atrium": 1}}""");

        // Both are structures, and these scans have no wall.
        var error = Assert.Throws<InvalidConfigurationException>(() => Prepare(Options));
        Assert.Contains("No sound case has a voxel of wall (2) in its label", error.Message, StringComparison.Ordinal);
        Prepare(Options with { Foreground = [1] });
        Assert.Equal("left atrium", Configuration().Label.Name);
    }

    [Fact]
    public void A_package_to_begin_with_gives_its_grid_and_says_how_its_voxels_compare()
    {
        _raw.WritePair("a", 1);
        _raw.WritePair("b", 2);
        var package = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom");
        var console = Prepare(Options with { StartFrom = package });
        var options = Configuration();
        Assert.Equal(package, options.Network.StartFrom);
        Assert.Equal(4, options.Network.Filters);
        Assert.Equal([2, 2, 2], options.Preprocessing.SpacingMm);
        Assert.Equal([[48, 32, 32]], options.Crops.Sizes);
        Assert.Equal(LearningRateSchedule.Polynomial, options.Optimizer.Schedule);
        Assert.Contains("its voxels are 2 × 2 × 2 mm, the scans' 3 × 3 × 4 mm (median)", console, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", console, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_of_CT_gives_its_window_too()
    {
        _raw.WritePair("a", 1);
        _raw.WritePair("b", 2);
        var package = ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom")).CopyTo(Path.Combine(_folder, "ct"));
        package.With(package.Manifest with { Preprocessing = package.Manifest.Preprocessing with { Normalisation = Normalisation.CtWindow, WindowHu = [-160, 240] } });
        Prepare(Options with { StartFrom = package.Folder });
        Assert.Equal(Normalisation.CtWindow, Configuration().Preprocessing.Normalisation);
        Assert.Equal([-160, 240], Configuration().Preprocessing.WindowHu);
    }

    [Fact]
    public void A_package_of_quite_other_voxels_is_warned_of()
    {
        _raw.WritePair("a", 1);
        _raw.WritePair("b", 2);
        var console = Prepare(Options with { StartFrom = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "left-atrium") });
        Assert.Contains("WARNING: that is 4 times as much along one axis", console, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ending_that_begins_with_a_hyphen_is_taken_by_the_command()
    {
        _raw.WriteFlat("a", 1, "-truth");
        _raw.WriteFlat("b", 2, "-truth");
        var root = new RootCommand { PrepareCommand.Create() };
        Assert.Equal(0, root.Parse(["prepare", "--input", _raw.Folder, "--output", Output, "--label-suffix=-truth", "--no-timing"]).Invoke());
        Assert.Equal(["a.nii.gz", "b.nii.gz"], Files("labels"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Prepare(PreparationOptions options)
    {
        using var console = new StringWriter();
        DataPreparation.Run(options, console, TestContext.Current.CancellationToken);
        return console.ToString();
    }

    private TrainingOptions Configuration() => TrainingOptionsFile.Read(Path.Combine(Output, "config.yaml"));

    private ScanDataset Load() => ScanDataset.Load(Configuration());

    private IEnumerable<string?> Files(string folder) => Directory.EnumerateFiles(Path.Combine(Output, folder)).Select(Path.GetFileName).Order();
}
