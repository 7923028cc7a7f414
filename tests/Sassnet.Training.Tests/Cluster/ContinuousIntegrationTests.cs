using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sassnet.Tests;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Xunit;
using YamlDotNet.Serialization;

namespace Sassnet.Training.Tests.Cluster;

/// <summary>The workflows are YAML, name only what the scripts take, and hand it on as it was given.</summary>
public sealed partial class ContinuousIntegrationTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-ci-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_input_of_the_button_is_an_option_of_the_script_and_is_used()
    {
        var workflow = File.ReadAllText(Path.Combine(RepositoryFiles.Root, ".github", "workflows", "train.yml"));
        var inputs = Map(Map(Map(Read(".github/workflows/train.yml")["on"])["workflow_dispatch"])["inputs"]).Keys.Cast<string>().ToList();
        var options = Options().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "scripts", "train-on-cluster"))).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(["scheduler", "config", "set", "min-dice", "publish", "sbatch"], inputs);
        Assert.Empty(inputs.Except(options).Except(["scheduler"]));
        Assert.All(inputs, input => Assert.Contains($"inputs.{input}", workflow, StringComparison.Ordinal));
        Assert.Equal(inputs.Order(), Inputs().Matches(workflow).Select(match => match.Groups[1].Value).Distinct().Order());
    }

    [Theory]
    [InlineData(".github/workflows/ci.yml", "jobs/test/steps")]
    [InlineData(".gitlab-ci.yml", "test/script")]
    public void A_change_is_tested_by_the_one_script(string file, string path)
    {
        var steps = (List<object>)path.Split('/').Aggregate((object)Read(file), (node, key) => Map(node)[key]);
        Assert.Single(steps, step => (step as string ?? Map(step).GetValueOrDefault("run") as string) == "./test");
    }

    [Fact]
    public void The_configuration_of_the_button_and_the_example_of_a_tag_have_scans_to_measure_on()
    {
        var workflow = File.ReadAllText(Path.Combine(RepositoryFiles.Root, ".github", "workflows", "train.yml"));
        var button = (string)Map(Map(Map(Map(Read(".github/workflows/train.yml")["on"])["workflow_dispatch"])["inputs"])["config"])["default"];
        var tag = $"Sassnet.Training/configs/{Tag().Match(workflow).Groups[1].Value}.yaml";
        Assert.All([button, tag], file => RunEvaluation.RequireValidation(TrainingOptionsFile.Read(Path.Combine(RepositoryFiles.Root, file))));
    }

    [Theory]
    [InlineData("SCHEDULER", "${{ github.event_name == 'push' && (vars.SASSNET_SCHEDULER || 'slurm') || inputs.scheduler }}")]
    [InlineData("SETTINGS", "${{ github.event_name == 'push' && vars.SASSNET_SETTINGS || inputs.set }}")]
    [InlineData("MIN_DICE", "${{ github.event_name == 'push' && (vars.SASSNET_MIN_DICE || '0.85') || inputs.min-dice }}")]
    [InlineData("SBATCH", "${{ github.event_name == 'push' && vars.SASSNET_SBATCH || inputs.sbatch }}")]
    public void What_is_left_empty_on_the_button_is_not_filled_with_what_is_meant_for_tags(string variable, string expression) =>
        Assert.Equal(expression, Map(Map(Map(Read(".github/workflows/train.yml")["jobs"])["train"])["env"])[variable]);

    [Fact]
    public void An_advisory_for_a_package_or_an_audit_without_a_network_does_not_end_a_build()
    {
        var exempt = XDocument.Load(Path.Combine(RepositoryFiles.Root, "Directory.Build.props")).Descendants("WarningsNotAsErrors").Single().Value.Split(';').ToList();
        Assert.All((string[])["NU1900", "NU1901", "NU1902", "NU1903", "NU1904", "NU1905"], code => Assert.Contains(code, exempt));
    }

    [Fact]
    public void The_configurations_in_the_training_image_find_the_packages_that_they_start_from()
    {
        var copied = Copied().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docker", "Dockerfile")))
            .ToDictionary(match => Path.GetFullPath(match.Groups[2].Value, "/app").TrimEnd('/'), match => match.Groups[1].Value);
        Assert.Equal("Sassnet.Training/configs", copied["/app/configs"]);
        var starts = Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "Sassnet.Training", "configs"), "*.yaml")
            .Select(file => TrainingOptionsFile.Parse(File.ReadAllText(file)).Network.StartFrom).Where(start => start.Length > 0).Distinct().ToList();
        Assert.NotEmpty(starts);
        Assert.All(starts, start =>
        {
            var folder = Path.GetFullPath(start, "/app/configs");
            Assert.True(File.Exists(Path.Combine(RepositoryFiles.Root, copied[Path.GetDirectoryName(folder)!], Path.GetFileName(folder), "model.json")), folder);
        });
    }

    [Fact]
    public async Task GitHubs_button_hands_on_what_was_typed()
    {
        var asked = await Run(GitHub(), ("SCHEDULER", "kubernetes"), ("CONFIG", "my configs/a.yaml"), ("SETTINGS", "seed=2 crops.sizes=[[32,32,16]]"),
            ("SBATCH", ""), ("MIN_DICE", "0.9"), ("PUBLISH", "/models"), ("RUNS", "/runs"), ("GITHUB_SHA", Commit), ("GITHUB_REF", "refs/heads/main"));
        Assert.Equal(["kubernetes", "--config", "my configs/a.yaml", "--min-dice", "0.9", "--publish", "/models", "--runs", "/runs", "--name"], asked[..10]);
        Assert.Matches("^0123456789ab-[0-9a-f]{8}$", asked[10]);
        Assert.Equal(["--set", "seed=2", "--set", "crops.sizes=[[32,32,16]]"], asked[11..]);
    }

    [Fact]
    public async Task A_tag_names_the_configuration_for_both()
    {
        var gitHub = await Run(GitHub(), ("SCHEDULER", "slurm"), ("CONFIG", ""), ("SETTINGS", ""), ("SBATCH", "--nodes=2 --time=1-0"), ("MIN_DICE", "0.9"),
            ("PUBLISH", "/models"), ("RUNS", "/runs"), ("GITHUB_SHA", Commit), ("GITHUB_REF", "refs/tags/train/la-1.25mm"));
        var gitLab = await Run(GitLab(), ("SASSNET_SCHEDULER", "slurm"), ("CI_COMMIT_TAG", "train/la-1.25mm"), ("SASSNET_SETTINGS", ""),
            ("SASSNET_SBATCH", "--nodes=2 --time=1-0"), ("SASSNET_MIN_DICE", "0.9"), ("SASSNET_MODELS", "/models"), ("SASSNET_RUNS", "/runs"), ("CI_COMMIT_SHA", Commit));
        Assert.Equal("Sassnet.Training/configs/la-1.25mm.yaml", gitHub[2]);
        Assert.Equal(["--sbatch", "--nodes=2", "--sbatch", "--time=1-0"], gitHub[11..]);
        Assert.Equal(gitHub, gitLab);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string GitHub()
    {
        var job = Map(Map(Read(".github/workflows/train.yml")["jobs"])["train"]);
        return (string)((List<object>)job["steps"]).Select(Map).Single(step => step.ContainsKey("run"))["run"];
    }

    private static string GitLab() => string.Join('\n', (List<object>)Map(Read(".gitlab-ci.yml")["train"])["script"]);

    // Runs a step as the runner would, with the script in whose place one writes its arguments down.
    private async Task<string[]> Run(string step, params (string Name, string Value)[] variables)
    {
        var scripts = Directory.CreateDirectory(Path.Combine(_folder, "scripts")).FullName;
        ShellProcess.WriteScript(Path.Combine(scripts, "train-on-cluster"), "printf '%s\\n' \"$@\"");
        var (exitCode, output, errors) = await ShellProcess.Run(
            _folder, variables.ToDictionary(item => item.Name, item => item.Value), "bash", ["-euo", "pipefail", "-c", step], Cancelled);
        Assert.True(exitCode == 0, errors);
        return output.TrimEnd('\n').Split('\n');
    }

    private static Dictionary<object, object> Read(string file) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(File.ReadAllText(Path.Combine(RepositoryFiles.Root, file)));

    private static Dictionary<object, object> Map(object node) => (Dictionary<object, object>)node;

    [GeneratedRegex(@"^ +--([a-z-]+)\) ", RegexOptions.Multiline)]
    private static partial Regex Options();

    [GeneratedRegex(@"inputs\.([a-z-]+)")]
    private static partial Regex Inputs();

    [GeneratedRegex(@"^COPY --from=source /source/(\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Copied();

    [GeneratedRegex(@"such as train/([a-z0-9.-]+)\. ")]
    private static partial Regex Tag();
}
