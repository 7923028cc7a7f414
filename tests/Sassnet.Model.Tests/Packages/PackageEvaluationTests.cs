using System.Text.Json.Nodes;
using Sassnet.Model.Packages;
using Xunit;

namespace Sassnet.Model.Tests.Packages;

public sealed class PackageEvaluationTests : IDisposable
{
    private static readonly PackageEvaluation Sound = new()
    {
        Package = "left-atrium@1.0.0",
        Sha256 = new string('0', 64),
        Set = "validation.list",
        Cases = 3,
        Empty = 1,
        Inference = "window",
        Dice = new ScoreStatistics(0.6, 0.2, 0.9, 0),
        Jaccard = new ScoreStatistics(0.5, 0.1, 0.8, 0),
        Hd95 = new ScoreStatistics(4, 3, 5, 5),
        Asd = new ScoreStatistics(1, null, null, 1),
        Commit = "0123456",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-evaluation-").FullName;

    private string File => Path.Combine(_folder, "evaluation.json");

    [Fact]
    public void An_evaluation_comes_back_as_it_was_written_under_the_names_that_others_read()
    {
        Sound.Write(_folder);
        Assert.Equal(Sound, PackageEvaluation.Read(_folder));
        var json = JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject();
        Assert.Equal(
            ["package", "sha256", "set", "cases", "empty", "inference", "dice", "jaccard", "hd95", "asd", "commit"],
            json.Select(member => member.Key));
        Assert.Equal(["mean", "low", "high", "worst"], json["dice"]!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public void Of_several_labels_each_has_its_figures()
    {
        var label = new LabelEvaluation { Value = 5, Empty = 1, Dice = Sound.Dice, Jaccard = Sound.Jaccard, Hd95 = Sound.Hd95 };
        var evaluation = Sound with { Labels = [label] };
        evaluation.Write(_folder);
        Assert.Equal(label, Assert.Single(PackageEvaluation.Read(_folder)!.Labels!));
        Assert.Equal(evaluation.Text, PackageEvaluation.Read(_folder)!.Text);
        Assert.NotEqual(Sound.Text, evaluation.Text);
        Assert.Contains(
            "'labels[0].dice.worst' is 0.7; accepted: 0 to the mean, 0.6",
            Assert.Throws<InvalidPackageException>(() => (Sound with { Labels = [label with { Dice = new ScoreStatistics(0.6, null, null, 0.7) }] }).Write(_folder)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "'labels[0].empty' is 4; accepted: 0 to 3",
            Assert.Throws<InvalidPackageException>(() => (Sound with { Labels = [label with { Empty = 4 }] }).Write(_folder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_one_label_it_is_named_and_where_it_is_not_nothing_is_said()
    {
        var evaluation = Sound with { Label = new MeasuredLabel(1, "left atrium") };
        evaluation.Write(_folder);
        Assert.Equal(evaluation, PackageEvaluation.Read(_folder));
        var label = JsonNode.Parse(System.IO.File.ReadAllText(File))!["label"]!.AsObject();
        Assert.Equal(["value", "name"], label.Select(member => member.Key));
        Assert.Equal((1, "left atrium"), (label["value"]!.GetValue<int>(), label["name"]!.GetValue<string>()));
        Assert.DoesNotContain("\"label\"", Sound.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_not_all_scans_have_says_how_many_do()
    {
        var label = new LabelEvaluation { Value = 5, Cases = 2, Empty = 2, Dice = Sound.Dice, Jaccard = Sound.Jaccard };
        (Sound with { Labels = [label] }).Write(_folder);
        Assert.Equal(label, Assert.Single(PackageEvaluation.Read(_folder)!.Labels!));
        Assert.Contains("\"cases\": 2,", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
        Assert.DoesNotContain("cases", JsonNode.Parse((Sound with { Labels = [label with { Cases = null }] }).Text)!["labels"]![0]!.AsObject().Select(member => member.Key));
        Assert.Contains("'labels[0].empty' is 3; accepted: 0 to 2", Refused(label with { Empty = 3 }), StringComparison.Ordinal);
        Assert.Contains("'labels[0].cases' is 4; accepted: 1 to 3", Refused(label with { Cases = 4 }), StringComparison.Ordinal);
        Assert.Contains("'labels[0].cases' is 0; accepted: 1 to 3", Refused(label with { Cases = 0, Empty = 0 }), StringComparison.Ordinal);

        string Refused(LabelEvaluation other) => Assert.Throws<InvalidPackageException>(() => (Sound with { Labels = [other] }).Write(_folder)).Message;
    }

    [Fact]
    public void Scans_that_were_led_in_another_mode_are_told_of_where_there_are_some()
    {
        (Sound with { LedOtherwise = 2 }).Write(_folder);
        Assert.Equal(2, PackageEvaluation.Read(_folder)!.LedOtherwise);
        Assert.Contains("\"ledOtherwise\": 2,", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
        Assert.DoesNotContain("ledOtherwise", Sound.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_none_there_is_none() => Assert.Null(PackageEvaluation.Read(_folder));

    [Theory]
    [InlineData("cases", "0", "'cases' is 0; accepted: 1 or more")]
    [InlineData("empty", "4", "'empty' is 4; accepted: 0 to 3")]
    [InlineData("inference", "\"auto\"", "'inference' is auto; accepted: window, whole or whole-flips")]
    [InlineData("dice", """{"mean": 1.5, "worst": 0}""", "'dice.mean' is 1.5; accepted: 0 to 1")]
    [InlineData("dice", """{"mean": 0.5, "worst": 0.6}""", "'dice.worst' is 0.6; accepted: 0 to the mean, 0.5")]
    [InlineData("jaccard", """{"mean": 0.5, "low": 0.6, "high": 0.4, "worst": 0}""", "'jaccard.low and jaccard.high' is 0.6 and 0.4")]
    [InlineData("jaccard", """{"mean": 0.5, "low": 0.6, "worst": 0}""", "'jaccard.low and jaccard.high'")]
    [InlineData("hd95", """{"mean": 4, "worst": 3}""", "'hd95.worst' is 3; accepted: the mean, 4, or more")]
    [InlineData("asd", """{"mean": -1, "worst": 3}""", "'asd.mean' is -1")]
    [InlineData("ledOtherwise", "0", "'ledOtherwise' is 0; accepted: 1 or more, and less than 3, the cases")]
    [InlineData("ledOtherwise", "3", "'ledOtherwise' is 3; accepted: 1 or more, and less than 3, the cases")]
    [InlineData("dice", "null", "evaluation.json is not an evaluation")]
    [InlineData("dice", "0.5", "evaluation.json is not an evaluation")]
    [InlineData("dice", """{"worst": 0}""", "'mean'")]
    [InlineData("hd95", """{"mean": 4}""", "'worst'")]
    [InlineData("grade", "1", "evaluation.json is not an evaluation")]
    [InlineData("label", """{"value": 0, "name": "liver"}""", "'label.value' is 0; accepted: 1 to 255")]
    [InlineData("label", """{"value": 1, "name": " liver"}""", "'label.name' is \" liver\"; accepted: a text of 1 to 64 characters")]
    [InlineData("label", """{"value": 1, "name": null}""", "evaluation.json is not an evaluation")]
    [InlineData("label", """{"value": 1}""", "'name'")]
    [InlineData("label", """{"name": "liver"}""", "'value'")]
    [InlineData("label", "\"liver\"", "evaluation.json is not an evaluation")]
    public void A_figure_that_cannot_be_is_named(string member, string value, string expected)
    {
        Sound.Write(_folder);
        var json = JsonNode.Parse(System.IO.File.ReadAllText(File))!;
        json[member] = JsonNode.Parse(value);
        System.IO.File.WriteAllText(File, json.ToJsonString());
        Assert.Contains(expected, Assert.Throws<InvalidPackageException>(() => PackageEvaluation.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    public void What_is_no_evaluation_is_refused(string text)
    {
        System.IO.File.WriteAllText(File, text);
        Assert.Contains("evaluation.json is n", Assert.Throws<InvalidPackageException>(() => PackageEvaluation.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_figure_is_not_written_either()
    {
        Assert.Throws<InvalidPackageException>(() => (Sound with { Cases = 0 }).Write(_folder));
        Assert.False(System.IO.File.Exists(File));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
