using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Models;
using Sassnet.Api.Segmentation;
using Sassnet.Model.Inference;

namespace Sassnet.Api.Jobs.Endpoints;

/// <summary>
/// Finds results that a caller has already, for a request that is the same in all that results depend on: the bytes, what was left out of them, the model, the
/// parameters, the number format and the program itself. Only among his own: that another has sent the same scan is not for him to learn.
/// </summary>
internal sealed class JobCache(JobDatabase database, IOptions<JobsOptions> options, IOptions<InferenceOptions> inference)
{
    /// <summary>The header that says of an accepted job where its results come from.</summary>
    public const string Header = "Sassnet-Cache";

    /// <summary>They were there.</summary>
    public const string Hit = "hit";

    /// <summary>They have to be made.</summary>
    public const string Miss = "miss";

    // Two builds may differ in what they make.
    private static readonly string Build = $"{typeof(JobCache).Module.ModuleVersionId:N}{typeof(SegmentationRequest).Module.ModuleVersionId:N}";

    /// <summary>Whether results are looked for.</summary>
    public bool IsOn => options.Value.Cache;

    /// <summary>SHA-256 of all that a job's results depend on.</summary>
    /// <param name="job">The job.</param>
    /// <param name="model">Its model.</param>
    /// <param name="query">Its parameters.</param>
    /// <param name="input">What is known of its volume.</param>
    /// <param name="hash">SHA-256 of the volume's files.</param>
    public string KeyOf(JobRecord job, ServedModel model, SegmentQuery query, StoredInput input, string hash)
    {
        var request = query.Request;
        string[] parts =
        [
            Build,
            inference.Value.Precision.ToString(),
            job.Model,
            model.Package.ManifestText,
            job.Output,
            request.Mode.ToString(),
            request.Quality.ToString(),
            request.Threshold.ToString("R", CultureInfo.InvariantCulture),
            request.KeepLargest.ToString(),
            query.Series ?? string.Empty,
            query.Deidentify.ToString(),
            query.SegEncoding.ToString(),
            JsonSerializer.Serialize(input, JobsJson.Default.StoredInput),
            hash,
        ];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
    }

    /// <summary>The caller's newest job that has results for a key; null where there is none.</summary>
    public Task<JobRecord?> FindAsync(string caller, string key, CancellationToken cancellation) => database.UseAsync(
        db => db.Jobs.AsNoTracking()
            .Where(job => job.Caller == caller && job.CacheKey == key && job.State == JobState.Succeeded)
            .OrderByDescending(job => job.Number)
            .FirstOrDefaultAsync(cancellation),
        cancellation);
}
