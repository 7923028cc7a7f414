using Xunit;

namespace Sassnet.Training.Tests.Cluster;

/// <summary>What <c>train-on-cluster slurm</c> keeps beside a run, so that a job that waits runs what was submitted: the program, and the package to start from.</summary>
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

    public void Dispose() => _slurm.Dispose();
}
