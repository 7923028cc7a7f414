using Sassnet.Model.Preprocessing;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class MergedMasksTests : IDisposable
{
    // The phantom's left ventricle is the first by the alphabet, its atrium the second.
    private static readonly (string Structure, byte Value)[] Both = [("Left Ventricle", 2), ("left_atrium", 1)];

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-merged-").FullName;
    private readonly RawScans _raw;

    public MergedMasksTests() => _raw = new RawScans(Path.Combine(_folder, "raw"));

    private string Output => Path.Combine(_folder, "data");

    private string Config => Path.Combine(Output, "config.yaml");

    private PreparationOptions Options => new() { Input = _raw.Folder, Output = Output, ValidationShare = 0, TimeTraining = false };

    [Fact]
    public void Masks_of_a_case_become_one_label_that_training_reads_under_their_names()
    {
        _raw.WriteMasks("a", 1, Both);
        _raw.WriteMasks("b", 2, Both);
        var console = Prepare(Options);
        Assert.Contains("2 structures: Left Ventricle (1), left_atrium (2)", console, StringComparison.Ordinal);
        Assert.Equal([(1, "Left Ventricle"), (2, "left_atrium")], TrainingOptionsFile.Read(Config).Labels.Select(label => ((int)label.Value, label.Name)));
        Assert.Equal(["a.nii.gz", "b.nii.gz"], Directory.EnumerateFileSystemEntries(Path.Combine(Output, "labels")).Select(Path.GetFileName).Order());

        // The same phantoms with a label of one file, whose values are the other way round.
        new RawScans(Path.Combine(_folder, "whole")).WriteChambers("a", 1);
        var whole = Voxels(Path.Combine(_folder, "whole", "labels", "a.nii.gz"));
        Assert.Equal(Array.ConvertAll(whole, value => value == 0 ? 0 : 3 - value), Label("a"));
        Assert.All(ScanDataset.Load(TrainingOptionsFile.Read(Config)).Labelled, scan => Assert.Equal([0, 1, 2], scan.Mask!.Distinct().Order().Select(number => (int)number)));
    }

    [Fact]
    public void A_structure_whose_mask_is_empty_or_not_there_is_absent_in_that_case()
    {
        const byte Nothing = 9;
        _raw.WriteMasks("a", 1, Both);
        _raw.WriteMasks("b", 2, ("left ventricle", Nothing), ("left_atrium", 1));
        _raw.WriteMasks("c", 3, ("left_atrium", 1));
        Assert.Contains("\n2 of 3 labelled cases have nothing of Left Ventricle: b, c.\n", Prepare(Options), StringComparison.Ordinal);
        Assert.Equal([0, 2], Label("b").Distinct().Order());
        Assert.Equal([0, 2], Label("c").Distinct().Order());
    }

    [Fact]
    public void A_case_whose_masks_are_all_empty_has_an_empty_label()
    {
        const byte Nothing = 9;
        _raw.WriteMasks("a", 1, Both);
        _raw.WriteMasks("b", 2, ("left_atrium", Nothing));
        Assert.Contains("FAULT b: The label is empty: 0 of its 38400 voxels are 1 or 2; 1 or more is accepted.", Faulty(Options), StringComparison.Ordinal);
    }

    [Fact]
    public void One_structure_is_called_as_its_masks_are()
    {
        _raw.WriteMasks("a", 1, ("left_atrium", 1));
        _raw.WriteMasks("b", 2, ("left_atrium", 1));
        Prepare(Options);
        var options = TrainingOptionsFile.Read(Config);
        Assert.Empty(options.Labels);
        Assert.Equal(("left_atrium", 1), (options.Label.Name, options.Label.Value));
        Assert.Equal([0, 1], Label("a").Distinct().Order());
    }

    [Fact]
    public void Masks_that_overlap_are_a_fault_until_somebody_says_what_the_voxels_are()
    {
        _raw.WriteMasks("a", 1, ("organ", 1));
        _raw.WriteMasks("b", 2, ("organ", 1));
        ChangeMask("a", "organ", "tumour", organ =>
        {
            var left = 5;
            return new LabelMap(organ.Size, Array.ConvertAll(organ.Labels, value => value != 0 && left-- > 0 ? (byte)1 : (byte)0), organ.Affine);
        });
        Assert.Contains(
            "FAULT a: 5 voxels are both in the mask of organ and in that of tumour; accepted: each voxel in one structure. Where one lies in the other, such as a tumour in its organ, decide what these voxels are:",
            Faulty(Options),
            StringComparison.Ordinal);
        Directory.Delete(Output, recursive: true);

        Prepare(Asking("organ"));
        var alone = Label("a");
        Directory.Delete(Output, recursive: true);
        Prepare(Asking("organ with tumour=organ, Tumour"));
        Assert.Equal(alone, Label("a"));
        Assert.Equal("organ with tumour", TrainingOptionsFile.Read(Config).Label.Name);
    }

    [Fact]
    public void A_mask_that_is_none_of_its_scan_is_a_fault_that_names_the_file()
    {
        foreach (var (name, seed) in ((string, ulong)[])[("a", 1), ("moved", 2), ("shape", 3), ("values", 4), ("broken", 5)])
            _raw.WriteMasks(name, seed, Both);
        ChangeMask("shape", "left_atrium", mask => new LabelMap(mask.Size with { Z = mask.Size.Z - 1 }, mask.Labels[..^(mask.Size.X * mask.Size.Y)], mask.Affine));
        ChangeMask("moved", "left_atrium", mask => new LabelMap(mask.Size, mask.Labels, mask.Affine.Compose(new Affine([1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0]))));
        ChangeMask("values", "left_atrium", mask => new LabelMap(mask.Size, [7, 9, .. mask.Labels[2..]], mask.Affine));
        File.WriteAllText(Path.Combine(_raw.Folder, "labels", "broken", "left_atrium.nii.gz"), "no mask");
        var faults = Faulty(Options).Split('\n').Where(line => line.StartsWith("FAULT", StringComparison.Ordinal)).ToArray();
        string[] expected =
        [
            "FAULT broken: The mask left_atrium.nii.gz cannot be used: ",
            "FAULT moved: The mask left_atrium.nii.gz's header places its voxels up to 6 mm from the image's; up to 0.3 mm, a tenth of a voxel, is accepted.",
            "FAULT shape: The mask left_atrium.nii.gz has the grid 40x40x23, the image 40x40x24; they must be equal. Where its header places it on the scan, as that of a cropped one does, resample it to the image's grid, by nearest neighbour.",
            "FAULT values: The mask left_atrium.nii.gz has the values 7, 9, 255; accepted: 0 and one other value,",
        ];
        Assert.Equal(expected.Length, faults.Length);
        Assert.All(expected.Zip(faults), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Masks_along_other_axes_are_brought_to_the_scans_with_one_warning()
    {
        _raw.WriteMasks("a", 1, Both);
        _raw.WriteMasks("b", 2, Both);
        Prepare(Options);
        var straight = Label("a");
        Directory.Delete(Output, recursive: true);

        foreach (var (structure, _) in Both)
            ChangeMask("a", structure, mask => new Reorientation(mask.Size, mask.Affine, Orientation.Parse("LPS")).Apply(mask));
        var warning = Assert.Single(Prepare(Options).Split('\n'), line => line.StartsWith("WARNING a:", StringComparison.Ordinal));
        Assert.StartsWith("WARNING a: Masks' axes run LPS, the image's RAS;", warning, StringComparison.Ordinal);
        Assert.Equal(straight, Label("a"));
    }

    [Fact]
    public void Masks_that_lie_on_their_scan_are_not_turned_where_rounding_makes_other_axes_the_nearest()
    {
        _raw.WriteMasks("a", 1, Both);
        _raw.WriteMasks("b", 2, Both);
        Prepare(Options);
        var straight = Label("a");
        Directory.Delete(Output, recursive: true);

        _raw.LayOblique("a", [.. Both.Select(mask => Path.Combine("a", mask.Structure))]);
        Assert.DoesNotContain("WARNING a:", Prepare(Options), StringComparison.Ordinal);
        Assert.Equal(straight, Label("a"));
    }

    [Fact]
    public void The_masks_of_a_series_lie_on_what_is_written_of_it()
    {
        foreach (var (name, seed) in ((string, ulong)[])[("a", 1), ("b", 2)])
            _raw.WriteSeries(Path.Combine("images", name), seed, Path.Combine("labels", name, "bright.nii.gz"), patient: name);
        Prepare(Options);
        Assert.Equal(Voxels(Path.Combine(_raw.Folder, "labels", "a", "bright.nii.gz")), Label("a"));
        Assert.Equal(2, ScanDataset.Load(TrainingOptionsFile.Read(Config)).Labelled.Count);
    }

    [Fact]
    public void Structures_are_chosen_by_the_names_of_their_masks_and_have_the_values_of_the_order_asked_for()
    {
        _raw.WriteMasks("a", 1, Both);
        _raw.WriteMasks("b", 2, Both);
        new RawScans(Path.Combine(_folder, "whole")).WriteChambers("a", 1);
        var whole = Voxels(Path.Combine(_folder, "whole", "labels", "a.nii.gz"));
        Assert.Equal(0, PrepareCommand.Create().Parse(["--input", _raw.Folder, "--output", Output, "--structures", "Left_Atrium", "Left Ventricle", "--validation-share", "0", "--no-timing"]).Invoke());
        Assert.Equal([(1, "Left_Atrium"), (2, "Left Ventricle")], TrainingOptionsFile.Read(Config).Labels.Select(label => ((int)label.Value, label.Name)));
        Assert.Equal(whole, Label("a"));
        Directory.Delete(Output, recursive: true);

        // A mask that comes before it by the alphabet changes nothing of the one that is asked for.
        ChangeMask("a", "Left Ventricle", "aorta", mask => mask);
        Prepare(Asking("atrium=left_atrium"));
        Assert.Equal(("atrium", 1), (TrainingOptionsFile.Read(Config).Label.Name, TrainingOptionsFile.Read(Config).Label.Value));
        Assert.Equal(Array.ConvertAll(whole, value => value == 1 ? 1 : 0), Label("a"));
    }

    [Theory]
    [InlineData("--structures asks for the mask '1', and there is none of that name.", "left_atrium=1")]
    [InlineData("--structures asks for the mask '2', and there is none of that name.", "chambers=left_atrium,2")]
    [InlineData("--structures asks for the mask 'aorta', and there is none of that name.", "left_atrium", "aorta")]
    public void What_no_mask_is_called_is_refused_with_the_names_of_all(string expected, params string[] structures)
    {
        _raw.WriteMasks("a", 1, Both);
        Assert.Equal(
            expected + " The labels are masks, which are chosen by their names and not by values; accepted: \"Left Ventricle\", or several as one structure, as in \"NAME=Left Ventricle,left_atrium\". The masks are Left Ventricle, left_atrium.",
            Refused(Asking(structures)));
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void A_label_of_several_values_in_a_folder_of_its_case_is_read_as_one_beside_it()
    {
        foreach (var (name, seed) in ((string, ulong)[])[("a", 1), ("b", 2)])
        {
            _raw.WriteChambers(name, seed);
            var labels = Path.Combine(_raw.Folder, "labels");
            Directory.CreateDirectory(Path.Combine(labels, name));
            File.Move(Path.Combine(labels, name + ".nii.gz"), Path.Combine(labels, name, name + "_manual.nii.gz"));
        }

        Prepare(Asking("left ventricle=2", "left atrium=1"));
        Assert.Equal([(2, "left ventricle"), (1, "left atrium")], TrainingOptionsFile.Read(Config).Labels.Select(label => ((int)label.Value, label.Name)));
        Assert.Equal(Voxels(Path.Combine(_raw.Folder, "labels", "a", "a_manual.nii.gz")), Label("a"));
    }

    [Fact]
    public void A_mask_is_of_one_structure_alone()
    {
        _raw.WriteMasks("a", 1, Both);
        Assert.Equal("The mask left_atrium is of two structures; accepted: of one, since a voxel has one value.", Refused(Asking("left_atrium", "heart=Left Ventricle,left_atrium")));
    }

    [Fact]
    public void A_mask_may_be_called_as_a_number_is_written()
    {
        _raw.WriteMasks("a", 1, ("1", 2), ("02", 1));
        _raw.WriteMasks("b", 2, ("1", 2), ("02", 1));
        Prepare(Asking("atrium=02", "ventricle=1"));
        Assert.Equal([(1, "atrium"), (2, "ventricle")], TrainingOptionsFile.Read(Config).Labels.Select(label => ((int)label.Value, label.Name)));
        new RawScans(Path.Combine(_folder, "whole")).WriteChambers("a", 1);
        Assert.Equal(Voxels(Path.Combine(_folder, "whole", "labels", "a.nii.gz")), Label("a"));
    }

    [Fact]
    public void A_mask_may_be_called_as_a_number_that_no_label_has_and_as_the_same_number_in_another_form()
    {
        _raw.WriteMasks("a", 1, ("1002", 2), ("01002", 1));
        _raw.WriteMasks("b", 2, ("1002", 2), ("01002", 1));
        Prepare(Asking("cingulate=1002", "insula=01002"));
        Assert.Equal([(1, "cingulate"), (2, "insula")], TrainingOptionsFile.Read(Config).Labels.Select(label => ((int)label.Value, label.Name)));
    }

    [Fact]
    public void Values_choose_no_masks()
    {
        _raw.WriteMasks("a", 1, Both);
        const string Rest = ", and the labels are masks, which are chosen by their names and not by values; accepted: --structures with names of masks, several as one structure as in \"NAME=Left Ventricle,left_atrium\". The masks are Left Ventricle, left_atrium.";
        Assert.Equal("--foreground is 1, 2" + Rest, Refused(Options with { Foreground = [1, 2] }));
        Assert.Equal("--other-labels is 2" + Rest, Refused(Options with { OtherLabels = [2] }));
        Assert.StartsWith("--structures asks for the mask '1'", Refused(Options with { Structures = [new("left_atrium", [1])] }), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void The_name_of_a_mask_is_refused_where_labels_are_values()
    {
        _raw.WritePair("a", 1);
        Assert.Equal(
            "--structures has 'atrium'; accepted: NAME=VALUE, such as \"left atrium=1\", or several values, \"heart=1,2\". Names alone choose masks, and no scan's label is a folder of masks.",
            Refused(Options with { Structures = [LabelledStructure.Parse("atrium")] }));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Prepare(PreparationOptions options)
    {
        using var console = new StringWriter { NewLine = "\n" };
        DataPreparation.Run(options, console, TestContext.Current.CancellationToken);
        return console.ToString();
    }

    private static string Faulty(PreparationOptions options)
    {
        using var console = new StringWriter { NewLine = "\n" };
        Assert.Throws<InvalidConfigurationException>(() => DataPreparation.Run(options, console, TestContext.Current.CancellationToken));
        return console.ToString();
    }

    private static string Refused(PreparationOptions options) => Assert.Throws<InvalidConfigurationException>(() => Prepare(options)).Message;

    private PreparationOptions Asking(params string[] structures) => Options with { Structures = [.. structures.Select(LabelledStructure.Parse)] };

    private static int[] Voxels(string path) => Array.ConvertAll(VolumeFile.Read(path, ct: TestContext.Current.CancellationToken).Volume.Voxels, value => (int)value);

    private int[] Label(string name) => Voxels(Path.Combine(Output, "labels", name + ".nii.gz"));

    private void ChangeMask(string name, string structure, Func<LabelMap, LabelMap> change) => _raw.ChangeLabel(Path.Combine(name, structure), change);

    private void ChangeMask(string name, string structure, string copy, Func<LabelMap, LabelMap> change)
    {
        var path = Path.Combine("labels", name);
        File.Copy(Path.Combine(_raw.Folder, path, structure + ".nii.gz"), Path.Combine(_raw.Folder, path, copy + ".nii.gz"));
        ChangeMask(name, copy, change);
    }
}
