namespace Sassnet.Training;

/// <summary>Training cannot go on; the run folder is as its last checkpoint left it.</summary>
public sealed class TrainingFailedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="iteration">The iteration that failed, counted from 1.</param>
    /// <param name="cases">The scans of its batch.</param>
    /// <param name="reason">What happened and what to do.</param>
    /// <param name="inner">What it was told by.</param>
    public TrainingFailedException(int iteration, IEnumerable<string> cases, string reason, Exception? inner = null)
        : base($"Iteration {iteration} ({string.Join(", ", cases)}): {reason}", inner)
    {
    }
}
