using Sassnet.Model.Packages;
using Sassnet.Tests;
using Sassnet.Training.Configuration;
using Xunit;

namespace Sassnet.Training.Tests.Configuration;

public class TrainingOptionsFileTests
{
    [Fact]
    public void An_empty_file_is_the_papers_setting()
    {
        var options = TrainingOptionsFile.Parse("");
        Assert.Equal(6000, options.Iterations);
        Assert.Equal([112, 112, 80], options.Crops.Sizes[0]);
        Assert.Equal(0.01, options.Optimizer.LearningRateAt(2499), 1e-12);
        Assert.Equal(0.001, options.Optimizer.LearningRateAt(2500), 1e-12);
    }

    [Fact]
    public void Written_options_read_back_the_same()
    {
        var options = TrainingOptionsFile.Parse("preprocessing: {normalisation: robust-zscore, spacingMm: [1.25, 1.25, 2]}\nprecision: bfloat16");
        var again = TrainingOptionsFile.Parse(TrainingOptionsFile.Write(options));
        Assert.Equal(Normalisation.RobustZScore, again.Preprocessing.Normalisation);
        Assert.Equal([1.25, 1.25, 2], again.Preprocessing.SpacingMm);
        Assert.Equal(TrainingPrecision.BFloat16, again.Precision);
    }

    [Theory]
    [InlineData("seed: 1\nitterations: 5", "Line 2", "itterations")]
    [InlineData("seed: 1\nseed: 2", "Line 2", "seed")]
    [InlineData("iterations: many", "Line 1", "many")]
    [InlineData("seed: 1\noptimizer:\n  momentum: 0.9\n  lr: 1", "Line 4: unknown key 'optimizer.lr'", "accepted: learningRate, momentum")]
    [InlineData("seed: 1\nmethod: unet", "Line 2", "unet")]
    [InlineData("- 1", "Line 1", "keys with values")]
    [InlineData("seed: 1\niterations: 0", "Line 2: 'iterations' is 0", "1 or more")]
    [InlineData("augmentation: {fieldOfView: 0.5}", "'augmentation.fieldOfView' is 0.5", "0 to 0.4")]
    [InlineData("method: bcp\ncrops: {labelled: 4}", "'crops.unlabelled' is 2", "as many as crops.labelled (4)")]
    [InlineData("crops: {sizes: [[112, 112, 90]]}", "[112, 112, 90]", "multiples of 16")]
    [InlineData("network: {dropout: 1}", "'network.dropout' is 1", "not including, 1")]
    [InlineData("optimizer: {learningRate: -1}", "'optimizer.learningRate' is -1", "above 0")]
    [InlineData("window: {patch: [64, 64, 48], stride: [65, 1, 1]}", "'window.stride'", "patch's side")]
    public void A_wrong_file_says_what_is_wrong_and_what_is_accepted(string yaml, string where, string what)
    {
        var failure = Assert.Throws<InvalidConfigurationException>(() => TrainingOptionsFile.Parse(yaml));
        Assert.Contains(where, failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_assignment_takes_the_place_of_the_files_value()
    {
        var options = TrainingOptionsFile.Parse("seed: 7\noptimizer: {momentum: 0.8}", "method=bcp", "optimizer.learningRate=0.5", "crops.labelled=2", "crops.sizes=[[32, 32, 16]]");
        Assert.Equal((7, MethodKind.Bcp), (options.Seed, options.Method));
        Assert.Equal((0.5, 0.8), (options.Optimizer.LearningRate, options.Optimizer.Momentum));
        Assert.Equal([32, 32, 16], Assert.Single(options.Crops.Sizes));
    }

    [Theory]
    [InlineData("iterations", "--set iterations", "key=value")]
    [InlineData("optimizer.lr=1", "--set optimizer.lr=1: unknown key 'lr'", "learningRate")]
    [InlineData("seed.x=1", "'seed' has no keys", "--set")]
    [InlineData("iterations=many", "--set iterations=many", "many")]
    [InlineData("optimizer.momentum=1", "--set optimizer.momentum=1: 'optimizer.momentum' is 1", "not including, 1")]
    public void A_wrong_assignment_says_what_is_wrong_and_what_is_accepted(string assignment, string where, string what)
    {
        var failure = Assert.Throws<InvalidConfigurationException>(() => TrainingOptionsFile.Parse("seed: 1", assignment));
        Assert.Contains(where, failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vnet", MethodKind.VNet)]
    [InlineData("vnet-sdm", MethodKind.VNetSdm)]
    [InlineData("sassnet", MethodKind.Sassnet)]
    [InlineData("ua-mt", MethodKind.UaMt)]
    [InlineData("sassnet-mt", MethodKind.SassnetMt)]
    [InlineData("bcp", MethodKind.Bcp)]
    public void A_method_is_chosen_by_its_name(string name, MethodKind method)
    {
        Assert.Equal(method, TrainingOptionsFile.Parse($"method: {name}\ncrops: {{labelled: 2}}").Method);
        Assert.Equal(name, method.Name());
    }

    [Fact]
    public void Every_shipped_configuration_is_valid()
    {
        var files = Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "Sassnet.Training", "configs"), "*.yaml");
        Assert.NotEmpty(files);
        Assert.All(files, file => TrainingOptionsFile.Read(file));
    }

    [Theory]
    [InlineData(0, 40, 0.006737946999085467)]
    [InlineData(1, 40, 0.008624700856245927)]
    [InlineData(20, 40, 0.2865047968601901)]
    [InlineData(39, 40, 0.9968798777302083)]
    [InlineData(60, 40, 1.0)]
    public void The_warm_up_has_the_references_values(double current, double length, double expected) =>
        Assert.Equal(expected, LossOptions.SigmoidRampup(current, length), 1e-12);
}
