using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Benchmarks.Volumes;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.VolumeFiles;

namespace Sassnet.Benchmarks.Service;

/// <summary>
/// What surrounds the network: a request of one client alone to the service with its bundled model, in one pass, and each of its stages, as shares of the
/// network's own pass over the same scan, which takes turns with the requests in this process.
/// </summary>
internal static class AroundBenchmarks
{
    private const string RoundsVariable = "SASSNET_AROUND_ROUNDS";
    private const string DefaultRounds = "25";
    private const int Untimed = 3;

    private static readonly (string Output, double Goal)[] Outputs = [("segmentation", 1.35), ("all", 2.5)];

    /// <summary>Measures it.</summary>
    public static BenchmarkTable Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<BenchmarkTable> RunAsync()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable(RoundsVariable) ?? DefaultRounds, CultureInfo.InvariantCulture);
        var path = Path.GetTempFileName();
        try
        {
            BenchmarkScan.Write(path, new(232, 144, 88), new(0.625, 0.625, 0.625));
            var file = await File.ReadAllBytesAsync(path);
            var package = ModelPackage.Open(Path.Combine(AppContext.BaseDirectory, "models", "left-atrium"));
            var scan = PreparedScan.Of(VolumeFile.Read(path).Volume, package.Manifest.Preprocessing);
            using var model = LoadedModel.Load(package, new SegmenterOptions(), NullLogger.Instance);
            using var service = await BenchmarkService.StartAsync();
            var (passes, requests, sizes) = (new List<double>(), Outputs.Select(_ => new List<Request>()).ToList(), new long[Outputs.Length]);
            for (var round = -Untimed; round < rounds; round++)
            {
                GC.Collect();
                var pass = Pass(model, scan);
                if (round >= 0)
                    passes.Add(pass);
                for (var output = 0; output < Outputs.Length; output++)
                {
                    var request = await SendAsync(service, file, Outputs[output].Output);
                    sizes[output] = request.Bytes;
                    if (round >= 0)
                        requests[output].Add(request);
                }
            }

            return Table(passes, requests, sizes);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static BenchmarkTable Table(List<double> passes, IReadOnlyList<List<Request>> requests, long[] sizes)
    {
        const string Network = "the network's own pass";
        var table = new BenchmarkTable("Around the network, a scan of 232×144×88 at 0.625 mm, one client alone");
        var network = InterleavedTimer.Median(passes);
        table.Add(new Timing(Network, network, passes.Count));
        foreach (var ((output, goal), index) in Outputs.Select((output, index) => (output, index)))
        {
            var all = requests[index];
            var seconds = InterleavedTimer.Median([.. all.Select(request => request.Seconds)]);
            table.AddShare(new Timing($"request to output={output}, {sizes[index]} bytes", seconds, all.Count), Network, network, goal);

            // Ticks of the clock of processors are long beside a request: the mean, not the median. What is left is all that overlapping requests could win.
            var cores = Environment.ProcessorCount;
            table.AddShare(
                new Timing($"{output}: work of processors", all.Average(request => request.ProcessorSeconds), all.Count), $"{cores} of them for as long as the request takes", cores * seconds);
            foreach (var stage in all[0].Stages.Keys)
                table.AddShare(new Timing($"{output}: {stage}", InterleavedTimer.Median([.. all.Select(request => request.Stages.GetValueOrDefault(stage))]), all.Count), Network, network);
            table.AddShare(new Timing($"{output}: outside the stages", InterleavedTimer.Median([.. all.Select(request => request.Outside)]), all.Count), Network, network);
        }

        return table;
    }

    // The network alone, without what lays the scan out for it and takes its maps apart: the library's own span of it.
    private static double Pass(LoadedModel model, PreparedScan scan)
    {
        var seconds = 0.0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Segmenter.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => seconds += span.OperationName == "windows" ? span.Duration.TotalSeconds : 0,
        };
        ActivitySource.AddActivityListener(listener);
        model.Infer(scan, InferenceMode.Whole);
        return seconds;
    }

    private static async Task<Request> SendAsync(BenchmarkService service, byte[] file, string output)
    {
        var (start, worked) = (Stopwatch.GetTimestamp(), service.ProcessorSeconds);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/segment?inference=whole&output={output}") { Content = new ByteArrayContent(file) };
        using var response = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();

        // To the last byte; where a client puts them is its own affair.
        await response.Content.CopyToAsync(Stream.Null);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Request(
            seconds,
            service.ProcessorSeconds - worked,
            response.Content.Headers.ContentLength ?? 0,
            ServerTiming.Of(response).GroupBy(stage => stage.Stage).ToDictionary(stage => stage.Key, stage => stage.Sum(one => one.Seconds)));
    }

    /// <summary>One answered request.</summary>
    private sealed record Request(double Seconds, double ProcessorSeconds, long Bytes, Dictionary<string, double> Stages)
    {
        // Computed while the answer is written, and part of that.
        private static readonly string[] Nested = ["distance", "surface", "image"];

        public double Outside => Seconds - Stages.Where(stage => !Nested.Contains(stage.Key)).Sum(stage => stage.Value);
    }
}
