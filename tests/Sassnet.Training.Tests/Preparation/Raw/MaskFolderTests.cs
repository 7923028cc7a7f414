using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation;
using Sassnet.Training.Preparation.Raw;
using Xunit;

namespace Sassnet.Training.Tests.Preparation.Raw;

public sealed class MaskFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-masks-").FullName;

    [Theory]
    [InlineData("images", "labels")]
    [InlineData("imagesTr", "labelsTr")]
    [InlineData(".", "labels")]
    public void Masks_are_told_by_the_names_of_all_structures_however_they_are_capitalised(string images, string labels)
    {
        Touch($"{images}/p1.nii.gz", $"{labels}/p1/Spleen .nii.gz", $"{labels}/p1/liver.nii", $"{labels}/p1/statistics.json");
        Touch($"{images}/p2.nii.gz", $"{labels}/p2/segmentations/Left Kidney.nii.gz", $"{labels}/p2/segmentations/spleen.nii.gz", $"{images}/p3.nii.gz");
        var data = Find();
        Assert.Equal(["Left Kidney", "liver", "Spleen"], data.MaskNames);
        Assert.Empty(data.LabelNames);
        Assert.Equal([("p1", null), ("p2", null), ("p3", (string?)null)], data.Cases.Select(raw => (raw.Name, raw.Fault)));
        Assert.Equal(["liver", "Spleen"], data.Cases[0].Masks!.Select(mask => mask.Name));
        Assert.Equal(["Left Kidney", "spleen"], data.Cases[1].Masks!.Select(mask => mask.Name));
        Assert.Equal(Path.Combine(_folder, labels, "p1"), data.Cases[0].Label);
        Assert.Null(data.Cases[2].Label);
        Assert.Contains("The labels are masks of a structure each, by their names: Left Kidney, liver, Spleen.", data.Notes[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p1.nii.gz")]
    [InlineData("p1_seg.nii.gz")]
    [InlineData("Segmentation.nii.gz")]
    public void One_file_that_is_called_as_a_label_of_the_case_is_all_of_it(string file)
    {
        Touch("images/p1.nii.gz", $"labels/p1/{file}");
        var data = Find();
        var raw = Assert.Single(data.Cases);
        Assert.Equal(Path.Combine(_folder, "labels", "p1", file), raw.Label);
        Assert.Null(raw.Masks);
        Assert.Null(raw.Fault);
        Assert.Empty(data.MaskNames);
    }

    [Theory]
    [InlineData("_")]
    [InlineData("-")]
    public void The_name_of_its_own_case_before_a_masks_name_is_no_part_of_it(string between)
    {
        Touch("images/p1.nii.gz", $"labels/p1/p1{between}liver.nii.gz", $"labels/p1/p1{between}spleen.nii.gz");
        Touch("images/p2.nii.gz", "labels/p2/P2 liver.nii.gz", "labels/p2/p1_liver.nii.gz", "labels/p2/p2_.nii.gz", $"labels/p2/p2{between}liver.nii.gz", "labels/p2/spleen.nii.gz");
        var data = Find();
        Assert.Equal(["liver", "P2 liver", "p1_liver", "p2_", "spleen"], data.MaskNames.OrderBy(name => name != "liver").ThenBy(name => name, StringComparer.Ordinal));
        Assert.All(data.Cases, raw => Assert.Null(raw.Fault));
    }

    [Fact]
    public void A_mask_that_is_there_with_and_without_its_cases_name_is_there_twice()
    {
        Touch("images/p1.nii.gz", "labels/p1/liver.nii.gz", "labels/p1/p1_liver.nii.gz");
        Assert.StartsWith("The label's folder has 2 masks of liver (liver.nii.gz, p1_liver.nii.gz);", Assert.Single(Find().Cases).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("manual", "manual")]
    [InlineData("p1_manual", "p2_manual")]
    [InlineData("by-anna", "by-ben")]
    public void Single_files_of_several_values_are_whole_labels_whatever_they_are_called(string first, string second)
    {
        // That a case has one of the structures alone does not make a mask of its label.
        Write("p1", first, 0, 1, 1);
        Write("p2", second, 2, 0, 1);
        var data = Find();
        Assert.Empty(data.MaskNames);
        Assert.Equal([Path.Combine(_folder, "labels", "p1", first + ".nii.gz"), Path.Combine(_folder, "labels", "p2", second + ".nii.gz")], data.Cases.Select(raw => raw.Label));
        Assert.All(data.Cases, raw => Assert.True(raw is { Masks: null, Fault: null }));
        Assert.Equal($"The labels' folders have one file each, and half of these or more have several values, such as {Path.Combine("labels", "p2", second + ".nii.gz")}: each is the label of its whole case.", data.Notes[^1]);
        Assert.Equal(Path.Combine("labels", "p2", second + ".nii.gz"), data.WholeLabel);
    }

    [Fact]
    public void Single_files_of_one_value_are_masks_of_the_structure_that_all_are_called()
    {
        Write("p1", "p1_manual", 0, 1, 1);
        Write("p2", "p2_manual", 0, 255, 0);
        var data = Find();
        Assert.Equal(["manual"], data.MaskNames);
        Assert.All(data.Cases, raw => Assert.Equal("manual", Assert.Single(raw.Masks!).Name));
    }

    [Theory]
    [InlineData(0f, 1f, 2f)] // one label of two structures among masks
    [InlineData(0f, 0.25f, 0.75f)] // interpolated
    [InlineData(0f, 64f, 255f)] // interpolated, as bytes
    public void One_file_of_several_values_among_many_of_one_leaves_the_others_masks(params float[] odd)
    {
        Write("p1", "liver", 0, 1, 1);
        WriteNumbers("p2", "liver", odd);
        Write("p3", "liver", 1, 0, 0);
        var data = Find();
        Assert.Equal(["liver"], data.MaskNames);
        Assert.Null(data.WholeLabel);
        Assert.All(data.Cases, raw => Assert.True(raw is { Masks: [{ Name: "liver" }], Fault: null }));
    }

    [Fact]
    public void Masks_that_were_all_interpolated_are_no_whole_labels()
    {
        WriteNumbers("p1", "liver", 0, 0.5f, 1);
        WriteNumbers("p2", "liver", 0, 0.25f, 1);
        Assert.Equal(["liver"], Find().MaskNames);
    }

    [Fact]
    public void An_interpolated_file_among_whole_labels_leaves_the_others_whole()
    {
        Write("p1", "manual", 0, 1, 2);
        WriteNumbers("p2", "manual", 0, 0.5f, 1.5f);
        Write("p3", "manual", 2, 1, 0);
        var data = Find();
        Assert.Empty(data.MaskNames);
        Assert.All(data.Cases, raw => Assert.Null(raw.Masks));
    }

    [Fact]
    public void A_mask_of_several_values_is_a_fault_that_names_the_file_and_the_others_are_chosen_by_their_name()
    {
        var raw = new RawScans(_folder);
        raw.WriteMasks("a", 1, ("liver", 1));
        raw.WriteMasks("b", 2, ("liver", 1));
        raw.WriteMasks("c", 3, ("liver", 1));
        var path = Path.Combine(_folder, "labels", "b", "liver.nii.gz");
        var mask = VolumeFile.Read(path, ct: TestContext.Current.CancellationToken).Volume;
        mask.Voxels[0] = 0.5f;
        raw.Write(path, mask);
        using var console = new StringWriter { NewLine = "\n" };
        var options = new PreparationOptions { Input = _folder, Output = Path.Combine(_folder, "data"), ValidationShare = 0, TimeTraining = false, Structures = [LabelledStructure.Parse("liver")] };
        Assert.Throws<InvalidConfigurationException>(() => DataPreparation.Run(options, console, TestContext.Current.CancellationToken));
        Assert.Contains("FAULT b: The mask liver.nii.gz has the values 0.5, 255; accepted: 0 and one other value", console.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("FAULT a", console.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("FAULT c", console.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_a_whole_label_is_refused_with_a_file_that_makes_it_one_after_a_note_that_says_so()
    {
        Write("p1", "liver", 0, 1, 2);
        Write("p2", "liver", 0, 1, 1);
        var file = Path.Combine("labels", "p1", "liver.nii.gz");
        using var console = new StringWriter { NewLine = "\n" };
        var options = new PreparationOptions { Input = _folder, Output = Path.Combine(_folder, "data"), Structures = [LabelledStructure.Parse("liver")] };
        var message = Assert.Throws<InvalidConfigurationException>(() => DataPreparation.Run(options, console, TestContext.Current.CancellationToken)).Message;
        Assert.EndsWith($"Names alone choose masks, and the single files in the labels' folders are none: half of them or more have several values, such as {file}.", message, StringComparison.Ordinal);
        Assert.Contains($", such as {file}: each is the label of its whole case.\n", console.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_several_values_beside_other_masks_is_not_taken_for_the_whole()
    {
        Write("p1", "liver", 0, 1, 2);
        Write("p2", "liver", 0, 1, 1);
        Write("p2", "spleen", 1, 0, 0);
        Assert.Equal(["liver", "spleen"], Find().MaskNames);
    }

    [Theory]
    [InlineData("The label's folder has no NIfTI file; accepted: a mask for each structure (.nii, .nii.gz), named after it. Remove the folder", "notes.txt")]
    [InlineData("The label's folder has 1 file that is not read (spleen.nrrd); accepted: a mask for each structure", "liver.nii.gz", "spleen.nrrd")]
    [InlineData("The label's folder has 2 masks of Liver (Liver.nii.gz, liver.nii); accepted: one for each structure.", "Liver.nii.gz", "liver.nii")]
    [InlineData("The label's folder has 2 files (liver.nii.gz, p1_seg.nii.gz), and p1_seg.nii.gz is the label of the whole case by its name", "liver.nii.gz", "p1_seg.nii.gz")]
    public void A_folder_that_is_no_label_is_a_fault_of_its_case(string expected, params string[] files)
    {
        Touch([.. files.Select(file => $"labels/p1/{file}").Append("images/p1.nii.gz")]);
        Assert.StartsWith(expected, Assert.Single(Find().Cases).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_masks_that_no_scan_is_called_like_is_left_alone()
    {
        Touch("images/p1.nii.gz", "labels/p1.nii.gz", "labels/p1/preview.png", "labels/previews/p1.png");
        var raw = Assert.Single(Find().Cases);
        Assert.Equal("p1", raw.Name);
        Assert.Null(raw.Fault);
        Assert.EndsWith("p1.nii.gz", raw.Label, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_in_one_file_is_a_fault_where_others_are_masks_since_nothing_says_which_value_is_what()
    {
        Touch("images/p1.nii.gz", "labels/p1/liver.nii.gz", "images/p2.nii.gz", "labels/p2.nii.gz");
        var cases = Find().Cases;
        Assert.Null(cases[0].Fault);
        Assert.StartsWith("The label is the file p2.nii.gz, and that of p1 a folder with a mask for each structure:", cases[1].Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_masks_take_the_place_of_those_that_a_description_has()
    {
        Touch("imagesTr/p1_0000.nii.gz", "labelsTr/p1/liver.nii.gz");
        File.WriteAllText(Path.Combine(_folder, "dataset.json"), """{"labels": {"background": 0, "spleen": 1}}""");
        var data = Find();
        Assert.Equal(["liver"], data.MaskNames);
        Assert.Empty(data.LabelNames);
        Assert.EndsWith("What dataset.json calls the values is left alone.", data.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Masks_beside_a_scan_are_told_where_they_belong()
    {
        Touch("p1/ct.nii.gz", "p1/segmentations/liver.nii.gz", "p1/segmentations/spleen.nii.gz");
        Assert.EndsWith("If there are masks of a structure each, put them into labels/p1/ and the scan into images/.", Assert.Single(Find().Cases).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void More_structures_than_a_package_may_have_are_refused_with_what_to_choose_from()
    {
        Touch([.. Enumerable.Range(1, 17).Select(number => $"labels/p1/s{number:00}.nii.gz").Append("images/p1.nii.gz")]);
        var options = new PreparationOptions { Input = _folder, Output = Path.Combine(_folder, "data") };
        var message = Assert.Throws<InvalidConfigurationException>(() => DataPreparation.Run(options, TextWriter.Null, TestContext.Current.CancellationToken)).Message;
        Assert.StartsWith("There are 17 structures; accepted: up to 16. Choose some by --structures, of \"s01\" \"s02\"", message, StringComparison.Ordinal);
        Assert.EndsWith("\"s17\", or make one of several, as in \"NAME=s01,s02\".", message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RawData Find() => RawFolder.Find(_folder, new PreparationOptions { Input = "", Output = "" }.LabelSuffixes, TestContext.Current.CancellationToken);

    private void Write(string name, string file, params byte[] voxels)
    {
        Touch($"images/{name}.nii.gz");
        new RawScans(_folder).Write(Path.Combine("labels", name, file + ".nii.gz"), new LabelMap(new GridSize(voxels.Length, 2, 2), [.. voxels, .. voxels, .. voxels, .. voxels], new Affine([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])));
    }

    private void WriteNumbers(string name, string file, params float[] voxels)
    {
        Touch($"images/{name}.nii.gz");
        new RawScans(_folder).Write(Path.Combine("labels", name, file + ".nii.gz"), new Volume(new GridSize(voxels.Length, 2, 2), [.. voxels, .. voxels, .. voxels, .. voxels], new Affine([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])));
    }

    private void Touch(params string[] paths)
    {
        foreach (var full in paths.Select(path => Path.Combine(_folder, path)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, "x");
        }
    }
}
