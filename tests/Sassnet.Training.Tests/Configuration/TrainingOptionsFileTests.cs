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
    [InlineData("iterations: 0", "'iterations' is 0", "1 or more")]
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
