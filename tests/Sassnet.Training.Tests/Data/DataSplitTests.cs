using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class DataSplitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-split-").FullName;

    public DataSplitTests()
    {
        File.WriteAllText(Path.Combine(_folder, "labelled.list"), "a\nb\nc\n");
        File.WriteAllText(Path.Combine(_folder, "unlabelled.list"), "d\ne\n");
        File.WriteAllText(Path.Combine(_folder, "validation.list"), "f\n");
    }

    [Fact]
    public void Labelled_cases_beyond_the_number_wanted_join_the_unlabelled()
    {
        var split = Split(new() { LabelledCases = 1, Validation = "validation.list" }, MethodKind.Sassnet);
        Assert.Equal(["a"], split.Labelled);
        Assert.Equal(["b", "c", "d", "e"], split.Unlabelled);
        Assert.Equal(["f"], split.Validation);
    }

    [Fact]
    public void A_labelled_only_method_needs_no_unlabelled_list()
    {
        var split = Split(new() { Unlabelled = "nowhere.list", LabelledCases = 2 }, MethodKind.VNetSdm);
        Assert.Equal(["a", "b"], split.Labelled);
        Assert.Empty(split.Unlabelled);
        Assert.Empty(split.Validation);
    }

    [Fact]
    public void Without_an_unlabelled_list_the_labelled_cases_left_over_are_the_unlabelled()
    {
        Assert.Equal(["b", "c"], Split(new() { LabelledCases = 1, Unlabelled = "" }, MethodKind.Sassnet).Unlabelled);
        var error = Assert.Throws<InvalidConfigurationException>(() => Split(new() { Unlabelled = "" }, MethodKind.Sassnet));
        Assert.Contains("The method sassnet learns from unlabelled scans too, and there are none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_labelled_cases_than_there_are_is_an_error() => Assert.Contains(
        "'data.labelledCases' is 4", Assert.Throws<InvalidConfigurationException>(() => Split(new() { LabelledCases = 4 }, MethodKind.Sassnet)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("unlabelled.list", "validation.list")]
    [InlineData("validation.list", "labelled.list")]
    [InlineData("validation.list", "unlabelled.list")]
    public void A_case_has_one_use(string list, string other)
    {
        File.AppendAllText(Path.Combine(_folder, list), "same\n");
        File.AppendAllText(Path.Combine(_folder, other), "same\n");
        var failure = Assert.Throws<InvalidConfigurationException>(() => Split(new() { Validation = "validation.list" }, MethodKind.Sassnet));
        Assert.Contains("same", failure.Message, StringComparison.Ordinal);
        Assert.Contains(list, failure.Message, StringComparison.Ordinal);
        Assert.Contains(other, failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private DataSplit Split(DataOptions data, MethodKind method) =>
        DataSplit.Of(new TrainingOptions { Data = data, Method = method }, new CaseFiles(_folder, VoxelSize.Unit));
}
