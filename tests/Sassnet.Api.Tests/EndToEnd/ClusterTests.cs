using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Metrics;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.VolumeFiles;
using Sassnet.Tests;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Tests.Cluster;
using TorchSharp;
using Xunit;

namespace Sassnet.Api.Tests.EndToEnd;

/// <summary>From a configuration to an answer: trained on a real Slurm of two nodes, measured, published, and served by a service that ran all the while.</summary>
public sealed class ClusterTests
{
    private const string Name = "from-cluster";

    // None of the training's phantoms has a seed as large.
    private const ulong UnseenSeed = 1_000_003;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // It really learns, from random weights: minutes.
    [Fact(Explicit = true)]
    public async Task What_is_trained_on_two_nodes_and_published_is_served_and_finds_the_atrium_of_an_unseen_phantom()
    {
        using var cluster = await SlurmCluster.Start(Cancelled);
        var models = Path.Combine(cluster.Folder, "models");
        Untrained(Path.Combine(models, $"{Name}@0.1.0"));
        await using var service = await ServiceProcess.StartAsync(
            null, ("Sassnet__Models__Folder", models), ("Sassnet__Models__Default", Name), ("Sassnet__Models__PollPeriod", "00:00:02"));
        var phantom = PhantomGenerator.Generate(UnseenSeed, new PhantomOptions());
        var scan = new OrientedScan(phantom.Image.Size, "RAS").ToNifti(phantom.Image, 16);
        var answering = new List<string>();
        using var ending = new CancellationTokenSource();
        var client = SendAsync();
        await cluster.Run(cluster.Environment["SASSNET_PROGRAM"], ["phantom", "--output", "data", "--labelled", "16", "--unlabelled", "2", "--validation", "4"], Cancelled);
        await File.WriteAllTextAsync(
            Path.Combine(cluster.Folder, "phantom.yaml"),
            $$"""
            name: {{Name}}
            version: 1.0.0
            iterations: 200
            threads: 1
            precision: float32
            device: cpu
            method: vnet-sdm
            data: {folder: data, validation: validation.list}
            preprocessing: {spacingMm: [2, 2, 2], orientation: RAS, normalisation: robust-zscore}
            network: {filters: 4, dropout: 0}
            crops: {sizes: [[48, 48, 32], [64, 48, 32]], labelled: 4}
            augmentation: {zoom: 0.15, overhang: 0.15, gain: 0.2, shift: 0.2}
            optimizer: {learningRate: 0.03, decayEvery: 150}
            window: {patch: [48, 48, 32], stride: [24, 24, 16]}
            run: {checkpointEvery: 20, validateEvery: 100, logEvery: 20}
            """,
            Cancelled);
        string[] arguments = ["slurm", "--config", "phantom.yaml", "--publish", "models", "--every", "1", "--sbatch", "--nodes=2", "--min-dice"];
        var script = Path.Combine(RepositoryFiles.Root, "scripts", "train-on-cluster");

        // Cut off in the middle and started again: the same job, and its figures.
        await ShellProcess.Run(cluster.Folder, cluster.Environment, "timeout", ["--signal=TERM", "20", script, .. arguments, "0.99999"], Cancelled);
        var (exitCode, output, errors) = await ShellProcess.Run(cluster.Folder, cluster.Environment, script, [.. arguments, "0.99999"], Cancelled);
        Assert.Equal(1, exitCode);
        Assert.Contains("takes up job ", output, StringComparison.Ordinal);
        Assert.Contains("--min-dice is 0.99999", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(models, $"{Name}@1.0.0")));
        await cluster.Run(script, [.. arguments, "0.85"], Cancelled);
        await cluster.Run(script, [.. arguments, "0.85"], Cancelled);
        TestContext.Current.SendDiagnosticMessage(output);

        for (var tries = 0; tries < 600 && !client.IsCompleted && !Answers($"{Name}@1.0.0"); tries++)
            await Task.Delay(200, Cancelled);
        await ending.CancelAsync();
        await client;
        Assert.Equal([$"{Name}@0.1.0", $"{Name}@1.0.0"], answering.Distinct());
        TestContext.Current.SendDiagnosticMessage($"{answering.Count} requests while it was trained, published and taken over");

        var card = JsonDocument.Parse(await service.Client.GetStringAsync($"/models/{Name}", Cancelled)).RootElement;
        Assert.InRange(card.GetProperty("evaluation").GetProperty("dice").GetProperty("mean").GetDouble(), 0.85, 1);
        using var response = await PostAsync();
        var answer = VolumeFile.Read(new MemoryStream(await response.Content.ReadAsByteArrayAsync(Cancelled)), ct: Cancelled).Volume;
        var dice = Overlap.Between([.. answer.Voxels.Select(value => (byte)value)], phantom.Label.Labels).Dice;
        TestContext.Current.SendDiagnosticMessage($"Dice {dice:0.0000}");
        Assert.True(dice >= 0.9, $"Dice {dice:0.0000}");

        bool Answers(string model)
        {
            lock (answering)
                return answering.Contains(model);
        }

        // One after another, with pauses that leave the processor to the training; the first that fails ends it, and the test.
        async Task SendAsync()
        {
            while (!ending.IsCancellationRequested)
            {
                try
                {
                    using var answer = await PostAsync();
                    lock (answering)
                        answering.Add(answer.Headers.GetValues("Sassnet-Model").Single());
                }
                catch (HttpRequestException failure)
                {
                    Assert.Fail($"After {answering.Count} answers, the last by {answering.LastOrDefault()}: {failure.Message} The service has {(service.HasExited ? "" : "not ")}ended, and said last:\n{string.Join('\n', service.Lines.TakeLast(20))}");
                }

                await Task.Delay(100, Cancelled);
            }
        }

        async Task<HttpResponseMessage> PostAsync()
        {
            var answer = await service.Client.PostAsync("/segment", new ByteArrayContent(scan), Cancelled);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
            return answer;
        }
    }

    private static void Untrained(string folder)
    {
        using var scope = torch.NewDisposeScope();
        using var network = new VNet(filters: 4);
        ModelPackage.Write(folder, network, RandomModel.Manifest("0.1.0") with
        {
            Name = Name,
            Architecture = new Architecture("vnet-sdm", 4),
            Inference = new InferenceSpecification([48, 48, 32], [48, 48, 32], new Dictionary<string, double>()),
        });
    }
}
