using Sassnet.Model.Native;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Tests;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Xunit;

namespace Sassnet.Training.Tests.Evaluation;

public sealed class LabelFileValuesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-values-").FullName;

    [Theory]
    [InlineData("1: 1, 5: 5")]
    [InlineData("1: 1, 5: 2", "5=2")]
    [InlineData("1: 1 3, 5: 2", "1=1,3", "5=2")]
    [InlineData("1: 5, 5: 1", "5=1", "1=5")]
    [InlineData("1: 1, 5: -7", "5=-7")]
    public void Of_several_labels_each_is_told_its_values_and_what_is_not_told_keeps_its_own(string expected, params string[] given) =>
        Assert.Equal(expected, Words(LabelFileValues.Of(TwoLabels(), given)));

    [Theory]
    [InlineData("1: 1")]
    [InlineData("1: 7 8", "7", "8")]
    [InlineData("1: 7 8", "1=7,8")]
    public void One_label_takes_values_alone(string expected, params string[] given) => Assert.Equal(expected, Words(LabelFileValues.Of(OneLabel(), given)));

    [Theory]
    [InlineData("--label-values is '3'; accepted: VALUE=FILE,FILE for a label", "3")]
    [InlineData("--label-values is '2=3'; accepted before '=': a label of phantom@2.0.0, 1 or 5.", "2=3")]
    [InlineData("--label-values names the label 5 more than once", "5=2", "5=3")]
    [InlineData("--label-values is '5=2,x', with 'x' as a value of label files; accepted: a whole number other than 0.", "5=2,x")]
    [InlineData("--label-values is '5=0', with '0' as a value of label files", "5=0")]
    [InlineData("The value 1 of label files would be of the labels 1 and 5; accepted: each value for one label.", "5=1,2")]
    public void What_cannot_be_meant_is_refused(string expected, params string[] given) => Assert.Contains(
        expected, Assert.Throws<InvalidConfigurationException>(() => LabelFileValues.Of(TwoLabels(), given)).Message, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Words(IReadOnlyList<EvaluatedLabel> labels) => string.Join(", ", labels.Select(label => $"{label.Value}: {string.Join(' ', label.FileValues)}"));

    private static ModelPackage OneLabel() => ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom"));

    private ModelPackage TwoLabels()
    {
        TorchRuntime.Load();
        using var network = new VNet(2, classes: 2);
        var like = OneLabel().Manifest;
        var labels = like.Labels;
        return ModelPackage.Write(_folder, network, like with
        {
            Version = "2.0.0",
            Architecture = like.Architecture with { Filters = 2, Classes = 2 },
            Labels = [labels[0] with { Colour = "#e6194b" }, labels[0] with { Value = 5, Name = "ventricle", Colour = "#3cb44b" }],
            Range = null,
        });
    }
}
