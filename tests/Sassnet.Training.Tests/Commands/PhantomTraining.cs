using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>A folder with a small training's configuration, and what its runs leave there, for tests of <c>train</c>.</summary>
internal sealed class PhantomTraining : IDisposable
{
    public const int Iterations = 30;

    public PhantomTraining() => File.WriteAllText(Config, $$"""
        iterations: {{Iterations}}
        threads: 1
        precision: float32
        data: {folder: data, validation: validation.list}
        preprocessing: {spacingMm: [4, 4, 4]}
        network: {filters: 2, discriminatorFilters: 2}
        crops: {sizes: [[16, 16, 16]], labelled: 1, unlabelled: 1}
        run: {checkpointEvery: 7, validateEvery: 10, logEvery: 10}
        """);

    public string Folder { get; } = Directory.CreateTempSubdirectory("sassnet-train-").FullName;

    public string Config => Path.Combine(Folder, "config.yaml");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Task MakePhantoms() => PhantomFiles.Write(
        Path.Combine(Folder, "data"), "--labelled", "2", "--unlabelled", "2", "--validation", "1", "--size", "64", "64", "64");

    public Task<(int ExitCode, string Output, string Errors)> Train(string run, params string[] more) => TrainingProcess.Run(Cancelled, Arguments(run, more));

    public string[] Arguments(string run, params string[] more) => ["train", "--config", Config, "--output", Path.Combine(Folder, run), .. more];

    public string Stored(string run) => File.ReadAllText(Path.Combine(Folder, run, "config.yaml"));

    public string[] Metrics(string run) => File.ReadAllLines(Path.Combine(Folder, run, "metrics.jsonl"));

    public Task WaitForLine(string run, int line, TrainingProcess process)
    {
        var file = Path.Combine(Folder, run, "metrics.jsonl");
        return process.WaitUntil(() => File.Exists(file) && File.ReadLines(file).Count() >= line, Cancelled);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
