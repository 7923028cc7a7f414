using System.Globalization;
using System.Text.Json.Nodes;
using Sassnet.Api.Requests;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>What the rendered pods may do, and when they are started again or ended.</summary>
public sealed class PodTests
{
    private const string Pod = "securityContext";

    public static TheoryData<string> Overlays => [.. Overlay.Names];

    [Theory]
    [MemberData(nameof(Overlays))]
    public void No_container_is_root_writes_to_its_image_or_has_the_clusters_token(string overlay)
    {
        foreach (var pod in Pods(overlay))
        {
            Assert.False((bool?)pod["automountServiceAccountToken"]);
            Assert.True((bool?)pod[Pod]!["runAsNonRoot"]);
            foreach (var container in Containers(pod))
            {
                var security = container[Pod]!;
                Assert.True((bool?)security["readOnlyRootFilesystem"]);
                Assert.False((bool?)security["allowPrivilegeEscalation"]);
                Assert.Equal("ALL", (string?)Assert.Single(security["capabilities"]!["drop"]!.AsArray()));
                Assert.NotNull(container["resources"]!["limits"]!["memory"]);
                Assert.NotNull(container["resources"]!["requests"]!["memory"]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Whatever_a_pod_mounts_is_there(string overlay)
    {
        var claims = Names("PersistentVolumeClaim", [.. Overlay.Render("cpu"), .. Overlay.Render(overlay)]);
        var maps = Names("ConfigMap", Overlay.Render(overlay));
        foreach (var pod in Pods(overlay))
        {
            var volumes = pod["volumes"]!.AsArray();
            var names = volumes.Select(volume => (string)volume!["name"]!).ToList();
            var mounted = Overlay.All(pod, "volumeMounts").SelectMany(mounts => mounts.AsArray()).Select(mount => (string)mount!["name"]!);
            Assert.All(mounted, name => Assert.Contains(name, names));
            Assert.All(Overlay.All(volumes, "claimName"), claim => Assert.Contains((string)claim!, claims));
            Assert.All(Overlay.All(volumes, "configMap"), map => Assert.Contains((string)map["name"]!, maps));
        }
    }

    [Theory]
    [InlineData("job", "Job", "FailJob")]
    [InlineData("sweep", "Job", "FailIndex")]
    [InlineData("trainjob", "TrainingRuntime", "FailJob")]
    public void An_interrupted_training_goes_on_uncounted_and_a_wrong_one_is_never_tried_again(string what, string kind, string action)
    {
        foreach (var hardware in (string[])["cpu", "gpu", "kueue"])
        {
            var training = Assert.Single(Overlay.Render($"{hardware}/{what}"), document => (string?)document["kind"] == kind);
            var policy = Assert.Single(Overlay.All(training, "podFailurePolicy"));
            var job = policy.Parent!;
            var rules = policy["rules"]!.AsArray().Select(rule => (
                (string)rule!["action"]!,
                (int?)rule["onExitCodes"]?["values"]![0],
                (string?)rule["onPodConditions"]?[0]!["type"]));

            Assert.Equal([(action, 2, null), ("Ignore", 75, null), ("Ignore", null, "DisruptionTarget")], rules);
            var names = Containers(job["template"]!["spec"]!).Select(container => (string)container["name"]!).ToList();
            Assert.All(Overlay.All(policy, "containerName"), name => Assert.Contains((string)name!, names));

            // What Kubernetes requires of a Job with such rules, and refuses it without.
            Assert.Equal("Never", (string?)job["template"]!["spec"]!["restartPolicy"]);
            Assert.Equal("Failed", (string?)job["podReplacementPolicy"]);
            Assert.Equal(action == "FailIndex", job["backoffLimitPerIndex"] is not null);
            Assert.Equal(action == "FailIndex" ? "Indexed" : null, (string?)job["completionMode"]);
        }
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    public void A_request_that_was_taken_has_as_long_as_any_may_take_before_its_pod_is_killed_and_a_rollout_waits_for_it(string overlay)
    {
        var deployment = Overlay.Object(overlay, "Deployment", "sassnet-api")["spec"]!;
        var pod = deployment["template"]!["spec"]!;
        var api = Containers(pod).Single(container => (string?)container["name"] == "api");
        var limit = api["env"]!.AsArray().Single(variable => (string?)variable!["name"] == "Sassnet__Server__ShutdownTimeLimit")!;
        var shutdown = TimeSpan.Parse((string)limit["value"]!, CultureInfo.InvariantCulture);
        var wait = double.Parse((string)api["lifecycle"]!["preStop"]!["exec"]!["command"]![1]!, CultureInfo.InvariantCulture);

        Assert.Equal(new RequestOptions().TimeLimit, shutdown);
        var grace = (double)pod["terminationGracePeriodSeconds"]!;
        Assert.Equal(wait + shutdown.TotalSeconds + 20, grace);

        // One pod may have to end before the next one can start.
        var starts = (double)api["startupProbe"]!["periodSeconds"]! * (double)api["startupProbe"]!["failureThreshold"]!;
        var patience = (double?)deployment["progressDeadlineSeconds"] ?? 600;
        Assert.True(patience > grace + starts, FormattableString.Invariant($"A rollout has failed after {patience} s, and a pod may take {grace} s to end and {starts} s to start."));
    }

    [Theory]
    [InlineData("job")]
    [InlineData("sweep")]
    [InlineData("trainjob")]
    [InlineData("mpijob")]
    public void A_training_on_gpus_asks_for_them_and_one_that_Kueue_starts_waits_in_its_queue(string what)
    {
        Assert.Empty(Overlay.Render($"cpu/{what}").SelectMany(document => Overlay.All(document, "nvidia.com/gpu")));
        foreach (var hardware in (string[])["gpu", "kueue"])
        {
            var computing = Pods($"{hardware}/{what}").SelectMany(Containers)
                .Where(container => (string?)container["name"] != "launcher")
                .ToList();
            Assert.NotEmpty(computing);
            Assert.All(computing, container => Assert.Equal(1, (int)container["resources"]!["limits"]!["nvidia.com/gpu"]!));
            Assert.All(computing, container => Assert.EndsWith("-cuda", (string)container["image"]!, StringComparison.Ordinal));
        }

        var queued = Assert.Single(Overlay.Render($"kueue/{what}"), document => (string?)document["kind"] is "Job" or "TrainJob" or "MPIJob");
        Assert.NotNull(queued["metadata"]!["labels"]!["kueue.x-k8s.io/queue-name"]);
        Assert.True((bool?)Assert.Single(Overlay.All(queued, "suspend")));
    }

    private static List<string> Names(string kind, IEnumerable<JsonObject> objects) =>
        [.. objects.Where(document => (string?)document["kind"] == kind).Select(document => (string)document["metadata"]!["name"]!)];

    /// <summary>The specification of every pod that an overlay makes, at whatever depth.</summary>
    private static IEnumerable<JsonNode> Pods(string overlay) =>
        Overlay.Render(overlay).SelectMany(document => Overlay.All(document, "containers")).Select(containers => (JsonNode)containers.Parent!);

    private static IEnumerable<JsonNode> Containers(JsonNode pod) =>
        (pod["initContainers"]?.AsArray() ?? []).Concat(pod["containers"]!.AsArray()).Select(container => container!);
}
