using System.Globalization;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Jobs.Files;

/// <summary>Files of a job that are there together or not at all: its input, or the results of an attempt.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Name">Its name among the sets of the job.</param>
internal readonly record struct FileSet(string Job, string Name)
{
    private const string ResultsName = "results-";

    /// <summary>Which attempt's results these are; 0 for anything else.</summary>
    public int Attempt => Name.StartsWith(ResultsName, StringComparison.Ordinal)
        && int.TryParse(Name.AsSpan(ResultsName.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : 0;

    /// <summary>The files of a job's volume.</summary>
    public static FileSet Input(string job) => new(job, "input");

    /// <summary>What an attempt made.</summary>
    public static FileSet Results(string job, int attempt) => new(job, string.Create(CultureInfo.InvariantCulture, $"{ResultsName}{attempt}"));
}

/// <summary>
/// Where the files of jobs lie for as long as a record speaks of them. A set is written before a record names it, and so is whole for whoever finds it by a
/// record; what no record names is swept away. Where it cannot be reached, every call is the problem <c>job-store-unavailable</c>.
/// </summary>
internal interface IJobFiles
{
    /// <summary>Whether something failed for it and it was not tried with success since.</summary>
    bool IsAway { get; }

    /// <summary>How long to wait at least before it is listed again as a whole.</summary>
    TimeSpan SweepPause { get; }

    /// <summary>Tries whether it can be reached, and does all that jobs need: what can be read cannot always be written.</summary>
    /// <exception cref="ProblemException">It cannot, or does not.</exception>
    Task ProbeAsync();

    /// <summary>Makes an empty folder on this machine, in which the files of a set are put together.</summary>
    /// <exception cref="ProblemException">It cannot be made.</exception>
    Task<string> NewPartAsync(FileSet set);

    /// <summary>Makes the files in a folder, which are on the disk of this machine, those of a set; the folder goes.</summary>
    Task PutAsync(FileSet set, string folder, CancellationToken cancellation);

    /// <summary>Files of a set in a folder of this machine, for as long as the job is not cleared.</summary>
    Task<string> FetchAsync(FileSet set, IReadOnlyList<string> names, CancellationToken cancellation);

    /// <summary>Opens a file of a set, anywhere in which can be read; null where it is gone.</summary>
    Task<Stream?> OpenAsync(FileSet set, string name, CancellationToken cancellation);

    /// <summary>Whether files of a set are there, all of them.</summary>
    Task<bool> HasAsync(FileSet set, IReadOnlyList<string> names, CancellationToken cancellation);

    /// <summary>Copies results of one set into another; false where they are not there, all of them.</summary>
    Task<bool> CopyAsync(FileSet from, FileSet to, IReadOnlyList<StoredResult> results, CancellationToken cancellation);

    /// <summary>The names of the sets, the unfinished ones too, that each job has that has any.</summary>
    /// <param name="job">Of one job only; null for all.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<IReadOnlyDictionary<string, IReadOnlyCollection<string>>> ListAsync(string? job, CancellationToken cancellation);

    /// <summary>Removes all sets of a job but one.</summary>
    Task ClearAsync(string job, FileSet? kept);
}
