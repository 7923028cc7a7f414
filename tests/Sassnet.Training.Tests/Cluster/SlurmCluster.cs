using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Training.Tests.Cluster;

/// <summary>
/// A real Slurm of two nodes, n1 and n2, on this machine, by the script that lies beside the checkout; its waits are shortened, nothing else. One at a time
/// on a machine, since its ports are fixed.
/// </summary>
internal sealed partial class SlurmCluster : IDisposable
{
    // A step's processes have it, and nothing else does.
    private const string NodeName = "SLURMD_NODENAME";

    private static readonly string[] Programs = ["slurmctld", "slurmd", "sbatch", "munged", "mpirun"];
    private readonly string _script;
    private readonly FileStream _turn;

    private SlurmCluster(string folder, string script, FileStream turn)
    {
        (Folder, _script, _turn) = (folder, script, turn);
        Environment = new Dictionary<string, string>
        {
            ["SLURM_CONF"] = Path.Combine(State, "slurm.conf"),
            ["SASSNET_PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "Sassnet.Training"),
            ["SASSNET_SLURM"] = Scripts,

            // mpirun refuses to be root's, whom tests in a container often run as.
            ["OMPI_ALLOW_RUN_AS_ROOT"] = "1",
            ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1",
        };
    }

    /// <summary>The batch scripts under test.</summary>
    public static string Scripts { get; } = Path.Combine(RepositoryFiles.Root, "deploy", "slurm");

    /// <summary>Where jobs are submitted: a folder that both nodes see.</summary>
    public string Folder { get; }

    /// <summary>What a program needs to find this Slurm, and the batch scripts to find the program.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    private string State => Path.Combine(Folder, "slurm");

    /// <summary>Starts it; the test is skipped, with the reason, where there is no Slurm to start.</summary>
    public static async Task<SlurmCluster> Start(CancellationToken cancellationToken)
    {
        var shared = RepositoryFiles.Shared("cluster", "slurm-on-one-machine.sh");
        foreach (var program in Programs)
            Assert.SkipUnless(IsInstalled(program), $"needs {program}, which is not installed; apt-get install slurmctld slurmd slurm-client munge openmpi-bin");
        Assert.SkipUnless(System.Environment.IsPrivilegedProcess, "needs root, as which slurmd runs");

        // As a job is started anew: two minutes after its credential, unless told otherwise; a node counts as lost after five.
        var text = await File.ReadAllTextAsync(shared, cancellationToken);
        var tuned = text.Replace(
            "\nKillWait=20\n",
            "\nKillWait=5\nSlurmdTimeout=5\nMessageTimeout=5\nAuthInfo=cred_expire=5\nSchedulerParameters=sched_interval=1,bf_interval=1\n",
            StringComparison.Ordinal);
        Assert.NotEqual(text, tuned);

        var turn = await Turn(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("sassnet-slurm-").FullName;
        var script = Path.Combine(folder, "slurm-on-one-machine.sh");
        await File.WriteAllTextAsync(script, tuned, cancellationToken);
        var cluster = new SlurmCluster(folder, script, turn);
        try
        {
            await cluster.Run("bash", [script, "start", cluster.State], cancellationToken);
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Runs a program in the folder, which must succeed, and gives what it printed.</summary>
    public async Task<string> Run(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var (exitCode, output, errors) = await ShellProcess.Run(Folder, Environment, program, arguments, cancellationToken);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}: {exitCode}\n{output}{errors}");
        return output;
    }

    /// <summary>Submits a job.</summary>
    /// <returns>Its number.</returns>
    public async Task<string> Submit(string[] arguments, CancellationToken cancellationToken) =>
        (await Run("sbatch", ["--parsable", "--output=job.log", .. arguments], cancellationToken)).Trim();

    /// <summary>What Slurm says of a job, such as <c>JobState</c>.</summary>
    public async Task<string> Ask(string job, string field, CancellationToken cancellationToken) =>
        Fields().Matches(await Run("scontrol", ["show", "job", "--oneliner", job], cancellationToken)).First(match => match.Groups[1].Value == field).Groups[2].Value;

    /// <summary>Waits; a job that fails meanwhile ends the test with its log.</summary>
    public async Task WaitUntil(string job, Func<Task<bool>> reached, CancellationToken cancellationToken)
    {
        while (!await reached())
        {
            var state = await Ask(job, "JobState", cancellationToken);
            Assert.True(state is "PENDING" or "RUNNING" or "COMPLETING" or "COMPLETED" or "CONFIGURING", $"The job is {state}:\n{Log()}");
            await Task.Delay(200, cancellationToken);
        }
    }

    /// <summary>The job's output.</summary>
    public string Log() => File.Exists(Path.Combine(Folder, "job.log")) ? File.ReadAllText(Path.Combine(Folder, "job.log")) : "";

    /// <summary>Kills a node: its slurmd, the daemons of its steps, which would tell Slurm what became of them, and then what they started.</summary>
    public void KillNode(string node)
    {
        ShellProcess.Kill(int.Parse(File.ReadAllText(Path.Combine(State, $"{node}.pid")), CultureInfo.InvariantCulture));
        var steps = ShellProcess.All().Where(process => process.CommandLine.StartsWith("slurmstepd:", StringComparison.Ordinal)).Select(process => process.Id).ToHashSet();
        var started = Own().Where(process => process.Variables.GetValueOrDefault(NodeName) == node).ToList();
        foreach (var step in started.Select(process => process.Parent).Where(steps.Contains).Distinct())
            ShellProcess.Kill(step);
        foreach (var process in started)
            ShellProcess.Kill(process.Id);
    }

    /// <summary>Starts a node's slurmd anew.</summary>
    public Task StartDaemon(string node, CancellationToken cancellationToken) => Run("slurmd", ["-N", node], cancellationToken);

    /// <summary>The ranks of its trainings, and the node each is on.</summary>
    public IReadOnlyList<(string Node, int Process)> Ranks() => [.. Own()
        .Where(process => process.CommandLine.StartsWith(Environment["SASSNET_PROGRAM"], StringComparison.Ordinal) && process.Variables.ContainsKey(NodeName))
        .Select(process => (process.Variables[NodeName], process.Id))];

    public void Dispose()
    {
        // Steps outlive their slurmd.
        using (var stop = Process.Start(new ProcessStartInfo("bash", [_script, "stop", State]) { RedirectStandardError = true }))
            stop?.WaitForExit();
        foreach (var process in Own())
            ShellProcess.Kill(process.Id);
        _turn.Dispose();
        for (var attempt = 0; Directory.Exists(Folder); attempt++)
        {
            try
            {
                Directory.Delete(Folder, recursive: true);
            }
            catch (IOException) when (attempt < 20)
            {
                // The daemons write to the last.
                Thread.Sleep(100);
            }
        }
    }

    private IEnumerable<SeenProcess> Own() => ShellProcess.All().Where(process => process.Variables.GetValueOrDefault("SLURM_CONF") == Environment["SLURM_CONF"]);

    private static bool IsInstalled(string program) =>
        (System.Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/usr/local/sbin").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static async Task<FileStream> Turn(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(Path.GetTempPath(), "sassnet-slurm.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(1000, cancellationToken);
            }
        }
    }

    [GeneratedRegex(@"(\w+)=(\S*)")]
    private static partial Regex Fields();
}
