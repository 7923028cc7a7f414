using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class FoldListsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-folds-").FullName;

    [Fact]
    public void A_fold_is_three_lists_and_none_of_unlabelled_cases_is_an_empty_name()
    {
        WriteFold(0, "b", unlabelled: "u");
        WriteFold(1, "a");
        FoldLists.Check(_folder, 2, Files);
        var (first, second) = (FoldLists.Select(Data, 0), FoldLists.Select(Data, 1));
        Assert.Equal(("folds/0/labelled.list", "folds/0/unlabelled.list", "folds/0/validation.list"), (first.Labelled, first.Unlabelled, first.Validation));
        Assert.Equal(("folds/1/labelled.list", "", "folds/1/validation.list"), (second.Labelled, second.Unlabelled, second.Validation));
    }

    [Theory]
    [InlineData(1, "--folds is 1; ", "has the folds 0, 1 in folds/")]
    [InlineData(3, "--folds is 3; ", "has the folds 0, 1 in folds/")]
    public void Another_number_of_folds_than_there_are_is_refused(int folds, params string[] expected)
    {
        WriteFold(0, "b");
        WriteFold(1, "a");
        var error = Assert.Throws<InvalidConfigurationException>(() => FoldLists.Check(_folder, folds, Files));
        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_without_folds_is_told_how_to_get_them() => Assert.Contains(
        "has no folds in folds/. Accepted: as many as there are, folds/0 and on, each with labelled.list and validation.list; 'prepare --folds 2' makes them.",
        Assert.Throws<InvalidConfigurationException>(() => FoldLists.Check(_folder, 2, Files)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_case_that_two_folds_validate_with_is_refused()
    {
        WriteFold(0, "b");
        WriteFold(1, "b");
        var error = Assert.Throws<InvalidConfigurationException>(() => FoldLists.Check(_folder, 2, Files));
        Assert.Contains("The case b is in validation.list of the folds 0 and 1", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private CaseFiles Files => new(_folder, VoxelSize.Unit);

    private DataOptions Data => new() { Folder = _folder };

    private void WriteFold(int fold, string validation, string? unlabelled = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "folds", $"{fold}")).FullName;
        File.WriteAllText(Path.Combine(folder, "labelled.list"), "x\n");
        File.WriteAllText(Path.Combine(folder, "validation.list"), validation + "\n");
        if (unlabelled is not null)
            File.WriteAllText(Path.Combine(folder, "unlabelled.list"), unlabelled + "\n");
    }
}
