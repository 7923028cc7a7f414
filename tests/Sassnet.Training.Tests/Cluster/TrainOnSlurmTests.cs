using Sassnet.Tests;
using Xunit;

namespace Sassnet.Training.Tests.Cluster;

/// <summary><c>train-on-cluster slurm</c> with a Slurm and a program that answer as the test says; with the real ones it is the end-to-end test's.</summary>
public sealed class TrainOnSlurmTests : IDisposable
{
    private const string Invalid = "slurm_load_jobs error: Invalid job id specified";
    private const string Unreachable = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)";
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-on-slurm-").FullName;

    public TrainOnSlurmTests()
    {
        File.WriteAllText(Path.Combine(_folder, "atrium.yaml"), "");
        Write("program", """
            echo "$@" >> asked
            case "$1" in
                sweep) mkdir -p runs/atrium/sassnet; printf 'index,name,method,config\n0,sassnet,sassnet,configs/sassnet.yaml\n' > runs/atrium/index.csv ;;
                publish) echo published ;;
            esac
            """);
        Write("sbatch", "echo \"sbatch $@\" >> asked; echo '5;cluster'");
        Write("scontrol", "");

        // The jobs of all, or those of a user called me; of one, an answer a call. What is no state is said to have gone wrong.
        Jobs();
        Write("squeue", """
            if [[ "$*" != *--jobs* ]]; then
                if [[ -e away ]]; then rm away; echo "slurm_load_jobs error" >&2; exit 1; fi
                while read -r user number comment; do
                    [[ "$user" == me || "$*" != *--me* ]] || continue
                    [[ "$*" == *%k* ]] && echo "$number $comment" || echo "$number"
                done < jobs
                exit 0
            fi
            answer="$(head -n 1 answers)"
            sed -i 1d answers
            [[ "$answer" != ended ]] || exit 0
            if [[ "$answer" == slurm_* ]]; then echo "$answer" >&2; exit 1; fi
            if [[ "$answer" == FINISHES ]]; then echo '{"iteration":9}' > runs/atrium/sassnet/metrics.jsonl; echo '  "state": "evaluated",' > runs/atrium/sassnet/summary.json; answer="COMPLETING None"; fi
            echo "$answer"
            """);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("the first argument is 'pbs'", "pbs")]
    [InlineData("--config, --min-dice and --publish are needed", "slurm", "--config", "atrium.yaml")]
    [InlineData("--min-dice is '90'; accepted: 0 to 1", "slurm", "--config", "atrium.yaml", "--publish", "m", "--min-dice", "90")]
    [InlineData("--runs is empty; accepted: a folder on a file system that every node sees", "slurm", "--config", "atrium.yaml", "--publish", "m", "--min-dice", "0.9", "--runs", "")]
    [InlineData("--config is 'none.yaml', and there is no such file", "slurm", "--config", "none.yaml", "--publish", "m", "--min-dice", "0.9")]
    [InlineData("--name is '../x'", "slurm", "--config", "atrium.yaml", "--publish", "m", "--min-dice", "0.9", "--name", "../x")]
    [InlineData("accepted: up to 38 lower-case letters", "kubernetes", "--config", "atrium.yaml", "--publish", "m", "--min-dice", "0.9", "--name", "left-atrium-of-thirtynine-characters-39")]
    [InlineData("there is no option '--gpu'", "slurm", "--gpu", "1")]
    [InlineData("--sbatch is for slurm", "kubernetes", "--config", "atrium.yaml", "--publish", "m", "--min-dice", "0.9", "--sbatch", "--nodes=2")]
    public async Task Wrong_arguments_are_named_and_nothing_is_submitted(string expected, params string[] arguments)
    {
        var (exitCode, _, errors) = await Script(arguments);
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "asked")));
    }

    [Fact]
    public async Task A_job_is_followed_while_the_controller_is_away_until_Slurm_has_forgotten_it()
    {
        var (exitCode, output, _) = await Follow("PENDING Resources", Unreachable, Unreachable, "RUNNING None", "FINISHES", Invalid);
        Assert.Equal(0, exitCode);
        foreach (var line in (string[])["submitted job 5", "PENDING Resources", "the cluster does not answer", "RUNNING", "COMPLETING {\"iteration\":9}", "published"])
            Assert.Contains(line, output, StringComparison.Ordinal);
        Assert.Contains("--nodes=2 deploy/slurm/train.sbatch", Asked(), StringComparison.Ordinal);
        Assert.Contains("--min-dice 0.9", Asked(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_runs_is_taken_up_and_one_that_ended_unfinished_is_submitted_again()
    {
        Assert.Equal(1, (await Follow("RUNNING None", "ended")).ExitCode);
        var (exitCode, output, _) = await Follow("ended", "RUNNING None", "FINISHES", "ended");
        Assert.Equal(0, exitCode);
        Assert.Contains("submitted job 5", output, StringComparison.Ordinal);
        (_, output, _) = await Follow("RUNNING None", "RUNNING None", "ended");
        Assert.Contains("takes up job 5", output, StringComparison.Ordinal);
        Assert.Equal(2, Asked().Split("sbatch --parsable").Length - 1);
    }

    [Fact]
    public async Task A_job_whose_number_was_not_written_down_is_found_by_its_folder()
    {
        Jobs("me 6 /elsewhere/runs/atrium", $"me 7 {_folder}/runs/atrium");
        File.WriteAllText(Path.Combine(_folder, "away"), "");
        var (exitCode, output, _) = await Follow("RUNNING None", "FINISHES", "ended");
        Assert.Equal(0, exitCode);
        Assert.Contains("the cluster does not answer", output, StringComparison.Ordinal);
        Assert.Contains("takes up job 7", output, StringComparison.Ordinal);
        Assert.DoesNotContain("sbatch", Asked(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("echo \"me 5 $(pwd)/runs/atrium\" >> jobs", 1)]
    public async Task A_submission_whose_answer_is_lost_is_tried_again_unless_its_job_is_there(string whatCame, int submissions)
    {
        Write("sbatch", $$"""
            echo "sbatch $@" >> asked
            if [[ ! -e lost ]]; then
                touch lost
                {{whatCame}}
                echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2
                exit 1
            fi
            echo 'sbatch: warning: the partition is busy' >&2
            echo '5;cluster'
            """);
        var (exitCode, output, _) = await Follow("RUNNING None", "FINISHES", "ended");
        Assert.Equal(0, exitCode);
        Assert.Contains("submitted job 5;", output, StringComparison.Ordinal);
        Assert.Equal(submissions, Asked().Split("sbatch --parsable").Length - 1);
    }

    [Fact]
    public async Task A_job_that_sbatch_refuses_is_not_tried_again_and_says_why()
    {
        Write("sbatch", "echo 'sbatch: error: Batch job submission failed: Invalid partition name specified' >&2; exit 1");
        var (exitCode, _, errors) = await Follow();
        Assert.Equal(2, exitCode);
        Assert.Contains("sbatch refused the job: sbatch: error: Batch job submission failed: Invalid partition name specified", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_of_another_user_or_of_another_folder_is_not_taken_up()
    {
        Jobs($"somebody 6 {_folder}/runs/atrium", "me 7 /elsewhere/runs/atrium", "me 8 (null)");
        var (exitCode, output, _) = await Follow("FINISHES", "ended");
        Assert.Equal(0, exitCode);
        Assert.Contains("submitted job 5", output, StringComparison.Ordinal);
        Assert.Contains($"--comment {_folder}/runs/atrium ", Asked(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_is_refused_before_anything_is_submitted()
    {
        Write("program", "echo 'error: unknown key' >&2; exit 2");
        var (exitCode, _, errors) = await Follow();
        Assert.Equal(2, exitCode);
        Assert.Contains("unknown key", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "asked")));
    }

    [Theory]
    [InlineData("--gpus-per-node=1", "", "cuda")]
    [InlineData("--gres=gpu:a100:2", "", "cuda")]
    [InlineData("--gpus=1", "none", "none")]
    [InlineData("--partition=gpu", "", "")]
    public async Task The_program_of_a_job_on_GPUs_is_built_with_LibTorch_for_them(string option, string backend, string built)
    {
        Write("dotnet", """
            [[ "$1" == publish ]] || exit 0
            echo "built for '${TorchBackend:-}'" >> asked
            mkdir -p "${!#}"
            cp program "${!#}/Sassnet.Training"
            """);
        File.WriteAllLines(Path.Combine(_folder, "answers"), ["FINISHES", "ended"]);
        var environment = Variables(program: "");
        (environment["TorchBackend"], environment["SASSNET_LIBTORCH"]) = (backend, "");
        var (exitCode, _, _) = await Script(environment, "slurm", "--config", "atrium.yaml", "--min-dice", "0.9", "--publish", "models", "--every", "1", "--sbatch", option);
        Assert.Equal(0, exitCode);
        Assert.Contains($"built for '{built}'", Asked(), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<(int ExitCode, string Output, string Errors)> Follow(params string[] answers)
    {
        File.WriteAllLines(Path.Combine(_folder, "answers"), answers);
        return Script("slurm", "--config", "atrium.yaml", "--min-dice", "0.9", "--publish", "models", "--every", "1", "--sbatch", "--nodes=2");
    }

    // What stands in for Slurm runs elsewhere than in the folder, since sbatch is asked in the repository's root.
    private Task<(int ExitCode, string Output, string Errors)> Script(params string[] arguments) => Script(Variables(Path.Combine(_folder, "program")), arguments);

    private Task<(int ExitCode, string Output, string Errors)> Script(Dictionary<string, string> environment, params string[] arguments) =>
        ShellProcess.Run(_folder, environment, Path.Combine(RepositoryFiles.Root, "scripts", "train-on-cluster"), arguments, Cancelled);

    private Dictionary<string, string> Variables(string program) => new()
    {
        ["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}",
        ["SASSNET_PROGRAM"] = program,
    };

    // Each as USER NUMBER COMMENT.
    private void Jobs(params string[] jobs) => File.WriteAllLines(Path.Combine(_folder, "jobs"), jobs);

    private string Asked() => File.ReadAllText(Path.Combine(_folder, "asked"));

    private void Write(string name, string body) => ShellProcess.WriteScript(Path.Combine(_folder, name), $"cd {_folder}\n{body}");
}
