namespace Sassnet.Model.Files;

/// <summary>The folder that results go to.</summary>
public static class ResultFolder
{
    /// <summary>
    /// Sees that a folder takes files, or can be made where it is not there yet: for who asks before the hours of work whose results would else be lost. What it
    /// tries leaves nothing behind.
    /// </summary>
    /// <exception cref="IOException">Nothing can be written to it; the message says why.</exception>
    public static void RequireWritable(string path)
    {
        var there = Path.GetFullPath(path);
        while (!Directory.Exists(there) && !File.Exists(there))
            there = Path.GetDirectoryName(there)!;
        if (File.Exists(there))
            throw new IOException($"Nothing can be written to the folder '{path}': '{there}' is a file.");
        try
        {
            var tried = Path.Combine(there, $"{Guid.NewGuid():N}{AtomicFile.TemporaryExtension}");
            using var file = new FileStream(tried, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            file.WriteByte(0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Nothing can be written to the folder '{path}': {failure.Message}", failure);
        }
    }
}
