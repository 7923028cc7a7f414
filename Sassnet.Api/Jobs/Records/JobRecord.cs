using Microsoft.EntityFrameworkCore;
using Sassnet.Api.Jobs.Descriptions;

namespace Sassnet.Api.Jobs.Records;

/// <summary>
/// A job as the database has it. Every change of its state is one statement that names the state it was in, and so of two that meet one wins. Times are the
/// database's. No name of a file and nothing of its content is here but what the query itself says, and that goes when the job ends.
/// </summary>
[Index(nameof(Id), IsUnique = true)]
[Index(nameof(Caller), nameof(KeyHash), IsUnique = true)]
[Index(nameof(Caller), nameof(CacheKey))]
[Index(nameof(State), nameof(Caller), nameof(Number))]
[Index(nameof(State), nameof(Ended))]
[Index(nameof(Caller), nameof(Turn))]
[Index(nameof(Turn))]
[Index(nameof(CallbackNext))]
internal sealed class JobRecord
{
    /// <summary>Its place in the order of arrival.</summary>
    public long Number { get; set; }

    /// <summary>Its public name, 128 random bits.</summary>
    public required string Id { get; set; }

    /// <summary>Whose it is.</summary>
    public required string Caller { get; set; }

    /// <summary>How far it is; <see cref="JobState.Queued"/> while its scan is being received.</summary>
    public JobState State { get; set; }

    /// <summary>SHA-256 of its idempotency key; null where it has none.</summary>
    public string? KeyHash { get; set; }

    /// <summary>SHA-256 of its query.</summary>
    public required string QueryHash { get; set; }

    /// <summary>SHA-256 of the files of its volume, or of the order to fetch them; null while they are being received.</summary>
    public string? InputHash { get; set; }

    /// <summary>SHA-256 of all that its results depend on, stored with them; null where nobody looks for results that are there already.</summary>
    public string? CacheKey { get; set; }

    /// <summary>Its query; empty once it has ended.</summary>
    public required string Query { get; set; }

    /// <summary>The model, <c>name@version</c>: chosen when the job was accepted.</summary>
    public required string Model { get; set; }

    /// <summary>The output asked for.</summary>
    public required string Output { get; set; }

    /// <summary>The id of the request that brought it.</summary>
    public required string RequestId { get; set; }

    /// <summary>The span of that request (W3C <c>traceparent</c>); null where nobody traces.</summary>
    public string? Trace { get; set; }

    /// <summary>The path below which that request saw the service.</summary>
    public required string PathBase { get; set; }

    /// <summary>The files of its volume, <see cref="StoredInput"/> as JSON, or where they are to be fetched from.</summary>
    public string? Input { get; set; }

    /// <summary>Their bytes; 0 once they are gone.</summary>
    public long InputBytes { get; set; }

    /// <summary>When its caller's turn last came by it: the number of jobs begun until then; 0 for a job that was not begun.</summary>
    public long Turn { get; set; }

    /// <summary>The process that receives it or works on it.</summary>
    public string? Node { get; set; }

    /// <summary>Until when that process has it for sure.</summary>
    public DateTime Lease { get; set; }

    /// <summary>How often it was begun.</summary>
    public int Attempt { get; set; }

    /// <summary>When it may be begun again; null for at once.</summary>
    public DateTime? NotBefore { get; set; }

    /// <summary>0 to 1.</summary>
    public double Progress { get; set; }

    /// <summary>When it was accepted; null while its scan is being received, when nobody sees it.</summary>
    public DateTime? Accepted { get; set; }

    /// <summary>When it was last begun; null where its results were there already.</summary>
    public DateTime? Started { get; set; }

    /// <summary>When it ended.</summary>
    public DateTime? Ended { get; set; }

    /// <summary>Why it failed, <see cref="JobProblem"/> as JSON.</summary>
    public string? Problem { get; set; }

    /// <summary>What it made, <see cref="StoredResult"/>s as JSON; while it runs or waits, what an archive is still to store.</summary>
    public string? Results { get; set; }

    /// <summary>Their bytes; 0 where the job came to nothing.</summary>
    public long ResultBytes { get; set; }

    /// <summary>What is odd about the volume or what was found, as JSON.</summary>
    public string? Warnings { get; set; }

    /// <summary>Where its end is posted; null for nowhere.</summary>
    public string? Callback { get; set; }

    /// <summary>When that is tried next; null before the end and when it is over.</summary>
    public DateTime? CallbackNext { get; set; }

    /// <summary>How often it was tried.</summary>
    public int CallbackTries { get; set; }
}

/// <summary>The database of the jobs, in either of its kinds.</summary>
internal sealed class JobContext(DbContextOptions<JobContext> options) : DbContext(options)
{
    public DbSet<JobRecord> Jobs => Set<JobRecord>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var job = modelBuilder.Entity<JobRecord>();
        job.ToTable("sassnet_jobs");
        job.HasKey(record => record.Number);
        job.Property(record => record.Lease).HasDefaultValueSql("CURRENT_TIMESTAMP");
    }
}
