using System.Globalization;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Distributed;

/// <summary>What the launcher of this process says about the others that it started beside it.</summary>
internal static class Launch
{
    // Open MPI's own launcher sets the first, whatever it was itself started by; srun with PMI-2 and MPICH's launcher the second; srun always the third.
    private static readonly string[] SizeVariables = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", SlurmTasks];
    private const string SlurmTasks = "SLURM_STEP_NUM_TASKS";

    // By one of these a process of srun finds the others.
    private static readonly string[] ConnectingVariables = ["PMIX_RANK", "PMI_RANK"];

    /// <summary>How many processes train together; 1 where no variable speaks of others.</summary>
    /// <param name="variable">The environment.</param>
    /// <exception cref="InvalidConfigurationException">There are others, but no way to them: each would train alone, all into one folder.</exception>
    public static int Size(Func<string, string?> variable)
    {
        var name = SizeVariables.FirstOrDefault(name => !string.IsNullOrEmpty(variable(name)));
        if (name is null)
            return 1;
        if (!int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size < 1)
            throw new InvalidConfigurationException($"The variable {name} is '{variable(name)}'; accepted: the number of processes that were started together, 1 or more.");
        if (size > 1 && name == SlurmTasks && ConnectingVariables.All(connecting => string.IsNullOrEmpty(variable(connecting))))
        {
            throw new InvalidConfigurationException(
                $"srun started {size} tasks without a process manager, so that each would train alone and all would write one folder; "
                + "accepted: srun --mpi=pmix, mpirun within the job, or one task (srun --ntasks=1).");
        }

        return size;
    }
}
