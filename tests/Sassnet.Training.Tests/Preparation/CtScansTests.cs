using Sassnet.Model.Packages;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class CtScansTests : IDisposable
{
    private const string Ct = "The scans are CT: preprocessing.normalisation is ct-window, with windowHu [";

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-ct-").FullName;
    private readonly RawScans _raw;

    public CtScansTests() => _raw = new RawScans(Path.Combine(_folder, "raw"));

    private string Output => Path.Combine(_folder, "data");

    private PreparationOptions Options => new() { Input = _raw.Folder, Output = Output, ValidationShare = 0, TimeTraining = false };

    [Fact]
    public void Scans_with_air_and_whole_numbers_get_the_window_of_their_structures_without_the_metal()
    {
        WriteCt("a", 1);
        WriteCt("b", 2);
        Assert.Contains(Ct + "-100, 100], where 99 % of the structures' voxels lie.", Prepare(Options), StringComparison.Ordinal);
        Assert.Equal(Normalisation.CtWindow, Configuration().Preprocessing.Normalisation);
        Assert.Equal([-100, 100], Configuration().Preprocessing.WindowHu);
        Assert.All(ScanDataset.Load(Configuration()).Labelled, scan => Assert.InRange(scan.Image.Max(), 0.9f, 1f));
    }

    [Theory]
    [InlineData(40, 30.0, 50.0)]
    [InlineData(43, 40.0, 50.0)]
    [InlineData(-3, -10.0, 0.0)]
    public void Structures_of_one_value_have_a_window_around_it(int value, double lower, double upper)
    {
        WriteCt("a", 1, _ => value);
        WriteCt("b", 2, _ => value);
        Assert.Contains(FormattableString.Invariant($"{Ct}{lower}, {upper}]"), Prepare(Options), StringComparison.Ordinal);
        Assert.Equal([lower, upper], Configuration().Preprocessing.WindowHu);
    }

    [Fact]
    public void Series_of_DICOM_are_CT_by_their_modality()
    {
        _raw.WriteSeries("p1", 1, "p1_seg.nii.gz", "CT");
        _raw.WriteSeries("p2", 2, "p2_seg.nii.gz", "CT");
        Assert.Contains(Ct, Prepare(Options), StringComparison.Ordinal);
        Assert.Equal(Normalisation.CtWindow, Configuration().Preprocessing.Normalisation);
    }

    [Fact]
    public void Of_CT_among_others_is_warned_and_scans_without_it_are_normalised_as_MR()
    {
        WriteCt("a", 1);
        _raw.WritePair("b", 2);
        _raw.WritePair("c", 3);
        Assert.Contains("WARNING 1 scan is CT and 2 are not, ", Prepare(Options), StringComparison.Ordinal);
        Assert.Equal(Normalisation.RobustZScore, Configuration().Preprocessing.Normalisation);
        Assert.Empty(Configuration().Preprocessing.WindowHu);
        Directory.Delete(Output, recursive: true);

        // Air, but no whole numbers.
        WriteCt("a", 1, place => 0.5f + (place % 50));
        var console = Prepare(Options);
        Assert.DoesNotContain(" CT", console, StringComparison.Ordinal);
        Assert.Equal(Normalisation.RobustZScore, Configuration().Preprocessing.Normalisation);
    }

    [Fact]
    public void A_package_to_begin_with_keeps_its_own_normalisation()
    {
        WriteCt("a", 1);
        WriteCt("b", 2);
        var console = Prepare(Options with { StartFrom = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom") });
        Assert.DoesNotContain(Ct, console, StringComparison.Ordinal);
        Assert.NotEqual(Normalisation.CtWindow, Configuration().Preprocessing.Normalisation);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Prepare(PreparationOptions options)
    {
        using var console = new StringWriter();
        DataPreparation.Run(options, console, TestContext.Current.CancellationToken);
        return console.ToString();
    }

    // A voxel of five hundred in the structure is metal.
    private static float Tissue(int place) => place % 500 == 7 ? 3000 : (place % 201) - 100;

    private void WriteCt(string name, ulong seed, Func<int, float>? structure = null)
    {
        _raw.WritePair(name, seed);
        var label = VolumeFile.Read(Path.Combine(_raw.Folder, "labels", name + ".nii.gz"), ct: TestContext.Current.CancellationToken).Volume;
        float[] voxels = [.. label.Voxels.Select((value, place) => value == 0 ? (place % 20) - 1000 : (structure ?? Tissue)(place))];
        _raw.Write(Path.Combine("images", name + ".nii.gz"), new Volume(label.Size, voxels, label.Affine));
    }

    private TrainingOptions Configuration() => TrainingOptionsFile.Read(Path.Combine(Output, "config.yaml"));
}
