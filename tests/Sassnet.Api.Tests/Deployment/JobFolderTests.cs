using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>Where containers keep jobs: what was accepted outlives them, and every replica knows it.</summary>
public sealed class JobFolderTests
{
    private const string Folder = "Sassnet__Jobs__Folder";

    [Fact]
    public void Compose_keeps_jobs_on_a_volume_of_their_own_which_the_images_user_owns()
    {
        var compose = Assert.Single(YamlFile.Documents(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy", "compose.yaml"))));
        var api = compose["services"]!["api"]!;
        var folder = (string)api["environment"]![Folder]!;
        var mounts = api["volumes"]!.AsArray().Select(mount => ((string)mount!).Split(':')).ToList();
        var mount = Assert.Single(mounts, mount => IsBelow(folder, mount[1]));

        Assert.True((bool?)api["read_only"]);
        Assert.True(compose["volumes"]!.AsObject().ContainsKey(mount[0]));
        Assert.Single(mounts, other => other[0] == mount[0]);
        var dockerfile = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docker", "Dockerfile"));
        Assert.Contains($"install -d -o $APP_UID -g $APP_UID {mount[1]}\n", dockerfile, StringComparison.Ordinal);
        var archive = Assert.Single(YamlFile.Documents(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy", "archive", "compose.yaml"))));
        Assert.Null(archive["services"]!["api"]!["environment"]![Folder]);
    }

    [Theory]
    [InlineData("cpu/jobs")]
    [InlineData("gpu/jobs")]
    [InlineData("cpu/archive")]
    [InlineData("gpu/archive")]
    public void Several_replicas_share_a_claim_and_a_database(string overlay)
    {
        var pod = Pod(overlay);
        var api = pod["containers"]!.AsArray().Single(container => (string?)container!["name"] == "api")!;
        var environment = api["env"]!.AsArray().Select(variable => variable!).ToList();
        var options = new JobsOptions
        {
            Folder = Value(Folder),
            Database = Enum.Parse<JobDatabaseKind>(Value("Sassnet__Jobs__Database"), ignoreCase: true),
            ConnectionString = Value("Sassnet__Jobs__ConnectionString"),
        };

        Assert.Empty(options.Validate(new ValidationContext(options)));
        Assert.Equal(JobDatabaseKind.PostgreSql, options.Database);
        var mount = Assert.Single(api["volumeMounts"]!.AsArray(), mount => IsBelow(options.Folder!, (string)mount!["mountPath"]!))!;
        var volume = pod["volumes"]!.AsArray().Single(volume => (string?)volume!["name"] == (string?)mount["name"])!;
        var claim = Overlay.Object(overlay, "PersistentVolumeClaim", (string)volume["persistentVolumeClaim"]!["claimName"]!);
        Assert.Equal("ReadWriteMany", (string?)Assert.Single(claim["spec"]!["accessModes"]!.AsArray()));

        // Kubernetes puts a variable into another one only where it stands before it.
        Assert.Contains("Password=$(JOBS_PASSWORD)", options.ConnectionString, StringComparison.Ordinal);
        var names = environment.Select(variable => (string)variable["name"]!).ToList();
        Assert.InRange(names.IndexOf("JOBS_PASSWORD"), 0, names.IndexOf("Sassnet__Jobs__ConnectionString"));
        var database = Overlay.Object(overlay, "StatefulSet", "sassnet-postgresql");
        var password = environment.Single(variable => (string?)variable["name"] == "JOBS_PASSWORD");
        var secrets = Overlay.All(database, "secretKeyRef").Concat(Overlay.All(password, "secretKeyRef")).ToList();
        Assert.Equal(2, secrets.Count);
        Assert.All(secrets, secret => Assert.Equal(("sassnet-jobs", "password"), ((string?)secret["name"], (string?)secret["key"])));
        var service = Overlay.Object(overlay, "Service", "sassnet-postgresql");
        Assert.Contains($"Host={service["metadata"]!["name"]};", options.ConnectionString, StringComparison.Ordinal);
        RequireReached(overlay, "sassnet-postgresql", 5432);

        string Value(string name) => (string)environment.Single(variable => (string?)variable["name"] == name)["value"]!;
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    [InlineData("kueue")]
    public void Without_a_database_there_are_no_jobs_rather_than_some_that_only_one_replica_knows(string overlay) =>
        Assert.DoesNotContain(Overlay.All(Pod(overlay), "name"), name => ((string?)name)?.StartsWith("Sassnet__Jobs", StringComparison.Ordinal) == true);

    /// <summary>That the service's network policy lets it reach the pods of a name.</summary>
    internal static void RequireReached(string overlay, string name, int port)
    {
        var egress = Overlay.Object(overlay, "NetworkPolicy", "sassnet-api")["spec"]!["egress"]!.AsArray();
        var rule = Assert.Single(egress, rule => Overlay.All(rule, "app.kubernetes.io/name").Any(label => (string?)label == name))!;
        Assert.Equal(port, (int)Assert.Single(rule["ports"]!.AsArray())!["port"]!);
        var ingress = Overlay.Object(overlay, "NetworkPolicy", name)["spec"]!["ingress"]!.AsArray();
        Assert.Contains(ingress, rule => Overlay.All(rule, "app.kubernetes.io/name").Any(label => (string?)label == "sassnet-api"));
    }

    private static JsonNode Pod(string overlay) => Overlay.Object(overlay, "Deployment", "sassnet-api")["spec"]!["template"]!["spec"]!;

    private static bool IsBelow(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);
}
