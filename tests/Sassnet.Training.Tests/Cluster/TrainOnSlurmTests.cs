using Xunit;

namespace Sassnet.Training.Tests.Cluster;

/// <summary><c>train-on-cluster slurm</c> with a Slurm and a program that answer as the test says; with the real ones it is the end-to-end test's.</summary>
[Collection(OtherPrograms.Clusters)]
public sealed class TrainOnSlurmTests : IDisposable
{
    private const string Invalid = "slurm_load_jobs error: Invalid job id specified";
    private const string Unreachable = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)";
    private readonly ScriptedSlurm _slurm = new();

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
        var (exitCode, _, errors) = await _slurm.Script(arguments);
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_slurm.Folder, "asked")));
    }

    [Fact]
    public async Task A_job_is_followed_while_the_controller_is_away_until_Slurm_has_forgotten_it()
    {
        var (exitCode, output, _) = await _slurm.Follow("PENDING Resources", Unreachable, Unreachable, "RUNNING None", "FINISHES", Invalid);
        Assert.Equal(0, exitCode);
        foreach (var line in (string[])["submitted job 5", "PENDING Resources", "the cluster does not answer", "RUNNING", "COMPLETING {\"iteration\":9}", "published"])
            Assert.Contains(line, output, StringComparison.Ordinal);
        Assert.Contains("--nodes=2 deploy/slurm/train.sbatch", _slurm.Asked(), StringComparison.Ordinal);
        Assert.Contains("--min-dice 0.9", _slurm.Asked(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_runs_is_taken_up_and_one_that_ended_unfinished_is_submitted_again()
    {
        Assert.Equal(1, (await _slurm.Follow("RUNNING None", "ended")).ExitCode);
        var (exitCode, output, _) = await _slurm.Follow("ended", "RUNNING None", "FINISHES", "ended");
        Assert.Equal(0, exitCode);
        Assert.Contains("submitted job 5", output, StringComparison.Ordinal);
        (_, output, _) = await _slurm.Follow("RUNNING None", "RUNNING None", "ended");
        Assert.Contains("takes up job 5", output, StringComparison.Ordinal);
        Assert.Equal(2, _slurm.Asked().Split("sbatch --parsable").Length - 1);
    }

    [Fact]
    public async Task A_job_whose_number_was_not_written_down_is_found_by_its_folder()
    {
        _slurm.Jobs("me 6 /elsewhere/runs/atrium", $"me 7 {_slurm.Folder}/runs/atrium");
        File.WriteAllText(Path.Combine(_slurm.Folder, "away"), "");
        var (exitCode, output, _) = await _slurm.Follow("RUNNING None", "FINISHES", "ended");
        Assert.Equal(0, exitCode);
        Assert.Contains("the cluster does not answer", output, StringComparison.Ordinal);
        Assert.Contains("takes up job 7", output, StringComparison.Ordinal);
        Assert.DoesNotContain("sbatch", _slurm.Asked(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("echo \"me 5 $(pwd)/runs/atrium\" >> jobs", 1)]
    public async Task A_submission_whose_answer_is_lost_is_tried_again_unless_its_job_is_there(string whatCame, int submissions)
    {
        _slurm.Write("sbatch", $$"""
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
        var (exitCode, output, _) = await _slurm.Follow("RUNNING None", "FINISHES", "ended");
        Assert.Equal(0, exitCode);
        Assert.Contains("submitted job 5;", output, StringComparison.Ordinal);
        Assert.Equal(submissions, _slurm.Asked().Split("sbatch --parsable").Length - 1);
    }

    [Fact]
    public async Task A_job_that_sbatch_refuses_is_not_tried_again_and_says_why()
    {
        _slurm.Write("sbatch", "echo 'sbatch: error: Batch job submission failed: Invalid partition name specified' >&2; exit 1");
        var (exitCode, _, errors) = await _slurm.Follow();
        Assert.Equal(2, exitCode);
        Assert.Contains("sbatch refused the job: sbatch: error: Batch job submission failed: Invalid partition name specified", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_of_another_user_or_of_another_folder_is_not_taken_up()
    {
        _slurm.Jobs($"somebody 6 {_slurm.Folder}/runs/atrium", "me 7 /elsewhere/runs/atrium", "me 8 (null)");
        var (exitCode, output, _) = await _slurm.Follow("FINISHES", "ended");
        Assert.Equal(0, exitCode);
        Assert.Contains("submitted job 5", output, StringComparison.Ordinal);
        Assert.Contains($"--comment {_slurm.Folder}/runs/atrium ", _slurm.Asked(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_is_refused_before_anything_is_submitted()
    {
        _slurm.Write("program", "echo 'error: unknown key' >&2; exit 2");
        var (exitCode, _, errors) = await _slurm.Follow();
        Assert.Equal(2, exitCode);
        Assert.Contains("unknown key", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_slurm.Folder, "asked")));
    }

    [Fact]
    public async Task A_file_system_without_locks_is_said_and_is_no_end()
    {
        _slurm.Write("flock", "exit 1");
        var (exitCode, output, _) = await _slurm.Follow("FINISHES", "ended");
        Assert.Equal(0, exitCode);
        Assert.Contains($"cannot lock {_slurm.Folder}/runs/atrium/job; goes on without", output, StringComparison.Ordinal);
    }

    public void Dispose() => _slurm.Dispose();
}
