using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;

namespace Sassnet.Api.Requests;

/// <summary>Where the audit goes besides the log's category <c>Sassnet.Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>
    /// A file to which a line of JSON is added for each request: <c>time</c>, <c>requestId</c>, <c>caller</c>, <c>method</c>, <c>route</c>, <c>job</c>
    /// (the id of the job that was sent, asked for or removed), <c>inputSha256</c> (of the files that were sent, one after the other; of a scan to be
    /// fetched from an archive that of the order, written <c>{"dicomWeb":{"server":"NAME","study":"UID","series":"UID"},"model":"NAME","store":false}</c> with <c>null</c> for what
    /// is left out and no space or line end), <c>model</c>, <c>output</c>, <c>status</c> (499 where the client had gone; where the service broke off an answer that it had begun,
    /// that of the problem), <c>problem</c>, <c>seconds</c>. Its owner alone may read a new one. It may be
    /// moved away or emptied while the service runs. A relative path starts beside the program. Default: none.
    /// </summary>
    [MinLength(1)]
    public string? File { get; set; }
}

/// <summary>What the audit says of a request: nothing that its client wrote but ids in hexadecimal digits, see <see cref="RequestId"/> and <see cref="RequestOutcome.Job"/>.</summary>
/// <param name="Time">When it was over.</param>
/// <param name="RequestId">Its id, as the answer and the log have it.</param>
/// <param name="Caller">Who sent it; null where nobody asked who that was.</param>
/// <param name="Method">Its method.</param>
/// <param name="Route">Which endpoint answered; <c>(none)</c> where there is none.</param>
/// <param name="Job">The job it was about, see <see cref="RequestOutcome.Job"/>; null where it was about none.</param>
/// <param name="InputSha256">The SHA-256 of what was sent or ordered, see <see cref="RequestOutcome.InputSha256"/>; null where nothing was received whole.</param>
/// <param name="Model">The model, <c>name@version</c>; null where none was chosen.</param>
/// <param name="Output">The output; null where none was chosen.</param>
/// <param name="Status">The answer's status; 499 where the client had gone, and where the service broke off what it had begun to send that of the problem.</param>
/// <param name="Problem">The slug of the answer's problem; null where it was none.</param>
/// <param name="Seconds">From the request's head to the answer's end.</param>
internal sealed record AuditEntry(
    DateTimeOffset Time,
    string RequestId,
    string? Caller,
    string Method,
    string Route,
    string? Job,
    string? InputSha256,
    string? Model,
    string? Output,
    int Status,
    string? Problem,
    double Seconds);

/// <summary>Its JSON form, one line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;

/// <summary>
/// The configured file, open for as long as the process lives: no other process writes to it meanwhile. Each entry is one write, and so is whole even where the
/// process is killed just after.
/// </summary>
internal sealed partial class AuditFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Lock _lock = new();
    private readonly ILogger _logger;
    private readonly string? _path;
    private FileStream? _stream;

    /// <exception cref="StartException">The file cannot be written.</exception>
    public AuditFile(IOptions<AuditOptions> options, ILogger<AuditFile> logger)
    {
        _logger = logger;
        if (options.Value.File is not { } file)
            return;
        _path = Path.GetFullPath(file, AppContext.BaseDirectory);
        try
        {
            _stream = Open(_path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The audit file {_path}, which Sassnet:Audit:File names, cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Adds an entry. Where that fails, the log says so: its own line has the same.</summary>
    public void Add(AuditEntry entry)
    {
        if (_path is null)
            return;
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, AuditJson.Default.AuditEntry), (byte)'\n'];
        lock (_lock)
        {
            try
            {
                // It was moved away or emptied.
                if (new FileInfo(_path) is not { Exists: true } now || now.Length != _stream?.Position)
                    Close();
                _stream ??= Open(_path);
                _stream.Write(line);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Perhaps half of the line was written: opened anew, the file gets an end of it.
                Close();
                LogUnwritable(failure, _path);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }

    /// <summary>Opens the file at its end; a line that was cut short there is ended.</summary>
    private static FileStream Open(string path)
    {
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            UnixCreateMode = OwnerOnly,
        });
        try
        {
            if (stream.Length > 0)
            {
                stream.Seek(-1, SeekOrigin.End);
                if (stream.ReadByte() != '\n')
                    stream.WriteByte((byte)'\n');
            }

            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "The audit file {Path} cannot be written, and an entry is missing there that the log has")]
    private partial void LogUnwritable(Exception failure, string path);
}
