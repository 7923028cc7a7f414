using Microsoft.Extensions.Options;
using Sassnet.Api.Problems;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Uploads;

namespace Sassnet.Api.Health;

/// <summary>
/// Whether an upload would find room, asked of the disk once a second at most: anybody may ask as often as he likes, and the disk answers by a folder and a file
/// that are made and removed.
/// </summary>
internal sealed class RoomCheck(TemporaryFolder folder, IOptions<UploadOptions> uploads, TimeProvider clock)
{
    /// <summary>How long an outcome stands.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long? _asked;
    private ProblemException? _problem;

    /// <summary>Requires that an upload would find room, now or up to a second ago.</summary>
    /// <exception cref="ProblemException">It would not.</exception>
    public void Require()
    {
        if (Problem() is { } problem)
            throw problem;
    }

    private ProblemException? Problem()
    {
        lock (_lock)
        {
            if (_asked is { } asked && clock.GetElapsedTime(asked) < Kept)
                return _problem;
            _problem = Ask();
            _asked = clock.GetTimestamp();
            return _problem;
        }
    }

    private ProblemException? Ask()
    {
        try
        {
            folder.RequireRoom(uploads.Value.MaxCompressedBytes);
            return null;
        }
        catch (ProblemException problem)
        {
            return problem;
        }
    }
}
