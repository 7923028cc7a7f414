namespace Sassnet.Model.Native;

/// <summary>LibTorch cannot be loaded on this system. The message is one line: the library, and what the loader misses.</summary>
public sealed class TorchUnavailableException : Exception
{
    /// <summary>Makes the exception for a library that the system's loader refused.</summary>
    public TorchUnavailableException(string library, Exception cause)
        : base($"LibTorch cannot be loaded: {Path.GetFileName(library)}: {Reason(library, cause)}", cause)
    {
    }

    private static string Reason(string library, Exception cause)
    {
        if (!File.Exists(library))
            return "the file is missing beside the program; build or publish again with the TorchSharp package.";

        // .NET's message lists every place it tried; the loader's own line is the one that names the missing piece.
        var lines = cause.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.FirstOrDefault(line => line.Contains("GLIBC", StringComparison.Ordinal)
            || line.Contains("cannot open", StringComparison.Ordinal)
            || line.Contains("undefined symbol", StringComparison.Ordinal)) ?? lines[0];
    }
}
