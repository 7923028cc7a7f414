using Sassnet.Training.Configuration;
using Xunit;

namespace Sassnet.Training.Tests.Configuration;

public sealed class MethodFitTests
{
    [Theory]
    [InlineData("method: w2s\ncrops: {unlabelled: 1}", "'crops.unlabelled' is 1 and 'weakToStrong.cutMixShare' is 0.5: a crop is mixed with the others of its step, and there is none")]
    [InlineData("method: bcp\niterations: 600\ncopyPaste: {pretrainIterations: 600}\ncrops: {labelled: 2, unlabelled: 2}", "the second stage never begins")]
    public void A_method_that_does_not_do_what_it_is_for_is_warned_of(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Single(MethodFit.Warnings(TrainingOptionsFile.Parse(yaml))), StringComparison.Ordinal);

    [Theory]
    [InlineData("method: w2s\ncrops: {unlabelled: 2}")]
    [InlineData("method: w2s\ncrops: {unlabelled: 1}\nweakToStrong: {cutMixShare: 0}")]
    [InlineData("method: ua-mt\ncrops: {unlabelled: 1}")]
    [InlineData("method: bcp\niterations: 601\ncopyPaste: {pretrainIterations: 600}\ncrops: {labelled: 2, unlabelled: 2}")]
    public void One_that_does_is_not(string yaml) => Assert.Empty(MethodFit.Warnings(TrainingOptionsFile.Parse(yaml)));
}
