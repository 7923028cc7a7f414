using Sassnet.Api.Archive;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Problems;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Telemetry;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Api.Jobs.Execution;

/// <summary>
/// What of a job an archive has a part in: the scan is fetched before it is segmented, the results are stored after. Each is done once whatever happens in between,
/// storing in so far as the archive keeps one object of one identifier: an attempt goes on with what the one before it fetched and made.
/// </summary>
internal sealed partial class JobArchive(
    ArchiveServers servers, SeriesSearch search, SeriesRetrieval retrieval, JobSpool spool, JobClaims claims, JobRetention retention, TimeProvider clock, ILogger<JobArchive> logger)
{
    /// <summary>Fetches the scan of a job, unless it was sent with the job or is there already.</summary>
    /// <param name="record">The job.</param>
    /// <param name="job">The same in hand.</param>
    /// <param name="input">What is known of its scan.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its scan, on the disk.</returns>
    /// <exception cref="ProblemException">The archive does not give it, or there is no room.</exception>
    /// <exception cref="InvalidVolumeException">A file may be a damaged slice.</exception>
    public async Task<StoredInput> FetchAsync(JobRecord record, JobInHand job, StoredInput input, CancellationToken cancellation)
    {
        if (input is not { Archive: { } order, Numbers: [] })
            return input;
        using var span = StageTimings.Source.StartActivity("fetch");
        var (start, server) = (clock.GetTimestamp(), servers.Find(order.DicomWeb.Server));
        try
        {
            var (fetched, count, bytes) = await FetchAsync(record, job, order, server, cancellation);
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            LogFetched(count, bytes, server.Name, seconds);
            return fetched;
        }
        catch (ProblemException large) when (large.Type == ProblemTypes.UploadTooLarge)
        {
            throw TooLarge(server, large);
        }
    }

    /// <summary>Stores the DICOM results of a job, where its order says so.</summary>
    /// <param name="record">The job.</param>
    /// <param name="job">The same in hand.</param>
    /// <param name="order">Its order; null where it has none.</param>
    /// <param name="results">All that it made, kept.</param>
    /// <param name="warnings">What there is to say of it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ProblemException">There is none to store, or the archive does not take it.</exception>
    public async Task StoreAsync(
        JobRecord record, JobInHand job, ArchiveOrder? order, IReadOnlyList<StoredResult> results, IReadOnlyList<Warning> warnings, CancellationToken cancellation)
    {
        if (order is not { Store: true })
            return;
        using var span = StageTimings.Source.StartActivity("store");
        var (start, server) = (clock.GetTimestamp(), servers.Find(order.DicomWeb.Server));
        var objects = results.Select(result => SegmentOutput.Named(result.Output)).Where(output => IsStored(output, record.Output)).ToList();
        if (objects.Count == 0)
        {
            var why = warnings.FirstOrDefault(warning => warning.Slug == "no-dicom-results")?.Sentence ?? "The series gives no DICOM results.";
            throw new ProblemException(ArchiveProblemTypes.NothingToStore, $"{why} Leave out 'store' to have the others.");
        }

        await RequireMineAsync(() => claims.KeepResultsAsync(job, results, warnings), cancellation);
        var files = new List<Stream>();
        try
        {
            foreach (var output in objects)
                files.Add(await OpenAsync(job, output, cancellation));
            await InstanceStore.StoreAsync(server, order.DicomWeb.Study, files, cancellation);
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }

        var (count, seconds) = (objects.Count, clock.GetElapsedTime(start).TotalSeconds);
        LogStored(count, server.Name, seconds);
    }

    private async Task<(StoredInput Input, int Files, long Bytes)> FetchAsync(
        JobRecord record, JobInHand job, ArchiveOrder order, ArchiveServer server, CancellationToken cancellation)
    {
        var place = order.DicomWeb;
        var found = place.Series is null ? await search.FindAsync(server, place.Study, NameOf(record.Model), cancellation) : null;
        var series = place.Series ?? found!.Uid;
        using var upload = await retrieval.FetchAsync(server, place.Study, series, cancellation);

        // A series that was named may not be whole in the archive yet, and some archives send what they have of it without a word.
        var listed = found is null ? await search.CountAsync(server, place.Study, series, cancellation) : found.Instances;
        if (listed > upload.Received.Count)
            throw server.Unavailable(FormattableString.Invariant($"sent {Counted.Of(upload.Received.Count, "file")} of a series that it says has {listed}"));
        await RequireRoomAsync(record, upload.Files.Files.Sum(file => new FileInfo(file.Path).Length), cancellation);
        await RequireMineAsync(() => claims.KeepAsync(job), cancellation);
        var (files, _, bytes) = await spool.StoreInputAsync(record.Id, upload.Files, cancellation);
        var fetched = files with { Archive = order with { DicomWeb = place with { Series = series } } };
        await RequireMineAsync(() => claims.KeepInputAsync(job, fetched, bytes), cancellation);
        return (fetched, upload.Received.Count, bytes);
    }

    // Whoever ordered it sent nothing, and can make nothing smaller.
    private static ProblemException TooLarge(ArchiveServer server, ProblemException large) => new(
        ProblemTypes.UploadTooLarge,
        FormattableString.Invariant($"The series that the archive '{server.Name}' sent is larger than this service takes. Whoever runs the service can allow more: the settings of Sassnet:Uploads that name bytes, ")
            + FormattableString.Invariant($"Sassnet:Jobs:MaxBytes and, for a file of more than {S3Files.MostBytes} bytes, which a bucket does not take in one, Sassnet:Jobs:Store."),
        inner: large);

    private async Task<Stream> OpenAsync(JobInHand job, SegmentOutput output, CancellationToken cancellation)
    {
        if (await spool.OpenResultAsync(job.Id, job.Attempt, output, cancellation) is { } file)
            return file;
        await RequireMineAsync(() => claims.KeepAsync(job), cancellation);
        throw new InvalidOperationException("A result that was kept is not there any more, and nobody here has removed it.");
    }

    // A capture repeats the scan, for viewers that know nothing else: only who asks for it wants it beside the scan.
    private static bool IsStored(SegmentOutput output, string asked) => output.IsDicom && (output != SegmentOutput.DicomCapture || output.Name == asked);

    private static string NameOf(string model) => model.Split('@')[0];

    // By now a series was fetched or a result made, which a database that is away for a while must not cost.
    private Task<bool> RequireRoomAsync(JobRecord record, long bytes, CancellationToken cancellation) => DatabaseOutage.WaitOutAsync(
        async () =>
        {
            await retention.RequireRoomAsync(record, bytes);
            return true;
        },
        clock,
        cancellation);

    private async Task RequireMineAsync(Func<Task<bool>> keep, CancellationToken cancellation)
    {
        if (!await DatabaseOutage.WaitOutAsync(keep, clock, cancellation))
            throw new OperationCanceledException("Another process has the job, or nobody.");
    }

    [LoggerMessage(EventId = 70, Level = LogLevel.Information, Message = "Fetched {Count} files, {Bytes} bytes, from the archive {Archive} in {Seconds:0.0} s")]
    private partial void LogFetched(int count, long bytes, string archive, double seconds);

    [LoggerMessage(EventId = 71, Level = LogLevel.Information, Message = "Stored {Count} objects in the archive {Archive} in {Seconds:0.0} s")]
    private partial void LogStored(int count, string archive, double seconds);
}
