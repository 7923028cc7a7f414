using System.Text.Json;
using Sassnet.Training.Configuration;
using Sassnet.Training.Tests.Commands;
using Xunit;

namespace Sassnet.Training.Tests.Methods;

/// <summary>Training runs on phantoms at 4 mm through the command line: small enough for a test, large enough to learn something.</summary>
internal sealed class PhantomRuns : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-learning-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Config => Path.Combine(_folder, "config.yaml");

    /// <summary>Makes the phantoms and the configuration that all runs begin with.</summary>
    public static async Task<PhantomRuns> Create(int labelled, int unlabelled, int validation, CancellationToken cancellationToken)
    {
        var runs = new PhantomRuns();

        // One thread: networks as small as these gain nothing from a second, and two runs fit beside each other.
        await File.WriteAllTextAsync(
            runs.Config,
            $$"""
            threads: 1
            precision: float32
            data: {folder: {{runs.Data}}, validation: validation.list}
            preprocessing: {spacingMm: [4, 4, 4], normalisation: robust-zscore}
            network: {filters: 8, discriminatorFilters: 8, dropout: 0.2}
            crops: {sizes: [[32, 32, 16]]}
            augmentation: {zoom: 0.15, overhang: 0.15, gain: 0.2, shift: 0.2}
            optimizer: {learningRate: 0.03}
            teacher: {passes: 4, decay: 0.95}
            copyPaste: {pretrainIterations: 40}
            """,
            cancellationToken);
        var (exitCode, _, errors) = await TrainingProcess.Run(
            cancellationToken, "phantom", "--output", runs.Data, "--labelled", $"{labelled}", "--unlabelled", $"{unlabelled}", "--validation", $"{validation}");
        Assert.True(exitCode == 0, errors);
        return runs;
    }

    /// <summary>Trains, and gives the mean Dice on the validation phantoms after the last iteration.</summary>
    public async Task<double> Dice(MethodKind method, CancellationToken cancellationToken, params string[] assignments)
    {
        var run = Path.Combine(_folder, Path.GetRandomFileName());
        string[] arguments = ["train", "--config", Config, "--output", run, "--set", $"method={method.Name()}", .. assignments.SelectMany(value => new[] { "--set", value })];
        var (exitCode, _, errors) = await TrainingProcess.Run(cancellationToken, arguments);
        Assert.True(exitCode == 0, errors);
        var last = JsonDocument.Parse(File.ReadLines(Path.Combine(run, "metrics.jsonl")).Last()).RootElement;
        return last.GetProperty("validationDice").GetDouble();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
