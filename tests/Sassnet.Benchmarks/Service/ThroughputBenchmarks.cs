using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Benchmarks.Volumes;

namespace Sassnet.Benchmarks.Service;

/// <summary>
/// Scans a second of the service with its bundled model in one pass, 16 clients over HTTP, stages overlapping and one after the other: two processes of the same build that
/// take turns, so that a slow moment of the machine touches both.
/// </summary>
internal static class ThroughputBenchmarks
{
    private const string ScansVariable = "SASSNET_THROUGHPUT_SCANS";
    private const string DefaultScans = "32";
    private const int Clients = 16;
    private const int Rounds = 2;
    private const double Goal = 1.5;

    // They are one caller, for whom the last quarter of the places for uploads is not.
    private static readonly (string, string) Places = ("Sassnet__Uploads__MaxConcurrent", "32");

    private static readonly string[] Outputs = ["segmentation", "all"];

    /// <summary>Measures it.</summary>
    public static BenchmarkTable Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<BenchmarkTable> RunAsync()
    {
        var scans = int.Parse(Environment.GetEnvironmentVariable(ScansVariable) ?? DefaultScans, CultureInfo.InvariantCulture);
        var path = Path.GetTempFileName();
        try
        {
            BenchmarkScan.Write(path, new(215, 140, 88), new(0.625, 0.625, 0.625));
            var scan = await File.ReadAllBytesAsync(path);
            using var overlapping = await BenchmarkService.StartAsync(Places);
            using var inTurn = await BenchmarkService.StartAsync(Places, ("Sassnet__Scheduling__Overlap", "false"));
            var table = new BenchmarkTable(FormattableString.Invariant($"{Clients} clients of the service, a scan of 215×140×88 at 0.625 mm, {scans} scans a round"));
            foreach (var output in Outputs)
            {
                var (together, apart) = (new Measured(), new Measured());
                await SendAsync(overlapping, scan, output, 1, new Measured());
                await SendAsync(inTurn, scan, output, 1, new Measured());
                for (var round = 0; round < Rounds; round++)
                {
                    await SendAsync(inTurn, scan, output, scans, apart);
                    await SendAsync(overlapping, scan, output, scans, together);
                }

                table.Add(apart.Timing($"output={output}, one after the other"));
                table.AddSpeedup(together.Timing($"output={output}, overlapping"), "one after the other", apart.SecondsPerScan, Goal);
            }

            return table;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task SendAsync(BenchmarkService service, byte[] scan, string output, int scans, Measured measured)
    {
        var (left, start) = (scans, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using var body = new ByteArrayContent(scan);
                using var response = await service.Client.PostAsync($"/segment?inference=whole&output={output}", body);
                response.EnsureSuccessStatusCode();
                measured.Add(response);
            }
        }));
        measured.Seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>What was seen of one way to serve.</summary>
    private sealed class Measured
    {
        // Waiting to be read, and prepared for the device.
        private static readonly string[] Waits = ["queue", "wait"];

        private readonly ConcurrentBag<double> _waits = [];

        public double Seconds { get; set; }

        public double SecondsPerScan => Seconds / _waits.Count;

        public void Add(HttpResponseMessage response) => _waits.Add(ServerTiming.Of(response).Where(stage => Waits.Contains(stage.Stage)).Sum(stage => stage.Seconds));

        public Timing Timing(string name) => new(
            string.Create(CultureInfo.InvariantCulture, $"{name}: {1 / SecondsPerScan:F2} scans/s; wait p50 {Wait(0.5):F1} s, p99 {Wait(0.99):F1} s"),
            SecondsPerScan,
            _waits.Count);

        private double Wait(double share) => _waits.Order().ElementAt((int)Math.Min(_waits.Count - 1, share * _waits.Count));
    }
}
