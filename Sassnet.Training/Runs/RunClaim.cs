namespace Sassnet.Training.Runs;

/// <summary>
/// Sees that one process at a time trains into a run's folder: a second one would clear away the checkpoint that the first is writing, and put a
/// <c>metrics.jsonl</c> of its own in the place of the one that the first writes on. It holds until it is disposed or its process has ended, however that was.
/// </summary>
internal static class RunClaim
{
    /// <summary>The locked file in the run's folder. It stays behind: to delete it would let two processes hold one each.</summary>
    public const string FileName = "lock";

    // What .NET gives for a file that is locked: EWOULDBLOCK of Linux.
    private const int WouldBlock = 11;

    /// <summary>Claims a folder, which is made where needed.</summary>
    /// <exception cref="IOException">Another process trains there. On a file system without locks that is not seen.</exception>
    public static IDisposable Take(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        try
        {
            try
            {
                return Lock(path, FileAccess.ReadWrite);
            }
            catch (UnauthorizedAccessException) when (File.Exists(path))
            {
                // Another user's, who has left the run to whoever may write its folder.
                return Lock(path, FileAccess.Read);
            }
        }
        catch (IOException failure) when (failure.HResult == WouldBlock)
        {
            throw new IOException($"Another process trains in '{folder}', on this machine or another; accepted: one at a time. Wait until it has ended, or stop it.", failure);
        }
    }

    private static FileStream Lock(string path, FileAccess access) => new(path, FileMode.OpenOrCreate, access, FileShare.None, bufferSize: 0);
}
