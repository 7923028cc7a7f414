using System.ComponentModel.DataAnnotations;

namespace Sassnet.Api.Jobs.Settings;

/// <summary>Where the records of jobs are kept.</summary>
public enum JobDatabaseKind
{
    /// <summary>A file in the folder of the jobs: one process, and nothing to install.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server: as many processes as there are nodes.</summary>
    PostgreSql,
}

/// <summary>Where the files of jobs lie.</summary>
public enum JobStoreKind
{
    /// <summary>The folder of the jobs.</summary>
    Folder,

    /// <summary>A bucket of an S3-compatible store.</summary>
    S3,
}

/// <summary>How jobs are kept and worked on.</summary>
public sealed class JobsOptions : IValidatableObject
{
    /// <summary>
    /// Where the inputs of waiting jobs and the results lie, and with SQLite the database; several nodes share one, unless the files lie in a bucket: then each has
    /// its own, for those of the jobs that it has in hand. Default: <c>jobs</c> below the folder that systemd names (<c>STATE_DIRECTORY</c>), else <c>sassnet/jobs</c> below <c>XDG_STATE_HOME</c>, else below <c>~/.local/state</c>; with PostgreSQL and the files in folders none, it is required. Where the default
    /// cannot be used, jobs are refused and the service says so; one that is named and cannot be used stops the start.
    /// </summary>
    [MinLength(1)]
    public string? Folder { get; set; }

    /// <summary>Where the records are kept: <c>sqlite</c> for one process, <c>postgresql</c> for several. Default: <c>sqlite</c>.</summary>
    [EnumDataType(typeof(JobDatabaseKind))]
    public JobDatabaseKind Database { get; set; } = JobDatabaseKind.Sqlite;

    /// <summary>With PostgreSQL, how to reach it: <c>Host=…;Database=…;Username=…;Password=…</c>. The tables are made at the first use, and indexes that a later version needs.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Where the inputs of waiting jobs and the results lie: <c>folder</c>, or <c>s3</c>. Default: <c>folder</c>.</summary>
    [EnumDataType(typeof(JobStoreKind))]
    public JobStoreKind Store { get; set; } = JobStoreKind.Folder;

    /// <summary>With <see cref="Store"/> <c>s3</c>, the bucket.</summary>
    public S3Options? S3 { get; set; }

    /// <summary>
    /// Whether a job gets the results of an earlier one that the same caller has sent, with the same files, model version and parameters; the answer to <c>POST
    /// /jobs</c> then says <c>Sassnet-Cache: hit</c>. Where there is no room for them twice, they are made anew. Default: false.
    /// </summary>
    public bool Cache { get; set; }

    /// <summary>Jobs that a process works on at once; with 2, one is read and prepared while another is on the device. Default: 1. Range: 1 to 64.</summary>
    [Range(1, 64)]
    public int Concurrent { get; set; } = 1;

    /// <summary>
    /// How long a process may be silent before others take its jobs for abandoned, by the database's clock. Default: 30 seconds. Range: 2 seconds to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a job is begun whose process ended or whose device stopped under it, for which there was no room, whose archive was away or too slow, or whose model one
    /// of several nodes did not serve or whose parameters it did not know, before it is failed.
    /// Default: 3. Range: 1 to 100.
    /// </summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>
    /// How long a job waits for the next attempt where disk or memory did not suffice, the archive or the store of the jobs was away, or one of several nodes did not
    /// serve its model or know its parameters. Default: 30 seconds. Range: 10 milliseconds to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a job that has ended is kept, with its results and its idempotency key. Default: 7 days. Range: 1 second to 10 years.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan RetainFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The most bytes of inputs and results together; where there would be more, jobs that have ended go, of each caller the oldest first: those of whoever
    /// holds the most, as long as he holds more than the caller whose job needs the room would, then that caller's own. The last one goes only where a new job needs its room, and a job that
    /// finds no room even so gets 503. Default: 50 GiB. Range: 1 byte to 1 PiB.
    /// </summary>
    [Range(1, 1L << 50)]
    public long MaxBytes { get; set; } = 50L << 30;

    /// <summary>
    /// The hosts, separated by semicolons, to which <c>callback</c> may post: <c>pacs.example.org</c>, or <c>pacs.example.org:8443</c> for another port than the
    /// scheme's. Default: none, and <c>callback</c> is refused.
    /// </summary>
    public string CallbackHosts { get; set; } = string.Empty;

    /// <summary>The secret with which callbacks are signed, as Standard Webhooks write it: <c>whsec_</c> and 24 to 64 bytes in Base64. Required with hosts.</summary>
    public string? CallbackSecret { get; set; }

    /// <summary>Whether callbacks may go out by plain HTTP. Default: false.</summary>
    public bool CallbackHttp { get; set; }

    /// <summary>How often a callback is tried, the waits between growing from 5 seconds to an hour. Default: 12, which is nearly 7 hours. Range: 1 to 100.</summary>
    [Range(1, 100)]
    public int CallbackAttempts { get; set; } = 12;

    /// <summary><see cref="CallbackHosts"/>, one by one.</summary>
    internal IReadOnlyList<string> CallbackHostNames =>
        CallbackHosts.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Database == JobDatabaseKind.PostgreSql && (string.IsNullOrWhiteSpace(ConnectionString) || (Folder is null && Store == JobStoreKind.Folder)))
        {
            yield return new ValidationResult($"With {nameof(Database)} postgresql the fields {nameof(ConnectionString)} and, unless {nameof(Store)} is s3, {nameof(Folder)}, "
                + "a folder that all nodes share, are required.");
        }

        if (Store == JobStoreKind.S3 != S3 is not null)
            yield return new ValidationResult($"{nameof(Store)} s3 and the section {nameof(S3)}, with the field {nameof(S3Options.Bucket)}, go together.");
        foreach (var fault in S3 is null ? [] : S3Options.Faults(S3))
            yield return new ValidationResult($"{nameof(S3)}: {fault}");
        if (Database == JobDatabaseKind.Sqlite && ConnectionString is not null)
            yield return new ValidationResult($"The field {nameof(ConnectionString)} belongs to {nameof(Database)} postgresql; SQLite keeps its file in {nameof(Folder)}.");
        foreach (var text in CallbackHostNames.Where(text => !CallbackHost.IsHost(text)))
        {
            yield return new ValidationResult(
                $"The field {nameof(CallbackHosts)} has '{text}'; accepted: names or addresses without scheme and path, such as pacs.example.org or pacs.example.org:8443, separated by semicolons; international names as xn--….");
        }

        if (CallbackHostNames.Count > 0 && WebhookSecret.KeyIn(CallbackSecret) is null)
            yield return new ValidationResult($"With {nameof(CallbackHosts)} the field {nameof(CallbackSecret)} is required: 'whsec_' and 24 to 64 bytes in Base64.");
    }
}
