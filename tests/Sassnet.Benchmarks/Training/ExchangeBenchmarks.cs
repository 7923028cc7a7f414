using System.Diagnostics;
using System.Globalization;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using static TorchSharp.torch;

namespace Sassnet.Benchmarks.Training;

/// <summary>
/// What two processes of one training pay for summing their gradients: SASSNet in the paper's setting, batch 4 of 112×112×80 in each, bfloat16. Needs
/// Open MPI's mpirun.
/// </summary>
internal static class ExchangeBenchmarks
{
    /// <summary>How mpirun starts each of the two.</summary>
    public const string RankArgument = "exchange-rank";

    private const int Ranks = 2;
    private const int Steps = 3;
    private const int Exchanges = 9;
    private const double Goal = 0.1;
    private const string Mark = "seconds:";

    /// <summary>Starts both and reads what the first measured.</summary>
    public static BenchmarkTable Run()
    {
        string[] ranks = ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np", $"{Ranks}", Path.Combine(AppContext.BaseDirectory, "Sassnet.Benchmarks"), RankArgument];
        var start = new ProcessStartInfo("mpirun", ranks) { RedirectStandardOutput = true };
        using var processes = Process.Start(start)!;
        var lines = processes.StandardOutput.ReadToEnd().Split('\n');
        processes.WaitForExit();
        var line = lines.FirstOrDefault(line => line.Contains(Mark, StringComparison.Ordinal)) ?? throw new InvalidOperationException($"mpirun ended with {processes.ExitCode} and measured nothing.");
        var seconds = line[(line.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();

        var table = new BenchmarkTable("One training iteration of two processes on this machine");
        table.Add(new Timing("each does a step of its own, at the same time", seconds[0], Steps));
        table.AddShare(new Timing("both do one step together", seconds[1], Steps), "each its own", seconds[0]);
        table.AddShare(new Timing("the exchange alone: gradients of V-Net and discriminator", seconds[2], Exchanges), "the step together", seconds[1], Goal);
        return table;
    }

    /// <summary>One of the two; both do the same things in the same order, as many times.</summary>
    public static void RunRank()
    {
        var world = World.Join();
        set_num_threads(world.Processors);
        var options = new TrainingOptions { Preprocessing = new() { SpacingMm = [1, 1, 1] } };
        var share = new Share(world, Ranks);
        Batch[] batches = [new BatchLoader(TrainingCrops.Phantoms(options), options, share).Make(share.First)];
        using var scope = NewDisposeScope();
        using var method = TrainingMethod.Create(options, ScalarType.BFloat16);
        List<Tensor> gradients = [.. method.Networks.Values.SelectMany(network => network.parameters()).Select(parameter => zeros_like(parameter))];

        var (alone, together, exchange) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= Steps; round++)
        {
            Time(alone, () => method.Step(batches, 0, Share.Whole));
            Time(together, () => method.Step(batches, 0, share));
        }

        for (var round = 0; round <= Exchanges; round++)
            Time(exchange, () => world.Sum(gradients));
        if (world.IsFirst)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Mark} {Median(alone)} {Median(together)} {Median(exchange)}"));
        world.Leave();

        void Time(List<double> seconds, Action work)
        {
            // Both begin together.
            world.Any(false);
            var start = Stopwatch.GetTimestamp();
            work();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    // The first of each is for the allocators and the connections.
    private static double Median(List<double> seconds) => seconds.Skip(1).Order().ElementAt((seconds.Count - 1) / 2);
}
