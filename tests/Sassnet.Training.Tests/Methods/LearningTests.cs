using Sassnet.Training.Configuration;
using Xunit;

namespace Sassnet.Training.Tests.Methods;

public class LearningTests
{
    private const int Seeds = 3;

    public static TheoryData<MethodKind> Methods => [.. Enum.GetValues<MethodKind>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Every_method_learns_to_find_the_atrium_of_phantoms_it_has_not_seen(MethodKind method)
    {
        var options = PhantomTraining.Options with
        {
            Method = method,
            Iterations = 96,
            Crops = PhantomTraining.Options.Crops with { Labelled = 4, Unlabelled = 4 },
            Optimizer = new() { LearningRate = 0.03, DecayEvery = 60 },
            Loss = new() { RampupInterval = 1 },
            CopyPaste = new() { PretrainIterations = 40 },
        };
        var dice = await PhantomTraining.Dice(options, PhantomTraining.Phantoms(labelled: 8, unlabelled: 4, validation: 4), TestContext.Current.CancellationToken);
        TestContext.Current.SendDiagnosticMessage($"{method.Name()}: Dice {dice:F3}");
        Assert.True(dice >= 0.5, $"{method.Name()} has a mean Dice of {dice:F3} on four phantoms; 0.5 is asked for.");
    }

    [Fact]
    public async Task With_two_labelled_phantoms_and_six_unlabelled_ones_sassnet_beats_the_labelled_only_network()
    {
        var dataset = PhantomTraining.Phantoms(labelled: 2, unlabelled: 6, validation: 6);
        var options = PhantomTraining.Options with
        {
            Iterations = 240,
            Optimizer = new() { LearningRate = 0.03, DecayEvery = 180 },
            Loss = new() { RampupInterval = 3 },
        };
        var (plain, sassnet) = (0.0, 0.0);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            plain += await PhantomTraining.Dice(options with { Seed = seed, Method = MethodKind.VNet }, dataset, TestContext.Current.CancellationToken) / Seeds;
            sassnet += await PhantomTraining.Dice(options with { Seed = seed, Method = MethodKind.Sassnet }, dataset, TestContext.Current.CancellationToken) / Seeds;
        }

        TestContext.Current.SendDiagnosticMessage($"vnet {plain:F3}, sassnet {sassnet:F3}");
        Assert.True(sassnet > plain, $"Over {Seeds} seeds sassnet has a mean Dice of {sassnet:F3}, vnet of {plain:F3}.");
    }
}
