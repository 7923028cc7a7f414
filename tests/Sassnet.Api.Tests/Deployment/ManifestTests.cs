using System.Text.Json.Nodes;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>Every overlay of <c>deploy/kubernetes</c>, rendered: each object is one that a cluster would take as it stands.</summary>
public sealed class ManifestTests
{
    public static TheoryData<string> Overlays => [.. Overlay.Names];

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_object_has_only_fields_that_its_kind_has(string overlay)
    {
        var objects = Overlay.Render(overlay);
        Assert.NotEmpty(objects);

        // Not within Assert.All, which would take a test that is to be skipped for one that failed.
        Assert.Empty(objects.SelectMany(Faults));
    }

    [Fact]
    public void A_field_that_a_core_kind_does_not_have_is_found()
    {
        var deployment = Overlay.Object("cpu", "Deployment", "sassnet-api").DeepClone().AsObject();
        Assert.Empty(Faults(deployment));
        deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["readOnlyRootFilesystem"] = true;

        Assert.Contains("readOnlyRootFilesystem", Assert.Single(Faults(deployment)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_another_type_than_a_core_kind_takes_is_found()
    {
        var job = Overlay.Object("cpu/job", "Job", "sassnet-training").DeepClone().AsObject();
        job["spec"]!["backoffLimit"] = "4";

        Assert.Contains("backoffLimit", Assert.Single(Faults(job)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu/trainjob", "TrainJob", "sassnet-training", "/spec/trainer/nodes")]
    [InlineData("cpu/trainjob", "TrainJob", "sassnet-training", "/metadata/label")]
    [InlineData("cpu/trainjob", "TrainingRuntime", "sassnet-mpi", "/spec/template/spec/replicatedJobs/1/template/spec/template/spec/host")]
    [InlineData("cpu/mpijob", "MPIJob", "sassnet-training", "/spec/mpiReplicaSpecs/Worker/template/spec/restart")]
    public void A_field_that_a_custom_kind_does_not_have_is_found_wherever_it_is(string overlay, string kind, string name, string place)
    {
        var manifest = Overlay.Object(overlay, kind, name).DeepClone().AsObject();
        Assert.Empty(Faults(manifest));
        var steps = place.Split('/')[1..];
        JsonNode node = manifest;
        foreach (var step in steps[..^1])
            node = node is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : node[step]!;
        node[steps[^1]] = "x";

        // Beside it the list has the sides of alternatives that did not apply.
        var said = kind + (steps[0] == "metadata" ? "/metadata: " : place);
        Assert.Contains(Faults(manifest), fault => fault.StartsWith(said, StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_of_another_type_than_a_custom_kind_takes_is_found()
    {
        var job = Overlay.Object("cpu/trainjob", "TrainJob", "sassnet-training").DeepClone().AsObject();
        job["spec"]!["trainer"]!["numNodes"] = "two";

        Assert.Contains("/spec/trainer/numNodes", Assert.Single(Faults(job)), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Faults(JsonObject manifest)
    {
        var (version, kind) = ((string)manifest["apiVersion"]!, (string)manifest["kind"]!);
        if (CoreKinds.Has(version, kind))
            return CoreKinds.Fault(manifest) is { } fault ? [$"{kind}: {fault}"] : [];
        return [.. CustomKinds.Faults(manifest).Select(fault => $"{kind}{fault}")];
    }
}
