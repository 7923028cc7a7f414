using Sassnet.Training.Methods;

namespace Sassnet.Training;

/// <summary>Training went to NaN or infinity; nothing of the failed iteration is saved.</summary>
public sealed class DivergedException : Exception
{
    /// <summary>Makes the exception for the iteration, counted from 1, in which it was seen.</summary>
    public DivergedException(int iteration, StepLosses losses)
        : base($"The loss is no longer finite at iteration {iteration} ({losses}); lower optimizer.learningRate, or look at the scans of that batch.")
    {
    }
}
