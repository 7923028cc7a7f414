using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.Native;

namespace Sassnet.GpuProof;

/// <summary>Runs parts, each in a process of its own, and makes the table.</summary>
internal static class Proof
{
    /// <summary>Every part for a device.</summary>
    public static IReadOnlyList<ProofPart> Parts(ProofSettings settings) => [.. GoldenParts.For(settings), SeedPart.Draws, .. IterationParts.For(settings), .. ScanParts.For(settings)];

    /// <summary>Runs one part here; prints its row for <see cref="RunAll"/>.</summary>
    public static void RunHere(ProofPart part, ProofSettings settings)
    {
        var memory = new PeakMemory(settings);
        var row = part.Run(settings);
        Console.WriteLine(JsonSerializer.Serialize(row with { PeakBytes = memory.Bytes }));
    }

    /// <summary>Runs parts, says how it goes on the error stream, and prints the table.</summary>
    /// <returns>Whether all that is asked of the parts is met.</returns>
    public static bool RunAll(IReadOnlyList<ProofPart> parts, ProofSettings settings, IReadOnlyList<string> arguments)
    {
        var rows = new List<ProofRow>();
        foreach (var part in parts)
        {
            Console.Error.Write($"{rows.Count + 1}/{parts.Count} {part.Name}: ");
            rows.Add(RunApart(part, arguments));
            Console.Error.WriteLine($"{rows[^1].Result}{(rows[^1].IsMet ? "" : ", MISSED")}");
        }

        Console.Error.WriteLine();
        WriteTable(rows, settings);
        return rows.TrueForAll(row => row.IsMet);
    }

    private static ProofRow RunApart(ProofPart part, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Sassnet.GpuProof"), [.. arguments, "--part", part.Name])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        if (process.ExitCode == 0)
            return JsonSerializer.Deserialize<ProofRow>(lines[^1])!;
        Console.Error.WriteLine(errors.Result);
        var reason = errors.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "no reason given";
        return new(part.Name, $"ended with {process.ExitCode}: {reason.Replace('|', '/')}", "runs", false);
    }

    private static void WriteTable(List<ProofRow> rows, ProofSettings settings)
    {
        if (settings.IsQuick)
            Console.WriteLine("**Quick: small crops, networks and scans. The times and memory say nothing of the paper's setting.**\n");
        Console.WriteLine($"{(settings.IsCuda ? $"{settings.DeviceName}: {PeakMemory.Describe(settings.Device.index)}; " : "")}{Machine.Describe()}; {TorchRuntime.Description}\n");
        Console.WriteLine("| part | result | accepted | | peak memory |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var row in rows)
            Console.WriteLine($"| {row.Work} | {row.Result} | {row.Limit} | {(row.IsMet ? "met" : "**missed**")} | {Gigabytes(row.PeakBytes)} |");
    }

    private static string Gigabytes(long bytes) => bytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F2} GB");
}
