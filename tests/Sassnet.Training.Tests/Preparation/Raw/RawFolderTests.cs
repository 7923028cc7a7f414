using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation;
using Sassnet.Training.Preparation.Raw;
using Xunit;

namespace Sassnet.Training.Tests.Preparation.Raw;

public sealed class RawFolderTests : IDisposable
{
    private static readonly IReadOnlyList<string> Suffixes = new PreparationOptions { Input = "", Output = "" }.LabelSuffixes;

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-raw-").FullName;

    [Fact]
    public void The_folders_of_nnU_Net_are_read_without_channel_numbers_and_with_the_labels_that_they_declare()
    {
        Touch("imagesTr/la_001_0000.nii.gz", "imagesTr/la_002_0000.nii.gz", "labelsTr/la_001.nii.gz", "imagesTs/la_009_0000.nii.gz");
        Write("dataset.json", """{"channel_names": {"0": "MRI"}, "labels": {"background": 0, "left atrium": 1, "ignore": 2}, "numTraining": 1, "file_ending": ".nii.gz"}""");
        var data = Find();
        Assert.Equal([("la_001", true), ("la_002", false)], data.Cases.Select(raw => (raw.Name, raw.Label is not null)));
        Assert.EndsWith("la_001_0000.nii.gz", data.Cases[0].Image, StringComparison.Ordinal);
        Assert.Equal([(1, "left atrium")], data.LabelNames.Select(label => (label.Key, label.Value)));
        Assert.Equal([2], data.IgnoredValues);
        Assert.Contains("imagesTs/ is left alone", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p1 ", "p1 ")]
    [InlineData(" p1", " p1")]
    [InlineData("p\n1", "p\\u000A1")]
    [InlineData("p\u001b[31m", "p\\u001B[31m")]
    public void A_name_that_cannot_stand_in_a_list_file_is_a_fault_of_its_case(string name, string shown)
    {
        Touch($"images/{name}.nii.gz", $"labels/{name}.nii.gz", "images/good.nii.gz");
        var cases = Find().Cases.ToDictionary(raw => raw.Name, raw => raw.Fault);
        Assert.Null(cases["good"]);
        Assert.Contains($"The name '{shown}' cannot stand in a list file;", cases[name], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p1.")]
    [InlineData("-p1")]
    [InlineData("p 1")]
    public void Any_other_name_is_one_of_a_case(string name)
    {
        Touch($"images/{name}.nii.gz");
        Assert.Null(Assert.Single(Find().Cases).Fault);
    }

    [Fact]
    public void A_scan_of_several_channels_is_a_fault()
    {
        Touch("imagesTr/a_0000.nii.gz", "imagesTr/a_0001.nii.gz", "labelsTr/a.nii.gz");
        Assert.Contains("2 channels (a_0000, a_0001)", Assert.Single(Find().Cases).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("imagesTr/heart_1.nii.gz")]
    [InlineData("imagesTr/heart_1_0000.nii.gz")]
    public void The_cases_that_a_decathlon_lists_are_read_whichever_name_their_files_have(string file)
    {
        Touch(file, "labelsTr/heart_1.nii.gz", "imagesTr/heart_7.nii.gz");
        Write("dataset.json", """
            {"labels": {"0": "background", "1": "left atrium"}, "test": ["./imagesTs/heart_9.nii.gz"],
             "training": [{"image": "./imagesTr/heart_1.nii.gz", "label": "./labelsTr/heart_1.nii.gz"}, {"image": "./imagesTr/heart_2.nii.gz", "label": "./labelsTr/heart_2.nii.gz"}]}
            """);
        var data = Find();
        Assert.Equal(["heart_1", "heart_2"], data.Cases.Select(raw => raw.Name));
        Assert.Null(data.Cases[0].Fault);
        Assert.True(File.Exists(data.Cases[0].Image) && File.Exists(data.Cases[0].Label));
        Assert.Contains("heart_2.nii.gz, which is not there", data.Cases[1].Fault, StringComparison.Ordinal);
        Assert.Equal("left atrium", data.LabelNames[1]);
    }

    [Fact]
    public void Scans_that_a_description_does_not_list_are_left_alone_and_named()
    {
        Touch("imagesTr/a.nii.gz", "imagesTr/._a.nii.gz", "imagesTr/notes.txt", "labelsTr/a.nii.gz", "imagesTr/b.nii.gz", "imagesTr/c.nii");
        Write("dataset.json", """{"labels": {"1": "spleen"}, "training": [{"image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz"}]}""");
        var data = Find();
        Assert.Equal("a", Assert.Single(data.Cases).Name);
        Assert.Equal("2 scans in imagesTr/ that dataset.json does not list are left alone: b.nii.gz, c.nii.", Assert.Single(data.Notes));
    }

    [Fact]
    public void A_listed_scan_whose_channels_are_files_of_their_own_is_a_fault()
    {
        Touch("imagesTr/a_0000.nii.gz", "imagesTr/a_0001.nii.gz", "labelsTr/a.nii.gz", "imagesTr/b_0000.nii.gz", "labelsTr/b.nii.gz");
        Write("dataset.json", """
            {"labels": {"1": "prostate"},
             "training": [{"image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz"}, {"image": "./imagesTr/b.nii.gz", "label": "./labelsTr/b.nii.gz"}]}
            """);
        Assert.Equal([("a", "The case has 2 channels (a_0000, a_0001); accepted: one."), ("b", (string?)null)], Find().Cases.Select(raw => (raw.Name, raw.Fault)));
    }

    [Theory]
    [InlineData("images", "labels")]
    [InlineData("imagesTr", "labelsTr")]
    public void Scans_in_a_folder_beside_those_that_are_read_are_left_alone_and_told_of(string images, string labels)
    {
        Touch($"{images}/a.nii.gz", $"{labels}/a.nii.gz", "unlabelled/more/b.nii.gz", "unlabelled/more/c.nii.gz", "d.nii.gz", "papers/method.pdf", "code/train.py");
        var data = Find();
        Assert.Equal("a", Assert.Single(data.Cases).Name);
        Assert.Equal(
            $"Beside {images}/ lie scans or labels that are left alone, in d.nii.gz, unlabelled. Scans that are to be used belong into {images}/, labels into {labels}/.", Assert.Single(data.Notes));
    }

    [Fact]
    public void What_is_plainly_no_scan_is_left_alone_and_counted()
    {
        Touch("images/a.nii.gz", "images/._a.nii.gz", "images/.DS_Store", "images/a.json", "images/notes.txt", "images/__MACOSX/._a.nii.gz", "labels/a.nii.gz", "labels/._a.nii.gz");
        var data = Find();
        Assert.Equal("a", Assert.Single(data.Cases).Name);
        Assert.Contains("5 files that are no scans are left alone", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("half of an Analyze or NIfTI pair", "b.hdr", "b.img")]
    [InlineData("a NRRD file", "b.nrrd")]
    [InlineData("a MetaImage header", "b.mhd", "b.raw")]
    [InlineData("an archive", "b.zip")]
    public void An_image_in_a_form_that_is_not_read_is_a_fault_and_never_passed_over(string expected, params string[] files)
    {
        Touch([.. files.Prepend("a.nii.gz")]);
        var raw = Find().Cases.Single(raw => raw.Name == "b");
        Assert.Contains(expected, raw.Fault, StringComparison.Ordinal);
        Assert.Contains("accepted: NIfTI in one file", raw.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_NIfTI_file_with_another_ending_is_a_fault_and_never_passed_over()
    {
        var raw = new RawScans(_folder);
        raw.WriteFlat("a", 1, null);
        raw.WriteFlat("b", 2, null);
        File.Move(Path.Combine(_folder, "b.nii.gz"), Path.Combine(_folder, "b.gz"));
        Assert.Contains("b.gz is a NIfTI file with another ending", Find().Cases.Single(found => found.Name == "b.gz").Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_for_each_case_has_a_scan_and_its_label()
    {
        Touch("p1/image.nii.gz", "p1/label.nii.gz", "p2/p2.nii.gz", "p2/p2_seg.nii.gz", "p3/t1.nii.gz", "p3/t2.nii.gz");
        var cases = Find().Cases;
        Assert.Equal(["p1", "p2", "p3"], cases.Select(raw => raw.Name));
        Assert.EndsWith("label.nii.gz", cases[0].Label, StringComparison.Ordinal);
        Assert.EndsWith("p2_seg.nii.gz", cases[1].Label, StringComparison.Ordinal);
        Assert.Contains("2 scans (t1.nii.gz, t2.nii.gz)", cases[2].Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_told_beside_a_series_is_a_fault()
    {
        new RawScans(_folder).WriteSeries("p1", 1);
        Write("p1/IM99", "");
        Assert.Contains("1 file that is neither read nor plainly something else (IM99)", Assert.Single(Find().Cases).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Slices_that_lie_in_no_folder_of_their_case_are_refused()
    {
        new RawScans(_folder).WriteSeries("images", 1);
        var error = Assert.Throws<InvalidConfigurationException>(Find);
        Assert.Contains("24 DICOM files directly in", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Listed_scans_that_only_their_folders_tell_apart_are_refused_and_none_takes_the_place_of_another()
    {
        Touch("p1/scan.nii.gz", "p1/seg.nii.gz", "p2/scan.nii.gz", "p2/seg.nii.gz", "p2/other.nii.gz");
        Write("dataset.json", """
            {"labels": {"1": "left atrium"},
             "training": [{"image": "p1/scan.nii.gz", "label": "p1/seg.nii.gz"}, {"image": "p2/other.nii.gz", "label": "p2/seg.nii.gz"}, {"image": "p2/scan.nii.gz", "label": "p2/seg.nii.gz"}]}
            """);
        var error = Assert.Throws<InvalidConfigurationException>(Find);
        Assert.Contains("lists 2 scans that are the case scan by their names: p1/scan.nii.gz, p2/scan.nii.gz", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Listed_cases_whose_names_end_in_four_digits_keep_them()
    {
        Touch("imagesTr/amos_0001.nii.gz", "labelsTr/amos_0001.nii.gz", "imagesTr/c_0004_0000.nii.gz", "labelsTr/c_0004.nii.gz");
        Write("dataset.json", """
            {"labels": {"1": "spleen"},
             "training": [{"image": "imagesTr/amos_0001.nii.gz", "label": "labelsTr/amos_0001.nii.gz"}, {"image": "imagesTr/c_0004.nii.gz", "label": "labelsTr/c_0004.nii.gz"}]}
            """);
        Assert.Equal([("amos_0001", null), ("c_0004", (string?)null)], Find().Cases.Select(raw => (raw.Name, raw.Fault)));
    }

    [Theory]
    [InlineData("la_0001")]
    [InlineData("la_0001_seg")]
    public void Listed_cases_without_label_keep_their_digits_where_those_with_one_do(string label)
    {
        Touch("imagesTr/la_0001.nii.gz", $"labelsTr/{label}.nii.gz", "imagesTr/la_0002.nii.gz", "imagesTr/la_0003.nii.gz");
        Write("dataset.json", $$"""
            {"labels": {"1": "left atrium"},
             "training": [{"image": "imagesTr/la_0001.nii.gz", "label": "labelsTr/{{label}}.nii.gz"}, {"image": "imagesTr/la_0002.nii.gz"}, {"image": "imagesTr/la_0003.nii.gz"}]}
            """);
        Assert.Equal([("la_0001", true, null), ("la_0002", false, null), ("la_0003", false, (string?)null)], Find().Cases.Select(raw => (raw.Name, raw.Label is not null, raw.Fault)));
    }

    [Fact]
    public void Listed_cases_without_label_lose_their_channel_where_those_with_one_do()
    {
        Touch("imagesTr/la_1_0000.nii.gz", "labelsTr/la_1.nii.gz", "imagesTr/la_2_0000.nii.gz");
        Write("dataset.json", """
            {"labels": {"1": "left atrium"},
             "training": [{"image": "imagesTr/la_1_0000.nii.gz", "label": "labelsTr/la_1.nii.gz"}, {"image": "imagesTr/la_2_0000.nii.gz"}]}
            """);
        Assert.Equal([("la_1", null), ("la_2", (string?)null)], Find().Cases.Select(raw => (raw.Name, raw.Fault)));
    }

    [Fact]
    public void Listed_channels_of_one_case_are_refused_as_such()
    {
        Touch("imagesTr/la_1_0000.nii.gz", "imagesTr/la_1_0001.nii.gz", "labelsTr/la_1.nii.gz");
        Write("dataset.json", """
            {"labels": {"1": "left atrium"},
             "training": [{"image": "imagesTr/la_1_0000.nii.gz", "label": "labelsTr/la_1.nii.gz"}, {"image": "imagesTr/la_1_0001.nii.gz", "label": "labelsTr/la_1.nii.gz"}]}
            """);
        Assert.Contains(
            "the case la_1 by their names, without the number of the channel: imagesTr/la_1_0000.nii.gz, imagesTr/la_1_0001.nii.gz", Assert.Throws<InvalidConfigurationException>(Find).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_whose_names_end_in_four_digits_are_no_channels_where_their_labels_are_called_so_too()
    {
        Touch("imagesTr/P01_2019.nii.gz", "imagesTr/P01_2020.nii.gz", "labelsTr/P01_2019.nii.gz", "labelsTr/P01_2020.nii.gz");
        Assert.Equal([("P01_2019", true, null), ("P01_2020", true, (string?)null)], Find().Cases.Select(raw => (raw.Name, raw.Label is not null, raw.Fault)));
    }

    [Fact]
    public void A_description_that_is_no_JSON_is_refused()
    {
        Touch("imagesTr/a.nii.gz");
        Write("dataset.json", "{");
        Assert.Contains("dataset.json", Assert.Throws<InvalidConfigurationException>(Find).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RawData Find() => RawFolder.Find(_folder, Suffixes, TestContext.Current.CancellationToken);

    private void Touch(params string[] paths) => Array.ForEach(paths, path => Write(path, "x"));

    private void Write(string path, string text)
    {
        var full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
