using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sassnet.Api.Archive;

/// <summary>
/// The certificate by which this service shows an archive who it is. It is renewed while the service runs, every few weeks where that happens by itself, and so its files
/// are read for each new connection; while they cannot be, or one of the two is exchanged and the other not yet, it stays what it was.
/// </summary>
internal sealed partial class ClientCertificate : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _archive;
    private readonly (string Certificate, string Key) _paths;
    private readonly ILogger _logger;
    private (string Certificate, string Key) _read;
    private X509Certificate2 _current;
    private bool _isUnreadable;

    /// <param name="archive">What the archive is called.</param>
    /// <param name="certificate">The certificate's file, in PEM.</param>
    /// <param name="key">That of its private key.</param>
    /// <param name="logger">Hears where they cannot be read any more.</param>
    /// <exception cref="CryptographicException">They are no certificate and its key.</exception>
    /// <exception cref="IOException">One cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be read.</exception>
    public ClientCertificate(string archive, string certificate, string key, ILogger logger)
    {
        (_archive, _paths, _logger) = (archive, (certificate, key), logger);
        _read = Read();
        _current = X509Certificate2.CreateFromPem(_read.Certificate, _read.Key);
    }

    /// <summary>The certificate as its files have it now.</summary>
    public X509Certificate2 Current()
    {
        lock (_lock)
        {
            try
            {
                // The one before is not disposed here: a connection that is just being made may have it.
                var read = Read();
                if (read != _read)
                    (_current, _read) = (X509Certificate2.CreateFromPem(read.Certificate, read.Key), read);
                _isUnreadable = false;
            }
            catch (Exception failure) when (failure is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
            {
                if (!_isUnreadable)
                    LogUnreadable(_archive, failure.Message);
                _isUnreadable = true;
            }

            return _current;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _current.Dispose();

    private (string Certificate, string Key) Read() => (File.ReadAllText(_paths.Certificate), File.ReadAllText(_paths.Key));

    [LoggerMessage(EventId = 73, Level = LogLevel.Warning,
        Message = "The certificate for the archive {Archive} cannot be read any more, and the one that was read before is shown on: {Reason}")]
    private partial void LogUnreadable(string archive, string reason);
}
