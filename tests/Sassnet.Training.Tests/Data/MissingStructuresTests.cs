using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Tests.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class MissingStructuresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-missing-").FullName;
    private readonly RawScans _scans;

    public MissingStructuresTests()
    {
        _scans = new RawScans(_folder);
        foreach (var (name, seed) in ((string, ulong)[])[("a", 1), ("b", 2), ("c", 3), ("d", 4)])
            _scans.WriteChambers(name, seed);
        File.WriteAllLines(Path.Combine(_folder, "labelled.list"), ["a", "b"]);
        File.WriteAllLines(Path.Combine(_folder, "validation.list"), ["c", "d"]);
    }

    private TrainingOptions Options => new()
    {
        Method = MethodKind.VNet,
        Data = new() { Folder = _folder, Validation = "validation.list" },
        Labels = [new() { Value = 1, Name = "left atrium" }, new() { Value = 2, Name = "left ventricle" }],
        Preprocessing = new() { SpacingMm = [4, 4, 4] },
    };

    [Fact]
    public void Scans_that_lack_a_structure_are_trained_on_and_named_and_are_no_volume_of_it()
    {
        var all = ScanDataset.Load(Options);
        Assert.Empty(MissingStructures.Warnings(Options, all));

        Without("a", 2);
        Without("c", 1);
        var dataset = ScanDataset.Load(Options);
        Assert.Equal(["1", "1 2"], dataset.Labelled.Select(Structures));
        Assert.Equal(["2", "1 2"], dataset.Validation.Select(Structures));
        Assert.Equal(
            [
                "1 of 2 labelled scans has nothing of left ventricle: a. There the network learns that there is none; see that it is so, and not only undrawn.",
                "1 of 2 validation scans has nothing of left atrium: c. Its Dice is the mean over the others.",
            ],
            MissingStructures.Warnings(Options, dataset));

        var (before, now) = (all.Range!.LabelVolumesMl!, dataset.Range!.LabelVolumesMl!);
        Assert.Equal(before[0], now[0]);
        Assert.Equal(now[1].Max, now[1].Min);
        Assert.InRange(now[1].Min, before[1].Min, before[1].Max);
        Assert.True(dataset.Range.VolumeMl.Min > 0);
    }

    [Fact]
    public void A_structure_that_no_validation_scan_has_is_said_to_have_no_dice()
    {
        Without("c", 2);
        Without("d", 2);
        Assert.Equal(["2 of 2 validation scans have nothing of left ventricle: c, d. No Dice of it is measured."], MissingStructures.Warnings(Options, ScanDataset.Load(Options)));
    }

    [Fact]
    public void A_structure_that_no_labelled_scan_has_cannot_be_learned()
    {
        Without("a", 2);
        Without("b", 2);
        Assert.Equal(
            "None of 2 labelled scans has a voxel of left ventricle (value 2), so that it cannot be learned; accepted: one scan of labelled.list or more with it. "
                + "Say which values of label files it is ('labels[].fileValues'), or leave it out of 'labels'.",
            Refused(Options));
    }

    [Fact]
    public void A_scan_without_any_structure_and_one_that_loses_one_on_the_networks_grid_are_refused()
    {
        Without("a", 2);
        _scans.ChangeLabel("a", label =>
        {
            label.Labels[label.Size.IndexOf(20, 20, 12)] = 2;
            return label;
        });
        Assert.StartsWith("Nothing of a label of a is left at 'preprocessing.spacingMm' [8, 8, 8]", Refused(Options with { Preprocessing = new() { SpacingMm = [8, 8, 8] } }), StringComparison.Ordinal);

        _scans.ChangeLabel("a", label => new LabelMap(label.Size, new byte[label.Labels.Length], label.Affine));
        Assert.StartsWith("The label of a has no voxel of value 1 or 2; it has 0 in ", Refused(Options), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_cases_the_first_five_are_named()
    {
        LabelledCase[] cases = [new("sound", [1, 2]), .. Enumerable.Range(1, 7).Select(number => new LabelledCase($"case-{number}", [2]))];
        Assert.Equal(["7 of 8 cases have nothing of spleen: case-1, case-2, case-3, case-4, case-5 and 2 more."], MissingStructures.Sentences(["spleen", "liver"], cases, "case"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Structures(TrainingScan scan) => string.Join(' ', LabelMap.ValuesOf(scan.Mask.AsSpan()));

    private static string Refused(TrainingOptions options) => Assert.Throws<InvalidConfigurationException>(() => ScanDataset.Load(options)).Message;

    private void Without(string name, byte structure) => _scans.ChangeLabel(
        name, label => new LabelMap(label.Size, Array.ConvertAll(label.Labels, value => value == structure ? (byte)0 : value), label.Affine));
}
