using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;

namespace Sassnet.Api.Access;

/// <summary>
/// The keys as the file has them at this moment. It is small and read anew for every request, and so a key that was revoked is refused with the next one, on
/// every kind of file system; a time of modification is too coarse to tell two changes apart, and watching fails where the folder is mounted.
/// </summary>
internal sealed partial class KnownKeys(IOptions<AccessOptions> options, ILogger<KnownKeys> logger)
{
    private readonly Lock _lock = new();
    private byte[]? _bytes;
    private Dictionary<string, ApiKey> _keys = [];
    private bool _areUsed;
    private bool _isUnreadable;

    /// <summary>Where they are.</summary>
    public KeyFile File { get; } = new(options.Value.KeyFile ?? AccessOptions.DefaultKeyFile);

    /// <summary>How many there are.</summary>
    public int Count => Current().Keys.Count;

    /// <summary>Whether there is a file with keys, or was one since the start: a file that is taken away opens nothing.</summary>
    public bool AreUsed => Current().AreUsed;

    /// <summary>The key with this id, whether it still works or not; null where there is none.</summary>
    public ApiKey? Find(string id) => Current().Keys.GetValueOrDefault(id);

    /// <summary>Reads them for the first time.</summary>
    /// <exception cref="StartException">The file cannot be read, or is not where it is said to be.</exception>
    public void Open()
    {
        var bytes = File.Bytes();
        if (bytes is not null)
            File.Keys(bytes);
        else if (options.Value.KeyFile is not null)
            throw new StartException($"There is no key file {File.Path}, which Sassnet:Access:KeyFile names. Make a key, and with it the file: Sassnet.Api keys create --help");
    }

    private (bool AreUsed, Dictionary<string, ApiKey> Keys) Current()
    {
        lock (_lock)
        {
            try
            {
                Take(File.Bytes());
            }
            catch (StartException failure)
            {
                // Nobody gets in by a file that cannot be read: it may be the one in which a key is revoked.
                if (!_isUnreadable)
                    LogUnreadable(failure.Message);
                (_bytes, _keys, _areUsed, _isUnreadable) = (null, [], true, true);
            }

            return (_areUsed, _keys);
        }
    }

    private void Take(byte[]? bytes)
    {
        if (bytes is not null && _bytes is not null && bytes.AsSpan().SequenceEqual(_bytes))
            return;
        _keys = bytes is null ? [] : File.Keys(bytes).ToDictionary(key => key.Id);
        _bytes = bytes;
        _isUnreadable = false;
        _areUsed |= bytes is not null;
    }

    [LoggerMessage(EventId = 35, Level = LogLevel.Error, Message = "No API key is accepted until this is mended: {Reason}")]
    private partial void LogUnreadable(string reason);
}
