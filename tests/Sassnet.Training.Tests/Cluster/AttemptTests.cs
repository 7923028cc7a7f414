using System.Diagnostics;
using Sassnet.Api.Tests.TemporaryFiles;
using Xunit;

namespace Sassnet.Training.Tests.Cluster;

/// <summary>The batch scripts' answer to how an attempt ended, with a program that ends as told and a Slurm that only writes down what it is asked.</summary>
[Collection(OtherPrograms.Clusters)]
public sealed class AttemptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-attempt-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("exit 0", 0, false)]
    [InlineData("exit 1", 1, false)]
    [InlineData("exit 2", 2, false)]
    [InlineData("exit 75", 75, true)]
    [InlineData("kill -KILL $$", 137, true)]
    [InlineData("kill -SEGV $$", 139, true)]
    public async Task A_job_is_queued_again_where_another_attempt_may_come_further(string ending, int exitCode, bool again)
    {
        Write("program", ending);
        Assert.Equal(exitCode, (await Attempt()).ExitCode);
        Assert.Equal(again, Requeued());
    }

    [Fact]
    public async Task A_job_whose_program_is_not_there_fails_at_once()
    {
        Assert.Equal(127, (await Attempt()).ExitCode);
        Assert.False(Requeued());
    }

    [Theory]
    [InlineData("exit 1", true)]
    [InlineData("exit 2", false)]
    public async Task Of_several_ranks_one_may_have_been_lost_where_the_launcher_fails(string ending, bool again)
    {
        Write("mpirun", ending);
        await Attempt(("SLURM_NTASKS", "2"));
        Assert.Equal(again, Requeued());
    }

    [Fact]
    public async Task By_srun_a_rank_that_is_lost_ends_the_others_and_one_that_is_done_does_not()
    {
        Write("srun", "echo asked: \"$@\"");
        var (exitCode, output) = await Attempt(("SLURM_NTASKS", "2"), ("SASSNET_LAUNCHER", "srun --mpi=pmix"));
        Assert.Equal(0, exitCode);
        Assert.Contains("asked: --mpi=pmix --kill-on-bad-exit=1 --wait=0 ./program train --config config.yaml", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_fails_after_three_attempts_that_came_to_no_checkpoint()
    {
        Write("program", "exit 75");
        await FailAfterThreeAttempts();
    }

    [Fact]
    public async Task A_job_that_is_submitted_again_has_all_of_its_attempts_whatever_became_of_the_one_before()
    {
        Write("program", "exit 75");
        await FailAfterThreeAttempts();
        await FailAfterThreeAttempts();
    }

    [Theory]
    [InlineData("exit 1", 1)]
    [InlineData("kill -KILL $$", 137)]
    public async Task A_job_whose_disk_is_full_fails_at_the_first_attempt_that_came_to_no_checkpoint(string ending, int exitCode)
    {
        using var disk = new SmallDisk();
        var run = Path.Combine(disk.Folder, "run");
        disk.FillUpTo(0);
        Write("mpirun", $"mkdir -p {run}/checkpoints; : > {run}/checkpoints/0000005.safetensors; {ending}");
        await Run("train.sbatch", ["config.yaml", run], ("SLURM_NTASKS", "2"));
        Assert.True(Requeued());

        Write("mpirun", ending);
        var (code, output) = await Run("train.sbatch", ["config.yaml", run], ("SLURM_NTASKS", "2"));
        Assert.Equal(exitCode, code);
        Assert.False(Requeued());
        Assert.Contains($"cannot be counted in {run}.attempt", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_name_a_shell_completed_with_a_slash_is_the_same_run()
    {
        Write("program", "exit 75");
        var (_, output) = await Run("train.sbatch", ["config.yaml", "run/"]);
        Assert.True(Requeued());
        Assert.DoesNotContain("cannot lock", output, StringComparison.Ordinal);
        Assert.Equal("1", (await File.ReadAllTextAsync(Path.Combine(_folder, "run.attempt"), Cancelled)).Trim());
        Assert.False(File.Exists(Path.Combine(_folder, "run", ".attempt")));
    }

    [Fact]
    public async Task An_attempt_that_wrote_a_checkpoint_forgives_those_before_it()
    {
        foreach (var (restarts, checkpoint) in ((string?[])[null, null, "0000005", null, null]).Index())
        {
            Write("program", checkpoint is null ? "exit 75" : $"mkdir -p run/checkpoints; touch run/checkpoints/{checkpoint}.safetensors; exit 75");
            await Attempt(("SLURM_RESTART_COUNT", $"{restarts}"));
            Assert.True(Requeued());
        }
    }

    [Theory]
    [InlineData("COMPLETING")]
    [InlineData("CANCELLED")]
    public async Task A_job_that_was_cancelled_or_that_Slurm_queues_by_itself_is_left_alone(string state)
    {
        Write("program", "exit 75");
        Assert.Equal(75, (await Attempt(("STATE", state))).ExitCode);
        Assert.False(Requeued());
    }

    [Theory]
    [InlineData("7", "1")]
    [InlineData("5", "0")]
    public async Task A_task_of_an_array_is_queued_again_by_itself_though_one_of_them_has_the_number_of_the_array(string array, string task)
    {
        Write("program", "exit 75");
        await Attempt(("SLURM_ARRAY_JOB_ID", array), ("SLURM_ARRAY_TASK_ID", task));
        Assert.True(Requeued($"{array}_{task}"));
    }

    [Theory]
    [InlineData("program", "TERM", "1")]
    [InlineData("mpirun", "USR1", "2")]
    public async Task What_Slurm_tells_the_batch_script_reaches_the_training_which_has_its_time_to_save(string program, string signal, string tasks)
    {
        Write(program, $"trap 'sleep 1; echo saved; exit 75' {signal}; touch ready; for i in $(seq 300); do sleep 0.1; done; exit 3");
        using var attempt = Start(("SLURM_NTASKS", tasks));
        while (!File.Exists(Path.Combine(_folder, "ready")))
            await Task.Delay(20, Cancelled);
        ShellProcess.Terminate(attempt.Id);
        await attempt.WaitForExitAsync(Cancelled);
        Assert.Equal(75, attempt.ExitCode);
        Assert.Contains("saved", await attempt.StandardOutput.ReadToEndAsync(Cancelled), StringComparison.Ordinal);
        Assert.True(Requeued());
    }

    [Fact]
    public async Task Signals_that_come_just_as_the_training_ends_do_not_hide_how()
    {
        Write("program", "trap 'trap \"\" TERM; exit 75' TERM; touch ready; while :; do sleep 0.02; done");
        for (var round = 0; round < 3; round++)
        {
            File.Delete(Path.Combine(_folder, "ready"));
            using var attempt = Start();
            while (!File.Exists(Path.Combine(_folder, "ready")))
                await Task.Delay(20, Cancelled);
            while (!attempt.HasExited)
            {
                ShellProcess.Terminate(attempt.Id);
                Thread.Yield();
            }

            Assert.Equal(75, attempt.ExitCode);
        }
    }

    [Fact]
    public async Task An_attempt_waits_while_an_earlier_one_of_the_same_run_is_alive()
    {
        Write("program", "touch ready; for i in $(seq 1200); do [ ! -e go ] || break; sleep 0.05; done; echo first >> order");
        using var first = Start();
        while (!File.Exists(Path.Combine(_folder, "ready")))
            await Task.Delay(20, Cancelled);
        Write("program", "echo second >> order");
        using var second = Start();
        string? said;
        do
            said = await second.StandardOutput.ReadLineAsync(Cancelled);
        while (said?.Contains("waits: an earlier attempt", StringComparison.Ordinal) == false);
        Assert.NotNull(said);

        // Long enough for one that does not wait.
        await Task.Delay(500, Cancelled);
        await File.WriteAllTextAsync(Path.Combine(_folder, "go"), string.Empty, Cancelled);
        await second.WaitForExitAsync(Cancelled);
        Assert.Equal(["first", "second"], await File.ReadAllLinesAsync(Path.Combine(_folder, "order"), Cancelled));
        await first.WaitForExitAsync(Cancelled);
    }

    [Fact]
    public async Task A_run_of_a_sweep_is_the_one_of_the_array_task()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sweep"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "sweep", "index.csv"), "index,name,method\n0,vnet,vnet\n1,bcp,bcp\n", Cancelled);
        Write("program", "echo \"$@\"; exit 75");
        var (_, output) = await Run("sweep.sbatch", ["sweep"], ("SLURM_ARRAY_TASK_ID", "1"));
        Assert.Contains("train --sweep sweep --index 1 --resume", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "sweep", "bcp.attempt")));
        var (exitCode, _) = await Run("sweep.sbatch", ["sweep"], ("SLURM_ARRAY_TASK_ID", "2"));
        Assert.Equal(2, exitCode);
    }

    [Theory]
    [InlineData("SLURM_GPUS_ON_NODE", "1", "", true)]
    [InlineData("SLURM_JOB_GPUS", "0", "", true)]
    [InlineData("SLURM_GPUS_ON_NODE", "0", "", false)]
    [InlineData("SLURM_CPUS_ON_NODE", "4", "", false)]
    [InlineData("SLURM_GPUS_ON_NODE", "1", "--set device=cpu", false)]
    [InlineData("SLURM_GPUS_ON_NODE", "1", "--set=device=cuda:0", false)]
    public async Task A_job_that_has_GPUs_trains_on_them_or_not_at_all_unless_it_names_a_device(string name, string value, string options, bool isAdded)
    {
        Write("program", "echo \"$@\"");
        var (_, output) = await Run("train.sbatch", ["config.yaml", "run", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)], (name, value));
        Assert.Equal(isAdded, output.Contains("--resume --set device=cuda\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("device: auto", null, true)]
    [InlineData("iterations: 5", null, true)]
    [InlineData("device: cpu", null, false)]
    [InlineData("device: 'cuda:1'  # the second", null, false)]
    [InlineData("device: auto", "device: cpu", false)]
    [InlineData("device: auto", "device: auto", false)]
    [InlineData("device: auto", "device: cuda", true)]
    public async Task A_device_of_the_configuration_is_kept_and_so_is_that_of_a_run_that_was_begun(string config, string? begun, bool isAdded)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "config.yaml"), config + "\n", Cancelled);
        Directory.CreateDirectory(Path.Combine(_folder, "sweep", "configs"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "sweep", "index.csv"), "index,name,config\n0,first,configs/first.yaml\n1,run,configs/run.yaml\n", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(_folder, "sweep", "configs", "first.yaml"), "device: cuda:7\n", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(_folder, "sweep", "configs", "run.yaml"), config + "\n", Cancelled);
        foreach (var run in begun is null ? [] : new[] { Path.Combine(_folder, "run"), Path.Combine(_folder, "sweep", "run") })
        {
            Directory.CreateDirectory(run);
            await File.WriteAllTextAsync(Path.Combine(run, "config.yaml"), begun + "\n", Cancelled);
        }

        Write("program", "echo \"$@\"");
        var (_, output) = await Run("train.sbatch", ["config.yaml", "run"], ("SLURM_GPUS_ON_NODE", "1"));
        Assert.Equal(isAdded, output.Contains("--resume --set device=cuda\n", StringComparison.Ordinal));
        (_, output) = await Run("sweep.sbatch", ["sweep"], ("SLURM_GPUS_ON_NODE", "1"), ("SLURM_ARRAY_TASK_ID", "1"));
        Assert.Equal(isAdded, output.Contains("--resume --set device=cuda\n", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<(int ExitCode, string Output)> Attempt(params (string Name, string Value)[] variables) => Run("train.sbatch", ["config.yaml", "run"], variables);

    // As one job, which Slurm starts again each time.
    private async Task FailAfterThreeAttempts()
    {
        foreach (var (restarts, again) in ((bool[])[true, true, false]).Index())
        {
            var (exitCode, output) = await Attempt(("SLURM_RESTART_COUNT", $"{restarts}"));
            Assert.Equal(75, exitCode);
            Assert.Equal(again, Requeued());
            Assert.Equal(!again, output.Contains("3 attempts in a row came to no new checkpoint", StringComparison.Ordinal));
        }
    }

    private async Task<(int ExitCode, string Output)> Run(string script, string[] arguments, params (string Name, string Value)[] variables)
    {
        File.Delete(Path.Combine(_folder, "asked"));

        // The program has ended long before the script looks after half a second.
        Write("sleep", "exec /bin/sleep 0.05");
        var (exitCode, output, _) = await ShellProcess.Run(
            _folder, Environment(variables), "bash", [Path.Combine(SlurmCluster.Scripts, script), .. arguments], Cancelled);
        return (exitCode, output);
    }

    private Process Start(params (string Name, string Value)[] variables) =>
        ShellProcess.Start(_folder, Environment(variables), "bash", Path.Combine(SlurmCluster.Scripts, "train.sbatch"), "config.yaml", "run");

    private Dictionary<string, string> Environment((string Name, string Value)[] variables)
    {
        // By the number of an array it shows all of its tasks.
        Write("scontrol", """
            record="JobName=x JobState=${STATE:-RUNNING} Reason=None"
            [[ $1 != show ]] || { echo "JobId=7 $record"; [[ ${!#} != "${SLURM_ARRAY_JOB_ID:-}" ]] || echo "JobId=8 $record"; exit; }
            echo "$@" >> asked
            """);
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = $"{_folder}:{System.Environment.GetEnvironmentVariable("PATH")}",
            ["SLURM_JOB_ID"] = "7",
            ["SASSNET_PROGRAM"] = "./program",
            ["SASSNET_SLURM"] = SlurmCluster.Scripts,
        };
        foreach (var (name, value) in variables)
            environment[name] = value;
        return environment;
    }

    private bool Requeued(string job = "7") => File.Exists(Path.Combine(_folder, "asked")) && File.ReadAllText(Path.Combine(_folder, "asked")) == $"requeue {job}\n";

    private void Write(string name, string body) => ShellProcess.WriteScript(Path.Combine(_folder, name), body);
}
