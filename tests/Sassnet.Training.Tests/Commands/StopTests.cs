using Xunit;

namespace Sassnet.Training.Tests.Commands;

[Collection(OtherPrograms.Commands)]
public sealed class StopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-stop-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Run => Path.Combine(_folder, "run");

    [Theory]
    [InlineData("SIGTERM")]
    [InlineData("SIGUSR1")]
    [InlineData("SIGINT", "SIGINT", "SIGTERM")]
    public async Task A_step_of_any_length_is_finished_and_saved_however_often_it_is_told_to_stop(params string[] signals)
    {
        await Prepare();
        using var process = TrainingProcess.Start(Arguments());

        // The log is opened when the first step begins.
        await process.WaitUntil(() => File.Exists(Path.Combine(Run, "metrics.jsonl")), Cancelled);
        foreach (var signal in signals)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), Cancelled);
            process.Send(signal);
            await process.WaitUntil(() => process.Output.Contains($"{signal}: it stops after this iteration", StringComparison.Ordinal), Cancelled);
        }

        // What the step still takes is longer than the two seconds that the command line would give it.
        Assert.Empty(await File.ReadAllTextAsync(Path.Combine(Run, "metrics.jsonl"), Cancelled));
        var (exitCode, output, errors) = await process.End(Cancelled);
        Assert.Equal((75, ""), (exitCode, errors));
        Assert.Contains("stopped after 1 iteration; go on with --resume", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Run, "checkpoints", "0000001.safetensors")));
        Assert.Equal(0, (await TrainingProcess.Run(Cancelled, Arguments())).ExitCode);
        Assert.Equal(2, File.ReadLines(Path.Combine(Run, "metrics.jsonl")).Count());
    }

    [Fact]
    public async Task A_measurement_that_is_told_to_stop_says_that_it_is_given_up_and_begins_anew()
    {
        await Prepare(validation: 1);

        // More cases than can be measured before the signal arrives.
        var list = Path.Combine(_folder, "data", "validation.list");
        var name = Assert.Single(await File.ReadAllLinesAsync(list, Cancelled));
        var names = Enumerable.Range(0, 30).Select(number => $"case-{number}").ToList();
        foreach (var (folder, copy) in names.SelectMany(copy => new[] { ("images", copy), ("labels", copy) }))
            File.CreateSymbolicLink(Path.Combine(_folder, "data", folder, copy + ".nii.gz"), Path.Combine(_folder, "data", folder, name + ".nii.gz"));
        await File.WriteAllLinesAsync(list, names, Cancelled);
        string[] measured = [.. Arguments(), "--evaluate", "--set", "data.validation=validation.list", "--set", "crops.sizes=[[32, 32, 32]]", "--set", "teacher.passes=2"];
        using var process = TrainingProcess.Start(measured);
        await process.WaitUntil(() => process.Output.Contains("1/30  case-0", StringComparison.Ordinal), Cancelled);
        process.Terminate();
        var (exitCode, output, errors) = await process.End(Cancelled);
        Assert.Equal((75, ""), (exitCode, errors));
        Assert.Contains("SIGTERM: the training is over, with its last checkpoint; its measurement is given up\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("after this iteration", output, StringComparison.Ordinal);
        Assert.Contains($"stopped while measuring: the training is over, after 2 iterations, and its package is {Run}/model; measure it anew with --resume, or by: evaluate --model {Run}/model ", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Run, "model", "model.json")));
        Assert.False(Directory.Exists(Path.Combine(Run, "evaluation")));

        (exitCode, output, errors) = await TrainingProcess.Run(Cancelled, measured);
        Assert.True(exitCode == 0, errors);
        Assert.Contains($"measured in {Run}/evaluation", output, StringComparison.Ordinal);
        Assert.Equal(2, File.ReadLines(Path.Combine(Run, "metrics.jsonl")).Count());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task Prepare(int validation = 0)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "config.yaml"),
            """
            iterations: 2
            threads: 1
            method: ua-mt
            precision: float32
            data: {folder: data}
            preprocessing: {spacingMm: [4, 4, 4]}
            network: {filters: 2}
            crops: {sizes: [[96, 96, 64]], labelled: 1, unlabelled: 1}
            teacher: {passes: 15}
            """,
            Cancelled);
        await PhantomFiles.Write(
            Path.Combine(_folder, "data"), "--labelled", "1", "--unlabelled", "1", "--validation", $"{validation}", "--size", "64", "64", "64");
    }

    private string[] Arguments() => ["train", "--config", Path.Combine(_folder, "config.yaml"), "--output", Run, "--resume"];
}
