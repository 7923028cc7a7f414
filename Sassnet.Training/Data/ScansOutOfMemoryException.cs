namespace Sassnet.Training.Data;

/// <summary>The machine's memory did not suffice for the scans of a training.</summary>
public sealed class ScansOutOfMemoryException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">How much they need, and what to do.</param>
    /// <param name="inner">What it was told by.</param>
    public ScansOutOfMemoryException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
