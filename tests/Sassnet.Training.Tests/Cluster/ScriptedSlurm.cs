using Sassnet.Tests;
using Xunit;

namespace Sassnet.Training.Tests.Cluster;

/// <summary>Before <c>train-on-cluster slurm</c> a Slurm and a program that answer as the test says.</summary>
internal sealed class ScriptedSlurm : IDisposable
{
    public ScriptedSlurm()
    {
        File.WriteAllText(Path.Combine(Folder, "atrium.yaml"), "");
        Write("program", """
            echo "$@" >> asked
            case "$1" in
                sweep)
                    start="$(cat start)"
                    while (($#)); do
                        case "$1" in
                            --output) output="$2" ;;
                            network.startFrom=*) start="${1#*=}" ;;
                        esac
                        shift
                    done
                    mkdir -p "$output/configs" "$output/sassnet"
                    echo "  startFrom: ${start:-''}" > configuration
                    [[ ! -e "$output/configs/sassnet.yaml" ]] || cmp configuration "$output/configs/sassnet.yaml" >&2 || exit 2
                    cp configuration "$output/configs/sassnet.yaml"
                    printf 'index,name,method,config\n0,sassnet,sassnet,configs/sassnet.yaml\n' > "$output/index.csv" ;;
                publish) echo published ;;
            esac
            """);
        File.WriteAllText(Path.Combine(Folder, "start"), "");
        Write("sbatch", "echo \"sbatch $@\" >> asked; echo \"${DOTNET_ROOT:-} ${SASSNET_PROGRAM:-}\" >> submitted; echo '5;cluster'");
        Write("scontrol", "");

        // What this Slurm answers it answers at once: there is nothing to wait for between two looks.
        Write("sleep", "exec /bin/sleep 0.05");

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

    /// <summary>Where the script is run and all files are.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("sassnet-on-slurm-").FullName;

    /// <summary>Trains on two nodes, with what Slurm answers of the job, one a call.</summary>
    public Task<(int ExitCode, string Output, string Errors)> Follow(params string[] answers)
    {
        File.WriteAllLines(Path.Combine(Folder, "answers"), answers);
        return Script("slurm", "--config", "atrium.yaml", "--min-dice", "0.9", "--publish", "models", "--every", "1", "--sbatch", "--nodes=2");
    }

    /// <summary>Runs the script with a program that is there.</summary>
    public Task<(int ExitCode, string Output, string Errors)> Script(params string[] arguments) => Script(Variables(Path.Combine(Folder, "program")), arguments);

    /// <summary>Runs the script.</summary>
    public Task<(int ExitCode, string Output, string Errors)> Script(Dictionary<string, string> environment, params string[] arguments) =>
        ShellProcess.Run(Folder, environment, Path.Combine(RepositoryFiles.Root, "scripts", "train-on-cluster"), arguments, TestContext.Current.CancellationToken);

    /// <summary>What the script is run with; an empty program is one to be built.</summary>
    public Dictionary<string, string> Variables(string program) => new()
    {
        ["PATH"] = $"{Folder}:{Environment.GetEnvironmentVariable("PATH")}",
        ["SASSNET_PROGRAM"] = program,
    };

    /// <summary>The jobs that Slurm has, each as USER NUMBER COMMENT.</summary>
    public void Jobs(params string[] jobs) => File.WriteAllLines(Path.Combine(Folder, "jobs"), jobs);

    /// <summary>What the program and Slurm were asked for, a line each.</summary>
    public string Asked() => File.ReadAllText(Path.Combine(Folder, "asked"));

    /// <summary>DOTNET_ROOT and SASSNET_PROGRAM of each job that was submitted.</summary>
    public string[] Submitted() => File.ReadAllLines(Path.Combine(Folder, "submitted"));

    /// <summary>Writes a program in bash that takes the place of another, and runs in the folder: sbatch is asked in the repository's root.</summary>
    public void Write(string name, string body) => ShellProcess.WriteScript(Path.Combine(Folder, name), $"cd {Folder}\n{body}");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
