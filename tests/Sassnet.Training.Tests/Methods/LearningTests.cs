using System.Collections.Concurrent;
using Sassnet.Training.Configuration;
using Xunit;

namespace Sassnet.Training.Tests.Methods;

[Collection(OtherPrograms.Commands)]
public class LearningTests
{
    private const double Asked = 0.5;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_method_learns_to_find_the_atrium_of_phantoms_it_has_not_seen()
    {
        using var runs = await PhantomRuns.Create(labelled: 8, unlabelled: 4, validation: 4, Cancelled);
        var found = new ConcurrentBag<(string Method, double Dice)>();

        // One thread each, as many at once as there are cores, those that take longest first, so that none of the cores waits for another at the end.
        await Parallel.ForEachAsync(
            Enum.GetValues<MethodKind>().OrderByDescending(method => method.UsesUnlabelled()),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = Cancelled },
            async (method, cancelled) => found.Add((method.Name(), await runs.Dice(
                method, cancelled, "iterations=120", "optimizer.decayEvery=70", "loss.rampupInterval=1", "crops.labelled=4", "crops.unlabelled=4"))));
        var shown = string.Join(", ", found.OrderBy(result => result.Dice).Select(result => FormattableString.Invariant($"{result.Method} {result.Dice:F3}")));
        TestContext.Current.SendDiagnosticMessage(shown);
        Assert.Equal(Enum.GetValues<MethodKind>().Length, found.Count);
        Assert.True(found.All(result => result.Dice >= Asked), $"Mean Dice on four phantoms, asked {Asked}: {shown}.");
    }

    // Six trainings, which take minutes and tell of the method more than of the code.
    [Fact(Explicit = true)]
    public async Task With_two_labelled_phantoms_and_six_unlabelled_ones_sassnet_beats_the_labelled_only_network()
    {
        using var runs = await PhantomRuns.Create(labelled: 2, unlabelled: 6, validation: 6, Cancelled);
        var scores = new List<(double Plain, double Sassnet)>();
        for (var seed = 1; seed <= 3; seed++)
        {
            string[] assignments = ["iterations=240", "optimizer.decayEvery=180", "loss.rampupInterval=3", $"seed={seed}"];
            var dice = await Task.WhenAll(runs.Dice(MethodKind.VNet, Cancelled, assignments), runs.Dice(MethodKind.Sassnet, Cancelled, assignments));
            scores.Add((dice[0], dice[1]));
        }

        var shown = string.Join("; ", scores.Select(score => FormattableString.Invariant($"vnet {score.Plain:F3}, sassnet {score.Sassnet:F3}")));
        TestContext.Current.SendDiagnosticMessage(shown);
        Assert.True(scores.Average(score => score.Sassnet) > scores.Average(score => score.Plain), shown);
    }
}
