using System.Text.Json;
using System.Text.Json.Serialization;
using Sassnet.Api.Configuration;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Model.Files;

namespace Sassnet.Api.Access;

/// <summary>
/// The file with the keys. It is replaced whole, so that whoever reads it sees the old one or the new one, and by one process at a time, so that no key is
/// lost. Its owner alone may read a new one; later ones keep the owner and the mode that they find: whoever changes the keys may be another user than the service's.
/// </summary>
internal sealed class KeyFile(string path)
{
    private const int MostTries = 100;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(50);

    /// <summary>Where it lies.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path, AppContext.BaseDirectory);

    /// <summary>Its bytes; null where there is none.</summary>
    /// <exception cref="StartException">It cannot be read.</exception>
    public byte[]? Bytes()
    {
        try
        {
            return File.Exists(Path) ? File.ReadAllBytes(Path) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The key file {Path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The keys in its bytes.</summary>
    /// <exception cref="StartException">They are no key file.</exception>
    public IReadOnlyList<ApiKey> Keys(byte[] bytes)
    {
        try
        {
            var keys = JsonSerializer.Deserialize(bytes, KeyFileJson.Default.KeyFileContent)?.Keys ?? throw new JsonException("'keys' is missing.");
            var fault = keys.Select(key => key is null ? "a key is null" : key.Fault()).FirstOrDefault(fault => fault is not null)
                ?? keys.GroupBy(key => key.Id).Where(group => group.Count() > 1).Select(group => $"the id {group.Key} is there twice").FirstOrDefault();
            return fault is null ? keys : throw new JsonException(fault + ".");
        }
        catch (JsonException failure)
        {
            throw new StartException($"The key file {Path} is damaged: {failure.Message}", failure);
        }
    }

    /// <summary>Its keys; none where there is no file.</summary>
    /// <exception cref="StartException">It cannot be read.</exception>
    public IReadOnlyList<ApiKey> Read() => Bytes() is { } bytes ? Keys(bytes) : [];

    /// <summary>Changes the keys; makes the file where there is none.</summary>
    /// <exception cref="StartException">It cannot be read, or stay its owner's, or others keep it too long.</exception>
    public void Change(Func<IReadOnlyList<ApiKey>, IReadOnlyList<ApiKey>> change)
    {
        using var alone = Lock();
        var keys = change(Read());
        AtomicFile.Write(Path, stream =>
        {
            Keep((FileStream)stream);
            JsonSerializer.Serialize(stream, new KeyFileContent(keys), KeyFileJson.Default.KeyFileContent);
        });
    }

    // A service that cannot read its keys any more lets nobody in.
    private void Keep(FileStream renewed)
    {
        var isThere = File.Exists(Path);
        if (isThere && !FileOwner.TryKeep(Path, renewed))
        {
            throw new StartException(
                $"The key file {Path} is another user's or group's, who may not be able to read one that this user makes in its place. Run the command as its owner, or as root; nothing was changed.");
        }

        File.SetUnixFileMode(renewed.SafeFileHandle, isThere ? File.GetUnixFileMode(Path) : UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    // A file of its own that stays: the key file is replaced, and one that is removed could be locked twice.
    private FileStream Lock()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new FileStream($"{Path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException failure) when (failure is not (DirectoryNotFoundException or FileNotFoundException))
            {
                if (tries == MostTries)
                    throw new StartException($"Another process keeps {Path}.lock. Try again when it is done.", failure);
                Thread.Sleep(BetweenTries);
            }
        }
    }
}

/// <summary>What is in the file.</summary>
internal sealed record KeyFileContent(IReadOnlyList<ApiKey> Keys);

/// <summary>Its JSON form.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(KeyFileContent))]
internal sealed partial class KeyFileJson : JsonSerializerContext;
