using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Execution;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Models;
using Sassnet.Api.Segmentation;

namespace Sassnet.Api.Jobs.Endpoints;

/// <summary>
/// Finds results that a caller has already, for a request that is the same in all that results depend on (<see cref="ResultKey"/>). Only among his own: that another
/// has sent the same scan is not for him to learn.
/// </summary>
internal sealed class JobCache(JobDatabase database, IOptions<JobsOptions> options, IOptions<InferenceOptions> inference)
{
    /// <summary>The header that says of an accepted job where its results come from.</summary>
    public const string Header = "Sassnet-Cache";

    /// <summary>They were there.</summary>
    public const string Hit = "hit";

    /// <summary>They have to be made.</summary>
    public const string Miss = "miss";

    /// <summary>Whether results are looked for.</summary>
    public bool IsOn => options.Value.Cache;

    /// <summary>The caller's newest job that has the results which a job would have if it were done here and now; null where there is none.</summary>
    /// <param name="job">The job.</param>
    /// <param name="model">Its model.</param>
    /// <param name="query">Its parameters.</param>
    /// <param name="input">What is known of its volume.</param>
    /// <param name="hash">SHA-256 of the volume's files.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task<JobRecord?> FindAsync(JobRecord job, ServedModel model, SegmentQuery query, StoredInput input, string hash, CancellationToken cancellation)
    {
        // While no device has it, one that is to measure its fastest format has not done so, and nothing was ever made in "auto".
        var formats = model.Precisions is { Count: > 0 } measured ? measured : [inference.Value.Precision];
        string[] keys = [.. formats.Select(format => ResultKey.Of(model, format, job.Output, query, input, hash))];
        return database.UseAsync(
            db => db.Jobs.AsNoTracking()
                .Where(made => made.Caller == job.Caller && keys.Contains(made.CacheKey!) && made.State == JobState.Succeeded)
                .OrderByDescending(made => made.Number)
                .FirstOrDefaultAsync(cancellation),
            cancellation);
    }
}
