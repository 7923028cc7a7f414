namespace Sassnet.Model.Native;

/// <summary>LibTorch cannot be loaded on this system, or is not the one to use. The message is one line: what, and what is wrong with it.</summary>
public sealed class TorchUnavailableException : Exception
{
    /// <summary>Makes the exception for a library that the system's loader refused.</summary>
    /// <param name="library">Its path.</param>
    /// <param name="reason">The loader's line.</param>
    public TorchUnavailableException(string library, string reason)
        : base($"LibTorch cannot be loaded: {library}: {Reason(library, reason)}")
    {
    }

    /// <summary>Makes the exception for a LibTorch that is not the one to use.</summary>
    public TorchUnavailableException(string message)
        : base(message)
    {
    }

    // The loader begins many of its lines with the library that it was asked for.
    private static string Reason(string library, string reason)
    {
        if (!File.Exists(library))
            return "the file is missing; build or publish again.";
        return reason.StartsWith(library + ": ", StringComparison.Ordinal) ? reason[(library.Length + 2)..] : reason;
    }
}
