using Sassnet.Api.Jobs.Files;

namespace Sassnet.Api.Jobs.Records;

/// <summary>Whether the stores of the jobs can be reached, for whatever watches over the service.</summary>
internal sealed class JobStores(JobDatabase database, IJobFiles files)
{
    /// <summary>A sentence for each that could not be reached when it was last tried; both are tried again every second.</summary>
    public IReadOnlyList<string> Problems => [.. All()];

    private IEnumerable<string> All()
    {
        if (database.IsAway)
            yield return "The database of the jobs cannot be reached, and jobs get 503; the log says why.";
        if (files.IsAway)
            yield return "The store of the jobs' files cannot be reached, and jobs wait; the log says why.";
    }
}
