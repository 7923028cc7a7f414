using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Training.Tests.Cluster;

/// <summary><c>train-on-cluster kubernetes</c> with a real kubectl and a server that answers it as Kubernetes would.</summary>
[Collection(OtherPrograms.Clusters)]
public sealed class TrainOnKubernetesTests : IDisposable
{
    private const string Job = "sassnet-training-atrium";
    private const string Publication = "sassnet-training-atrium-publish";
    private const string Complete = """{"succeeded":1,"conditions":[{"type":"Complete","status":"True"}]}""";

    private static readonly Lazy<bool> IsOld = new(() =>
    {
        using var kubectl = Process.Start(new ProcessStartInfo("/usr/bin/kubectl", ["kustomize", Path.Combine(RepositoryFiles.Root, "deploy", "kubernetes", "overlays", "cpu", "job")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = kubectl.StandardError.ReadToEndAsync();
        kubectl.StandardOutput.ReadToEnd();
        return said.GetAwaiter().GetResult().Contains("unknown field", StringComparison.Ordinal);
    });

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-kubernetes-").FullName;
    private readonly ApiServer _server = ApiServer.Start();
    private readonly StringBuilder _output = new();
    private readonly List<Task> _reading = [];

    public TrainOnKubernetesTests()
    {
        RequireKubectl();
        File.WriteAllText(Path.Combine(_folder, "atrium.yaml"), "iterations: 3\n");
        File.WriteAllText(Path.Combine(_folder, "kubeconfig"), $$"""
            {"apiVersion": "v1", "kind": "Config", "current-context": "test", "users": [{"name": "nobody", "user": {} }],
            "clusters": [{"name": "test", "cluster": {"server": "{{_server.Address}}" } }],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "nobody", "namespace": "research"} }]}
            """);

        // What this server answers it answers at once: there is no second to wait for between two looks.
        ShellProcess.WriteScript(Path.Combine(_folder, "sleep"), "exec /bin/sleep 0.1");
        _server.Status[Job] = """{"active":1}""";
        _server.Logs[$"{Job}/training"] = "1/3  loss 0.9\n2/3  loss 0.8\n";
        _server.Status[Publication] = Complete;
        _server.Logs[$"{Publication}/summary"] = """{"state":"evaluated","evaluation":{"dice":{"mean":0.93}}}""";
        _server.Logs[$"{Publication}/training"] = "published atrium@1.0.0 to /models/atrium@1.0.0\n";
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Skips the test, with the reason, where there is no kubectl that renders the overlays.</summary>
    internal static void RequireKubectl()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/kubectl"), "needs kubectl, which is not installed; apt-get install kubernetes-client");
        Assert.SkipWhen(IsOld.Value, "needs kubectl 1.24 or newer, which knows components and labels in templates");
    }

    [Fact]
    public async Task A_training_is_followed_through_a_lost_connection_to_its_publication()
    {
        using var script = Start();
        await Says(script, "2/3  loss 0.8");
        _server.IsLost = true;
        await Says(script, "the cluster does not answer");
        _server.Logs[$"{Job}/training"] += "3/3  loss 0.7\n";
        _server.IsLost = false;
        await Says(script, "3/3  loss 0.7");
        _server.Status[Job] = Complete;
        Assert.Equal(0, await End(script));
        Assert.Contains("published atrium@1.0.0", Output, StringComparison.Ordinal);
        Assert.Equal(0.93, JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "runs", "atrium", "summary.json"), Cancelled))!["evaluation"]!["dice"]!["mean"]!.GetValue<double>());

        var container = _server.Object(Job)["spec"]!["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal(
            ["train", "--config", "/configuration/config.yaml", "--output", "/runs/atrium", "--resume", "--evaluate", "--set", "label.name=a \"b\" \\c", "--set", "data.folder=/data"],
            container["args"]!.AsArray().Select(argument => argument!.GetValue<string>()));
        var map = container.Root["spec"]!["template"]!["spec"]!["volumes"]!.AsArray().Single(volume => volume!["name"]!.GetValue<string>() == "configuration")!["configMap"]!["name"]!.GetValue<string>();
        Assert.Equal("iterations: 3\n", _server.Object(map)["data"]!["config.yaml"]!.GetValue<string>());
        Assert.Equal(
            ["publish", "--run", "/runs/atrium", "--models", "/models", "--min-dice", "0.9"],
            _server.Object(Publication)["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().Select(argument => argument!.GetValue<string>()));
    }

    [Fact]
    public async Task A_script_that_was_killed_takes_up_the_same_job_when_it_is_started_again()
    {
        using (var killed = Start())
        {
            await Says(killed, "2/3  loss 0.8");
            killed.Kill(entireProcessTree: true);
        }

        _server.Status[Job] = Complete;
        using var again = Start();
        Assert.Equal(0, await End(again));
        Assert.Equal(1, _server.Created.Count(name => name == Job));
    }

    [Fact]
    public async Task A_training_that_a_queue_has_started_is_not_suspended_when_it_is_taken_up()
    {
        string[] queue = ["--overlay", Path.Combine(RepositoryFiles.Root, "deploy", "kubernetes", "overlays", "kueue", "job")];
        using (var killed = Start(queue))
        {
            await Says(killed, "2/3  loss 0.8");
            killed.Kill(entireProcessTree: true);
        }

        Assert.True(_server.Object(Job)["spec"]!["suspend"]!.GetValue<bool>());
        _server.Object(Job)["spec"]!["suspend"] = false;
        _server.Status[Job] = Complete;
        using var again = Start(queue);
        // The server refuses every change of a Job's spec.
        Assert.True(await End(again) == 0, Output);
    }

    [Fact]
    public async Task A_training_is_followed_under_the_name_and_in_the_namespace_that_its_overlay_gives_it()
    {
        var overlay = Directory.CreateDirectory(Path.Combine(_folder, "overlay")).FullName;
        var shipped = Path.GetRelativePath(overlay, Path.Combine(RepositoryFiles.Root, "deploy", "kubernetes", "overlays", "gpu", "job"));
        await File.WriteAllTextAsync(Path.Combine(overlay, "kustomization.yaml"), $"resources: [{shipped}]\nnamespace: heart\nnameSuffix: -large\n", Cancelled);
        const string training = "sassnet-training-large-atrium";
        Finishes(training);
        using var script = Start("--overlay", overlay);
        Assert.True(await End(script) == 0, Output);
        Assert.Equal("heart", _server.Object(training)["metadata"]!["namespace"]!.GetValue<string>());
        Assert.Equal("heart", _server.Object($"{training}-publish")["metadata"]!["namespace"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("16")]
    [InlineData("1.5")]
    [InlineData("1e5")]
    public async Task A_name_may_look_like_a_number(string name)
    {
        Finishes($"sassnet-training-{name}");
        using var script = Start("--name", name);
        Assert.True(await End(script) == 0, Output);
        Assert.Contains($"sassnet-training-{name}", _server.Created);
    }

    [Theory]
    [InlineData("network.startFrom=/models/atrium@1.0.0", "network.startFrom=/models/atrium@1.0.0")]
    [InlineData("network.startFrom=", "network.startFrom=")]
    [InlineData("seed=2", "network.startFrom=/Sassnet.Api/models/left-atrium")]
    public async Task A_configuration_that_ships_starts_from_the_package_in_the_image_unless_another_is_named(string assignment, string expected)
    {
        Finishes(Job);
        using var script = Start("--config", Path.Combine(RepositoryFiles.Root, "Sassnet.Training", "configs", "la-1mm-70.yaml"), "--name", "atrium", "--set", assignment);
        Assert.True(await End(script) == 0, Output);
        var arguments = _server.Object(Job)["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().Select(argument => argument!.GetValue<string>());
        Assert.Equal(expected, arguments.Last(argument => argument.StartsWith("network.startFrom=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Another_training_under_the_same_name_is_refused()
    {
        using (var first = Start())
        {
            await Says(first, "2/3  loss 0.8");
            first.Kill(entireProcessTree: true);
        }

        using var other = Start("--set", "seed=3");
        Assert.Equal(2, await End(other));
        Assert.Contains("field is immutable", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Container training for pod research/x failed with exit code 2 matching FailJob rule at index 0", 2)]
    [InlineData("Job has reached the specified backoff limit", 1)]
    public async Task A_training_that_failed_says_why_and_a_wrong_configuration_has_its_own_exit_code(string message, int exitCode)
    {
        _server.Status[Job] = $$"""{"failed":1,"conditions":[{"type":"Failed","status":"True","message":"{{message}}"}] }""";
        using var script = Start();
        Assert.Equal(exitCode, await End(script));
        Assert.Contains(message, Output, StringComparison.Ordinal);
        Assert.Contains("2/3  loss 0.8", Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_below_the_floor_fails_with_its_figures()
    {
        _server.Status[Job] = Complete;
        _server.Status[Publication] = """{"failed":1,"conditions":[{"type":"Failed","status":"True","message":"Job has reached the specified backoff limit"}]}""";
        _server.Logs[$"{Publication}/training"] = "error: atrium@1.0.0 has a mean Dice of 0.7000; --min-dice is 0.9. Nothing was published.\n";
        using var script = Start();
        Assert.Equal(1, await End(script));
        Assert.Contains("mean Dice of 0.7000", Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_publication_that_was_deleted_ends_the_script_and_not_its_patience()
    {
        _server.Status[Job] = Complete;
        _server.Deleted.Add(Publication);
        using var script = Start();
        var end = End(script);
        if (await Task.WhenAny(end, Task.Delay(TimeSpan.FromMinutes(1), Cancelled)) != end)
            script.Kill(entireProcessTree: true);
        Assert.Equal(1, await end);
        Assert.Contains("the summary cannot be had: ", Output, StringComparison.Ordinal);
        Assert.Contains($"the Job {Publication} ended without having finished: deleted", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?", true)]
    [InlineData("Unable to connect to the server: net/http: TLS handshake timeout", true)]
    [InlineData("error: unexpected end of JSON input", true)]
    [InlineData("Error from server (NotFound): jobs.batch \"sassnet-training-timeout-publish\" not found", false)]
    [InlineData("error: timed out waiting for the condition", false)]
    [InlineData("error: You must be logged in to the server (Unauthorized)", false)]
    public async Task Only_what_passes_is_tried_again(string answer, bool isTriedAgain)
    {
        var source = Path.Combine(RepositoryFiles.Root, "scripts", "cluster", "kubernetes.sh");
        var (exitCode, _, _) = await ShellProcess.Run(_folder, new Dictionary<string, string>(), "bash", ["-c", "source \"$1\"; is_lost \"$2\"", "bash", source, answer], Cancelled);
        Assert.Equal(isTriedAgain ? 0 : 1, exitCode);
    }

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    private void Finishes(string training)
    {
        (_server.Status[training], _server.Status[$"{training}-publish"]) = (Complete, Complete);
        _server.Logs[$"{training}-publish/summary"] = "{}";
    }

    private Process Start(params string[] more)
    {
        string[] arguments =
        [
            "kubernetes", "--config", "atrium.yaml", "--min-dice", "0.9", "--publish", "/models", "--every", "1", "--set", "label.name=a \"b\" \\c", .. more,
        ];
        var script = ShellProcess.Start(
            _folder,
            new Dictionary<string, string>
            {
                ["KUBECONFIG"] = Path.Combine(_folder, "kubeconfig"),
                ["HOME"] = _folder,
                ["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}",
            },
            Path.Combine(RepositoryFiles.Root, "scripts", "train-on-cluster"),
            arguments);
        foreach (var stream in (StreamReader[])[script.StandardOutput, script.StandardError])
            _reading.Add(Read(stream));
        return script;
    }

    private async Task Read(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            lock (_output)
                _output.AppendLine(line);
        }
    }

    private async Task Says(Process script, string text)
    {
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(script.HasExited, Output);
            await Task.Delay(50, Cancelled);
        }
    }

    private async Task<int> End(Process script)
    {
        await script.WaitForExitAsync(Cancelled);
        await Task.WhenAll(_reading);
        return script.ExitCode;
    }
}
