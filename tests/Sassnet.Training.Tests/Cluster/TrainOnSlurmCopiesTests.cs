using Sassnet.Tests;
using Xunit;

namespace Sassnet.Training.Tests.Cluster;

/// <summary>What <c>train-on-cluster slurm</c> keeps beside a run, so that a job that waits runs what was submitted: the program, and the package to start from.</summary>
[Collection(OtherPrograms.Clusters)]
public sealed class TrainOnSlurmCopiesTests : IDisposable
{
    private readonly ScriptedSlurm _slurm = new();

    [Theory]
    [InlineData("--gpus-per-node=1", "", "cuda")]
    [InlineData("--gres=gpu:a100:2", "", "cuda")]
    [InlineData("--gpus=1", "none", "none")]
    [InlineData("--partition=gpu", "", "")]
    public async Task The_program_of_a_job_on_GPUs_is_built_with_LibTorch_for_them(string option, string backend, string built)
    {
        _slurm.Write("dotnet", """
            [[ "$1" == publish ]] || exit 0
            echo "built for '${TorchBackend:-}'" >> asked
            mkdir -p "${!#}"
            cp program "${!#}/Sassnet.Training"
            """);
        File.WriteAllLines(Path.Combine(_slurm.Folder, "answers"), ["FINISHES", "ended"]);
        var environment = _slurm.Variables(program: "");
        (environment["TorchBackend"], environment["SASSNET_LIBTORCH"]) = (backend, "");
        var (exitCode, _, _) = await _slurm.Script(environment, "slurm", "--config", "atrium.yaml", "--min-dice", "0.9", "--publish", "models", "--every", "1", "--sbatch", option);
        Assert.Equal(0, exitCode);
        Assert.Contains($"built for '{built}'", _slurm.Asked(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_was_built_is_left_to_the_jobs_that_have_it_when_one_for_GPUs_is_asked_for()
    {
        _slurm.Write("dotnet", """
            [[ "$1" == publish ]] || exit 0
            echo "built for '${TorchBackend:-}'" >> asked
            mkdir -p "${!#}"
            cp program "${!#}/Sassnet.Training"
            """);
        var environment = _slurm.Variables(program: "");
        (environment["TorchBackend"], environment["SASSNET_LIBTORCH"]) = ("", "");
        foreach (var option in (string[])["--nodes=2", "--gpus=1", "--gpus=1"])
        {
            File.WriteAllLines(Path.Combine(_slurm.Folder, "answers"), ["ended", "ended"]);
            await _slurm.Script(environment, "slurm", "--config", "atrium.yaml", "--min-dice", "0.9", "--publish", "models", "--every", "1", "--sbatch", option);
        }

        Assert.Equal(["built for ''", "built for 'cuda'"], _slurm.Asked().Split('\n').Where(line => line.StartsWith("built", StringComparison.Ordinal)));
        Assert.Equal(["program", "program-cuda", "program-cuda"], _slurm.Submitted().Select(line => Path.GetFileName(Path.GetDirectoryName(line.Split(' ')[1]))));
        Assert.True(File.Exists(Path.Combine(_slurm.Folder, "runs", "atrium", "program", "Sassnet.Training")));
    }

    [Fact]
    public async Task Two_who_need_the_same_program_at_once_build_it_once()
    {
        _slurm.Write("dotnet", """
            [[ "$1" == publish ]] || exit 0
            echo built >> asked
            /bin/sleep 2
            mkdir -p "${!#}"
            touch "${!#}/Sassnet.Training"
            """);
        var source = Path.Combine(RepositoryFiles.Root, "scripts", "cluster", "slurm.sh");
        const string both = """
            root="$1" folder="$2" sbatch_options=()
            say() { :; }
            refuse() { exit 2; }
            source "$3"
            build_program & first=$!
            build_program & second=$!
            wait $first && wait $second
            """;
        var folder = Directory.CreateDirectory(Path.Combine(_slurm.Folder, "run")).FullName;
        var environment = _slurm.Variables(program: "");
        (environment["TorchBackend"], environment["SASSNET_LIBTORCH"]) = ("", "");
        var (exitCode, _, errors) = await ShellProcess.Run(_slurm.Folder, environment, "bash", ["-euo", "pipefail", "-c", both, "bash", RepositoryFiles.Root, folder, source], TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, errors);
        Assert.Equal("built\n", _slurm.Asked());
        Assert.True(File.Exists(Path.Combine(folder, "program", "Sassnet.Training")));
        Assert.False(Directory.Exists(Path.Combine(folder, "program", "program.new")));
    }

    [Fact]
    public async Task A_job_finds_the_runtime_where_dotnet_of_the_path_has_it()
    {
        var root = Directory.CreateDirectory(Path.Combine(_slurm.Folder, "home", ".dotnet", "shared", "Microsoft.NETCore.App")).Parent!.Parent!.FullName;
        ShellProcess.WriteScript(Path.Combine(root, "dotnet"), "");
        File.CreateSymbolicLink(Path.Combine(_slurm.Folder, "dotnet"), Path.Combine(root, "dotnet"));
        File.WriteAllLines(Path.Combine(_slurm.Folder, "answers"), ["FINISHES", "ended"]);
        var environment = _slurm.Variables(Path.Combine(_slurm.Folder, "program"));
        environment["DOTNET_ROOT"] = "";
        Assert.Equal(0, (await _slurm.Script(environment, "slurm", "--config", "atrium.yaml", "--min-dice", "0.9", "--publish", "models", "--every", "1")).ExitCode);
        Assert.Equal([$"{root} {_slurm.Folder}/program"], _slurm.Submitted());
    }

    [Fact]
    public async Task A_job_starts_from_the_package_as_it_was_when_it_was_submitted()
    {
        var package = Directory.CreateDirectory(Path.Combine(_slurm.Folder, "package")).FullName;
        File.WriteAllText(Path.Combine(_slurm.Folder, "start"), package);
        File.WriteAllText(Path.Combine(package, "model.json"), "as it was");
        await _slurm.Follow("RUNNING None", "ended");
        File.WriteAllText(Path.Combine(package, "model.json"), "pulled");
        Assert.Equal(0, (await _slurm.Follow("RUNNING None", "RUNNING None", "FINISHES", "ended")).ExitCode);
        var kept = Path.Combine(_slurm.Folder, "runs", "atrium", "start");
        Assert.Equal("as it was", File.ReadAllText(Path.Combine(kept, "model.json")));
        Assert.Equal($"  startFrom: {kept}\n", File.ReadAllText(Path.Combine(_slurm.Folder, "runs", "atrium", "configs", "sassnet.yaml")));

        // Another package under the same name is refused, though what is kept is called the same.
        File.WriteAllText(Path.Combine(_slurm.Folder, "start"), Path.Combine(_slurm.Folder, "another"));
        Assert.Equal(2, (await _slurm.Follow("RUNNING None")).ExitCode);
    }

    [Fact]
    public async Task A_package_to_start_from_that_is_not_there_is_refused_and_may_be_put_right()
    {
        var package = Path.Combine(_slurm.Folder, "it's one");
        File.WriteAllText(Path.Combine(_slurm.Folder, "start"), "/nowhere");
        var (exitCode, _, errors) = await _slurm.Follow();
        Assert.Equal(2, exitCode);
        Assert.Contains("network.startFrom is '/nowhere', which cannot be copied", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("sbatch", _slurm.Asked(), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_slurm.Folder, "start"), $"'{package.Replace("'", "''", StringComparison.Ordinal)}'");
        Directory.CreateDirectory(package);
        File.WriteAllText(Path.Combine(package, "model.json"), "");
        Assert.Equal(0, (await _slurm.Follow("FINISHES", "ended")).ExitCode);
    }

    [Fact]
    public async Task A_run_that_was_submitted_before_its_package_was_kept_stays_as_it_is()
    {
        Assert.Equal(1, (await _slurm.Follow("RUNNING None", "ended")).ExitCode);
        File.WriteAllText(Path.Combine(_slurm.Folder, "start"), "/models/atrium");
        File.WriteAllText(Path.Combine(_slurm.Folder, "runs", "atrium", "configs", "sassnet.yaml"), "  startFrom: /models/atrium\n");
        Assert.Equal(0, (await _slurm.Follow("RUNNING None", "RUNNING None", "FINISHES", "ended")).ExitCode);
        Assert.False(Directory.Exists(Path.Combine(_slurm.Folder, "runs", "atrium", "start")));
    }

    public void Dispose() => _slurm.Dispose();
}
