using Sassnet.Api.Problems;

namespace Sassnet.Api.TemporaryFiles;

/// <summary>
/// A lease on a temporary folder and on room for what goes into it: whoever holds it deletes it, with all that is in it, by disposing it.
/// </summary>
internal sealed class TemporarySubfolder(string path, DiskBudget budget) : IDisposable
{
    private long _covered;

    /// <summary>Where it lies.</summary>
    public string Path { get; } = path;

    /// <summary>A name for a new file in it.</summary>
    public TemporaryFile NewFile() => new(System.IO.Path.Combine(Path, Guid.NewGuid().ToString("N")), budget);

    /// <summary>Refuses so many bytes where there is no room for them, and takes none: what is only claimed leaves the room to others.</summary>
    /// <exception cref="ProblemException">There is not so much room now, or ever.</exception>
    public void Require(long bytes)
    {
        RequireWithin(bytes);
        if (bytes > budget.Limit - budget.Taken)
            throw Full();
    }

    /// <summary>Takes room for so many bytes in all; less than was taken before changes nothing.</summary>
    /// <exception cref="ProblemException">There is not so much room now, or ever.</exception>
    public void Cover(long bytes)
    {
        RequireWithin(bytes);
        if (bytes <= _covered)
            return;
        if (!budget.TryTake(bytes - _covered))
            throw Full();
        _covered = bytes;
    }

    /// <summary>Takes room for more bytes than were covered.</summary>
    /// <exception cref="ProblemException">There is not so much room now, or ever.</exception>
    public void Add(long bytes) => Cover(_covered + bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
        budget.Return(Interlocked.Exchange(ref _covered, 0));
    }

    private void RequireWithin(long bytes)
    {
        if (bytes > budget.Limit)
        {
            throw new ProblemException(ProblemTypes.UploadTooLarge,
                FormattableString.Invariant($"The upload takes more than {budget.Limit} bytes on the disk of this service, the most there are for all. ")
                    + "Crop the volume.");
        }
    }

    private ProblemException Full() => TemporaryFolder.Full($"Other requests fill the room that this service gives to all, {budget.Limit} bytes");
}
