using System.Diagnostics;
using System.Globalization;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Soak;

/// <summary>The service as a process of its own, at twice its capacity for a while: what it answered and what it held.</summary>
internal sealed class SoakRun : IDisposable
{
    /// <summary>Handles that may be there afterwards besides those from before: of assemblies that are loaded late.</summary>
    public const int LateHandles = 10;

    private const int MostUnderWay = 200;
    private const int JobClients = 2;
    private const int Closed = 4;
    private const double LeastCapacity = 0.1;

    // Jobs come after whoever waits for an answer, and so have their turn only while nobody does.
    private static readonly TimeSpan Wave = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(15);

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-soak-").FullName;
    private readonly List<ProcessFigures> _samples = [];
    private int _underWay;

    public Tally Tally { get; } = new();

    /// <summary>What the process held under the load, every few seconds.</summary>
    public IReadOnlyList<ProcessFigures> Samples => _samples;

    /// <summary>What it held before the load, and once all of that was over.</summary>
    public ProcessFigures Before { get; private set; } = null!;

    public ProcessFigures After { get; private set; } = null!;

    /// <summary>Scans served a second: first while as many clients come as go, then as in the last two minutes.</summary>
    public double Capacity { get; private set; }

    /// <summary>Loads it.</summary>
    /// <param name="length">For so long.</param>
    /// <param name="measuring">How long its capacity is measured before.</param>
    /// <param name="slowness">How long slow clients take to send, and to read.</param>
    /// <param name="log">A file for what is seen on the way; null for none.</param>
    public async Task RunAsync(TimeSpan length, TimeSpan measuring, TimeSpan slowness, string? log)
    {
        var (uploads, jobs) = (Path.Combine(_folder, "uploads"), Path.Combine(_folder, "jobs"));
        await using var service = await ServiceProcess.StartAsync(null,
            ("Sassnet__Uploads__Folder", uploads),
            ("Sassnet__Jobs__Folder", jobs),
            ("Sassnet__Queue__Length", "16"),
            ("Sassnet__Inference__Precision", "Auto"),
            ("Sassnet__Models__Folder", Path.Combine(AppContext.BaseDirectory, "models")),
            ("Sassnet__Models__Default", "phantom"));
        using var connections = new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) };
        using var http = new HttpClient(connections) { BaseAddress = service.Address, Timeout = TimeSpan.FromMinutes(15) };
        var good = await GoodRequests.KnownAsync(http);
        var clients = new SoakClients(http, good, slowness, Tally);
        Capacity = await CapacityAsync(clients, measuring);
        Before = Figures(0);

        var clock = Stopwatch.StartNew();
        using var ending = new CancellationTokenSource();
        var background = Enumerable.Range(0, JobClients).Select(number => clients.JobsAsync($"soak-{number}", ending.Token)).ToList();
        var sampling = SampleAsync();
        await ArriveAsync(clients, clock, length);
        await ending.CancelAsync();
        await sampling;
        await Task.WhenAll(background);
        await SettleAsync();
        Assert.False(service.HasExited);

        ProcessFigures Figures(double seconds) => ProcessFigures.Of(service.Id, seconds, uploads, jobs);

        async Task SampleAsync()
        {
            var every = length / 360 > TimeSpan.FromMilliseconds(500) ? length / 360 : TimeSpan.FromMilliseconds(500);
            while (!ending.IsCancellationRequested)
            {
                _samples.Add(Figures(clock.Elapsed.TotalSeconds));
                var counts = $"{Tally.Count(Ending.Right)} right, {Tally.Count(Ending.SentAway)} sent away, {Tally.Count(Ending.Wrong)} wrong";
                if (log is not null)
                    await File.AppendAllTextAsync(log, $"{_samples[^1]}; {_underWay} under way; {counts}\n");
                await Task.Delay(every);
            }
        }

        // Connections close and files go a moment after the last answer.
        async Task SettleAsync()
        {
            for (var tries = 0; tries < 120 && (_underWay > 0 || After is null || After.Files > 0 || After.Handles > Before.Handles + LateHandles); tries++)
            {
                await Task.Delay(500);
                After = Figures(clock.Elapsed.TotalSeconds);
            }
        }
    }

    /// <summary>What was seen, as a table.</summary>
    public string Report()
    {
        (string Name, Func<ProcessFigures, double> Of)[] figures =
        [
            ("memory, MiB", sample => sample.Mebibytes),
            ("handles", sample => sample.Handles),
            ("threads", sample => sample.Threads),
            ("files", sample => sample.Files),
        ];
        return string.Join('\n', (string[])
        [
            string.Create(CultureInfo.InvariantCulture, $"{_samples[^1].Seconds:0} s at twice {Capacity:0.00} scans a second"), string.Empty,
            .. Tally.Lines(), string.Empty,
            "| held | before | least | most | mean of the second half | gained in it | after |", "|---|---|---|---|---|---|---|",
            .. figures.Select(figure => Line(figure.Name, figure.Of)),
            .. Tally.Faults, string.Empty,
        ]);

        string Line(string name, Func<ProcessFigures, double> of)
        {
            var growth = Growth.Of(_samples, of);
            return string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {of(Before):0} | {_samples.Min(of):0} | {_samples.Max(of):0} | {growth.Mean:0.0} | {growth.Gain:+0.0;-0.0;0} | {of(After):0} |");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<double> CapacityAsync(SoakClients clients, TimeSpan measuring)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Closed).Select(async seed =>
        {
            var random = new Random(seed);
            do
                await clients.GoodAsync(random);
            while (clock.Elapsed < measuring);
        }));
        return Tally.Count(Ending.Right) / clock.Elapsed.TotalSeconds;
    }

    /// <summary>
    /// Of ten that come five are good, three bad, one is slow and one goes away; the good ones alone are twice what the service can do. Every two minutes is a calm.
    /// </summary>
    private async Task ArriveAsync(SoakClients clients, Stopwatch clock, TimeSpan length)
    {
        var random = new Random(13);
        Func<Random, Task>[] kinds =
        [
            clients.GoodAsync, clients.BadAsync, clients.GoodAsync, clients.AbortingAsync, clients.GoodAsync,
            clients.BadAsync, clients.GoodAsync, clients.SlowAsync, clients.GoodAsync, clients.BadAsync,
        ];
        var under = new List<Task>();
        var next = clock.Elapsed;
        var (since, served) = (next, Served());
        for (var number = 0; clock.Elapsed < length; number++, next += TimeSpan.FromSeconds(0.5 / (2 * Capacity)))
        {
            if (next.Ticks % Wave.Ticks > (Wave - Calm).Ticks)
            {
                // What the machine does besides changes. What was served while more came than could be is what the service can do.
                Capacity = Math.Max(LeastCapacity, (Served() - served) / (clock.Elapsed - since).TotalSeconds);
                await Task.Delay(Calm);
                next = clock.Elapsed;
                (since, served) = (next, Served());
            }

            if (clock.Elapsed < next)
                await Task.Delay(next - clock.Elapsed);
            under.RemoveAll(task => task.IsCompleted);
            _underWay = under.Count;
            if (under.Count < MostUnderWay)
                under.Add(kinds[number % kinds.Length](new Random(random.Next())));
        }

        await Task.WhenAll(under);
        _underWay = 0;

        int Served() => Tally.Count(Ending.Right, "good") + Tally.Count(Ending.Right, "slow");
    }
}
