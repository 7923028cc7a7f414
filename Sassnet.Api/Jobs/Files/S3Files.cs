using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Jobs.Files;

/// <summary>
/// The files of jobs in a bucket of an S3-compatible store: <c>PREFIX/JOB/SET/FILE</c>, each file one object, which is there whole or not at all. The folder of
/// the jobs is this node's own then and has no more than the files of what is in hand.
/// </summary>
internal sealed partial class S3Files : IJobFiles, IDisposable
{
    /// <summary>The most bytes of one object that is sent or copied in one piece, see the API's reference of PutObject and CopyObject.</summary>
    public const long MostBytes = 5L << 30;

    private const string Gone = "NoSuchKey";

    // Bytes. A store that copies says nothing until it has: besides the time of any other call a copy has that of a slow store.
    private const long CopiedInASecond = 10 << 20;

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    // Of a file that is sent, or copied where it lies; what goes on is not ended before, and what stands still is sooner, see Standstill.
    private static readonly TimeSpan TransferLimit = TimeSpan.FromMinutes(10);

    // A file of a job that there is not: it is swept where the process ends before it is removed, and there is never more than one of a process.
    private readonly FileSet _tried = FileSet.Input(Guid.NewGuid().ToString("N"));
    private readonly ILogger _logger;
    private readonly JobFolder _folder;
    private readonly string _bucket;
    private readonly string _prefix;
    private readonly AmazonS3Client _client;
    private readonly StoreReach _reach;
    private readonly Standstill _standstill;

    /// <exception cref="StartException">Neither the options nor the environment say in which region the bucket is.</exception>
    public S3Files(JobFolder folder, IOptions<JobsOptions> options, Standstill standstill, ILogger<S3Files> logger)
    {
        var s3 = options.Value.S3!;
        (_logger, _folder, _bucket, _prefix, _standstill) = (logger, folder, s3.Bucket!, s3.Prefix, standstill);
        _reach = new StoreReach("bucket", IsOfStore, logger);
        try
        {
            var config = Config(s3);
            _client = s3.AccessKey is null ? new AmazonS3Client(config) : new AmazonS3Client(new BasicAWSCredentials(s3.AccessKey, s3.SecretKey), config);
        }
        catch (AmazonClientException failure)
        {
            throw new StartException($"The bucket of the jobs, {_bucket}, cannot be used: {failure.Message} Set Sassnet:Jobs:S3:Region or Sassnet:Jobs:S3:Endpoint.", failure);
        }
    }

    public bool IsAway => _reach.IsAway;

    // Listing is paid for.
    public TimeSpan SweepPause => TimeSpan.FromMinutes(10);

    public Task ProbeAsync() => _reach.ProveAsync(async () =>
    {
        // Without a folder of its own this node brings nothing into the bucket.
        await Task.Run(_folder.Try);
        await TryAsync();
        return true;
    });

    public Task<string> NewPartAsync(FileSet set) => _reach.UseAsync(() => Task.Run(() => _folder.NewPart(set)));

    public Task PutAsync(FileSet set, string folder, CancellationToken cancellation) => _reach.UseAsync(async () =>
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            var length = new FileInfo(path).Length;
            if (length > MostBytes)
            {
                // A slice or a result, of what was sent or fetched.
                throw new ProblemException(ProblemTypes.UploadTooLarge, FormattableString.Invariant(
                    $"A file of the job has {length} bytes; the bucket of this service takes {MostBytes} in one. A smaller volume has smaller files; whoever runs the service can keep larger ones in a folder: Sassnet:Jobs:Store."));
            }

            await KeepAsync(length, () => _standstill.EndAsync(
                (limit, goOn) =>
                {
                    var request = new PutObjectRequest { BucketName = _bucket, Key = KeyOf(set, Path.GetFileName(path)), FilePath = path, UseChunkEncoding = false };
                    request.StreamTransferProgress += (_, _) => goOn();
                    return _client.PutObjectAsync(request, limit);
                },
                cancellation));
        }

        // All of it is in the bucket, whatever stays here.
        _folder.Discard(folder);
        return true;
    });

    public Task<string> FetchAsync(FileSet set, IReadOnlyList<string> names, CancellationToken cancellation) => _reach.UseAsync(async () =>
    {
        var folder = _folder.NewPart(set);
        foreach (var name in names)
        {
            await using var source = await TryOpenAsync(set, name, cancellation)
                ?? throw new InvalidOperationException("A job's input is not in the bucket any more, and nobody here has removed it.");
            await using var file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew);
            await source.CopyToAsync(file, cancellation);
        }

        return folder;
    });

    public Task<Stream?> OpenAsync(FileSet set, string name, CancellationToken cancellation) => _reach.UseAsync(async () => (Stream?)await TryOpenAsync(set, name, cancellation));

    public Task<bool> HasAsync(FileSet set, IReadOnlyList<string> names, CancellationToken cancellation) => _reach.UseAsync(async () =>
    {
        var keys = await KeysAsync(set.Job, cancellation);
        return names.All(name => keys.Contains(KeyOf(set, name)));
    });

    public Task<bool> CopyAsync(FileSet from, FileSet to, IReadOnlyList<StoredResult> results, CancellationToken cancellation) => _reach.UseAsync(async () =>
    {
        try
        {
            foreach (var (name, bytes, _) in results)
            {
                await KeepAsync(bytes, () => _standstill.EndAsync(
                    limit => _client.CopyObjectAsync(_bucket, KeyOf(from, name), _bucket, KeyOf(to, name), limit), cancellation, TimeSpan.FromSeconds((double)bytes / CopiedInASecond)));
            }

            return true;
        }
        catch (AmazonS3Exception gone) when (gone.ErrorCode == Gone)
        {
            return false;
        }
    });

    public Task<IReadOnlyDictionary<string, IReadOnlyCollection<string>>> ListAsync(string? job, CancellationToken cancellation) => _reach.UseAsync(async () =>
    {
        // The nameless set is what this node's folder has.
        var sets = (job is null ? _folder.Jobs() : []).ToDictionary(local => local, _ => new HashSet<string> { string.Empty });
        foreach (var key in await KeysAsync(job, cancellation))
        {
            if (key[_prefix.Length..].Split('/') is not [var id, var set, _] || !Guid.TryParseExact(id, "N", out _))
                continue;
            if (!sets.TryAdd(id, [set]))
                sets[id].Add(set);
        }

        return (IReadOnlyDictionary<string, IReadOnlyCollection<string>>)sets.ToDictionary(each => each.Key, each => (IReadOnlyCollection<string>)each.Value);
    });

    public Task ClearAsync(string job, FileSet? kept) => _reach.UseAsync(async () =>
    {
        _folder.Clear(job);
        var left = kept is { } set ? KeyOf(set, string.Empty) : null;
        foreach (var key in await KeysAsync(job, CancellationToken.None))
        {
            // One by one: some stores take several at once only with a digest that this client does not send.
            if (left is null || !key.StartsWith(left, StringComparison.Ordinal))
                await _standstill.EndAsync(limit => _client.DeleteObjectAsync(_bucket, key, limit), CancellationToken.None);
        }

        return true;
    });

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static AmazonS3Config Config(S3Options options)
    {
        var config = new AmazonS3Config
        {
            ConnectTimeout = ConnectLimit,
            Timeout = TransferLimit,
            MaxErrorRetry = 2,

            // What came with these is not known to every store; TLS, lengths and our own digests tell of damage.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is { } endpoint)
            (config.ServiceURL, config.ForcePathStyle, config.AuthenticationRegion) = (endpoint, true, options.Region ?? S3Options.FirstRegion);
        else if (options.Region is { } region)
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region);

        // Given, so that the client does not read the environment by itself.
        config.SetWebProxy(HttpClient.DefaultProxy);
        return config;
    }

    // A full disk of this node is not a store that is away.
    private static bool IsOfStore(Exception failure) =>
        failure is AmazonServiceException or AmazonClientException or HttpRequestException or WebException or TimeoutException
        || failure is IOException or UnauthorizedAccessException && ProblemExceptionHandler.Of(failure).Type != ProblemTypes.StorageFull
        || failure is OperationCanceledException { InnerException: TimeoutException };

    // Neither what passes by itself, nor that a file is gone which was to be copied.
    private static bool IsRefusal(AmazonServiceException failure) =>
        (int)failure.StatusCode is (>= 400 and < 500 and not (408 or 409 or 429)) or 507 && failure.ErrorCode is not (Gone or "RequestTimeout" or "ExpiredToken");

    // A bucket that refuses one file and takes another does so again, however often a job is done anew; one that takes none is away until it does.
    private async Task KeepAsync<T>(long bytes, Func<Task<T>> keep)
    {
        try
        {
            await keep();
        }
        catch (AmazonServiceException refusal) when (IsRefusal(refusal))
        {
            await TryAsync();
            LogFileRefused(_logger, bytes, (int)refusal.StatusCode, refusal.ErrorCode, refusal.Message);
            throw new ProblemException(
                JobProblemTypes.FileRefused,
                FormattableString.Invariant($"The bucket of this service takes files and refused one of {bytes} bytes, with HTTP {(int)refusal.StatusCode}: ")
                    + "a quota may be used up, or it takes none so large. The service's log says more. Nothing is wrong with the request: try again in a while.",
                ProblemTypes.StorageRetry,
                refusal);
        }
    }

    // All that jobs do with a bucket: rights to one thing are none to another.
    private async Task TryAsync()
    {
        const string name = "tried";
        var request = new PutObjectRequest { BucketName = _bucket, Key = KeyOf(_tried, name), ContentBody = name, UseChunkEncoding = false };
        await _standstill.EndAsync(limit => _client.PutObjectAsync(request, limit), CancellationToken.None);
        if (await TryOpenAsync(_tried, name, CancellationToken.None) is { } file)
            await file.DisposeAsync();
        await KeysAsync(_tried.Job, CancellationToken.None);
        await _standstill.EndAsync(limit => _client.DeleteObjectAsync(_bucket, request.Key, limit), CancellationToken.None);
    }

    private async Task<S3Object?> TryOpenAsync(FileSet set, string name, CancellationToken cancellation)
    {
        try
        {
            return new S3Object(_client, _reach, _standstill, await _standstill.EndAsync(limit => _client.GetObjectAsync(_bucket, KeyOf(set, name), limit), cancellation));
        }
        catch (AmazonS3Exception gone) when (gone.ErrorCode == Gone)
        {
            return null;
        }
    }

    private async Task<List<string>> KeysAsync(string? job, CancellationToken cancellation)
    {
        var (keys, request) = (new List<string>(), new ListObjectsV2Request { BucketName = _bucket, Prefix = job is null ? _prefix : $"{_prefix}{job}/" });
        while (true)
        {
            var page = await _standstill.EndAsync(limit => _client.ListObjectsV2Async(request, limit), cancellation);
            keys.AddRange((page.S3Objects ?? []).Select(found => found.Key));
            if (page.IsTruncated != true)
                return keys;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    private string KeyOf(FileSet set, string name) => $"{_prefix}{set.Job}/{set.Name}/{name}";

    [LoggerMessage(EventId = 53, Level = LogLevel.Error, Message = "The bucket of the jobs takes files and refused one of {Bytes} bytes: {Status} {Code}, {Reason}")]
    private static partial void LogFileRefused(ILogger logger, long bytes, int status, string? code, string reason);
}
