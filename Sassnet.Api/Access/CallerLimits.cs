using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Sassnet.Api.Problems;
using Sassnet.Model.Wording;

namespace Sassnet.Api.Access;

/// <summary>
/// How much one caller may ask for: the holder of a key, the subject of a token, or whoever sends from one address while the service is open. What they do not
/// limit is shared as it comes.
/// </summary>
public sealed class CallerLimitOptions
{
    /// <summary>
    /// The most requests in a minute: as many in a row, and then one for each share of the minute that has passed. Default: no limit. Range: 1 to 1 000 000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? RequestsPerMinute { get; set; }

    /// <summary>The most requests at once, until their answer is sent. Default: no limit. Range: 1 to 10 000.</summary>
    [Range(1, 10_000)]
    public int? ConcurrentRequests { get; set; }

    /// <summary>
    /// The most bytes of bodies in an hour: by the length that a request tells, or as they are sent where it tells none; they come back evenly over the hour.
    /// Default: no limit. Range: 1 KiB to 1 TiB.
    /// </summary>
    [Range(1L << 10, 1L << 40)]
    public long? BytesPerHour { get; set; }

    /// <summary>
    /// The most jobs that wait for their turn; while the service is open, of all addresses together, since jobs are kept and addresses are not. Default: no limit.
    /// Range: 1 to 1 000 000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? JobsWaiting { get; set; }
}

/// <summary>Keeps callers to their limits, before their body is read where it tells its length. What asks for no scope is not counted.</summary>
internal sealed class CallerLimits : IDisposable
{
    // How often the library looks at what has come back to a caller.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly CallerLimitOptions _options;
    private readonly PartitionedRateLimiter<string>? _requests;
    private readonly PartitionedRateLimiter<string>? _concurrent;
    private readonly PartitionedRateLimiter<string>? _kibibytes;

    public CallerLimits(IOptions<CallerLimitOptions> options)
    {
        _options = options.Value;
        _requests = _options.RequestsPerMinute is { } requests ? TokensWithin(Minute, requests) : null;
        _kibibytes = _options.BytesPerHour is { } bytes ? TokensWithin(Hour, CallerBytes.Kibibytes(bytes)) : null;
        _concurrent = _options.ConcurrentRequests is { } concurrent
            ? PartitionedRateLimiter.Create<string, string>(caller =>
                RateLimitPartition.GetConcurrencyLimiter(caller, _ => new ConcurrencyLimiterOptions { PermitLimit = concurrent }))
            : null;
    }

    // Clients that were refused together come back apart.
    private static TimeSpan Soon => TimeSpan.FromSeconds(Random.Shared.Next(2, 8));

    /// <summary>Goes on with a request that is within the limits.</summary>
    /// <exception cref="ProblemException">It is not.</exception>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Scope.Of(context.GetEndpoint()) is null)
        {
            await next(context);
            return;
        }

        var caller = Caller.ShareOf(context);
        using var place = _concurrent?.AttemptAcquire(caller);
        if (place is { IsAcquired: false })
            throw Exceeded(
                Counted.Of(_options.ConcurrentRequests!.Value, "request of this caller is", "requests of this caller are") + " being answered already, the most allowed at once.", Soon);
        using var request = _requests?.AttemptAcquire(caller);
        if (request is { IsAcquired: false })
            throw Exceeded(
                $"This caller has sent {Counted.Of(_options.RequestsPerMinute!.Value, "request")} in a minute, the most allowed.", Wait(request));
        if (_kibibytes is not null)
            Count(context, new CallerBytes((more, all) => Take(caller, more, all, isWhole: context.Request.ContentLength is not null)));
        await next(context);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _requests?.Dispose();
        _concurrent?.Dispose();
        _kibibytes?.Dispose();
    }

    // A bucket of so many for each caller, which fills up within that time. One comes back after the other, and so the limiter can tell when there are enough; of windows it
    // only tells how long they are.
    private static PartitionedRateLimiter<string> TokensWithin(TimeSpan time, int count) => PartitionedRateLimiter.Create<string, string>(caller =>
        RateLimitPartition.GetTokenBucketLimiter(
            caller, _ => new TokenBucketRateLimiterOptions { TokenLimit = count, TokensPerPeriod = 1, ReplenishmentPeriod = time / count }));

    private static void Count(HttpContext context, CallerBytes bytes)
    {
        if (context.Request.ContentLength is { } length)
            bytes.Read(length);
        else
            context.Features.Set(bytes);
    }

    // Takes so many KiB more of a body, with which it is so many in all; where its length is not known, others may follow.
    private void Take(string caller, int more, int all, bool isWhole)
    {
        var most = CallerBytes.Kibibytes(_options.BytesPerHour!.Value);
        if (all > most)
        {
            throw new ProblemException(ProblemTypes.UploadTooLarge,
                FormattableString.Invariant($"The upload alone is larger than the {_options.BytesPerHour} bytes that a caller may send in an hour. ")
                    + "Compress it (.nii.gz), or crop the volume.");
        }

        using var lease = _kibibytes!.AttemptAcquire(caller, more);
        if (lease.IsAcquired)
            return;

        // What was taken for its beginning is spent, and has to be there again, with room for what would have followed: who came back for the next piece alone would
        // spend each time what had just come back, and never get in.
        var needed = isWhole ? all : (int)Math.Min(2L * all, most);
        throw Exceeded(
            FormattableString.Invariant($"With this upload the caller would have sent more than {_options.BytesPerHour} bytes in an hour, the most allowed."),
            Wait(lease) + (Hour / most * (needed - more)));
    }

    private static TimeSpan Wait(RateLimitLease lease)
    {
        lease.TryGetMetadata(MetadataName.RetryAfter, out var told);
        return told + BetweenLooks;
    }

    private static ProblemException Exceeded(string what, TimeSpan wait) =>
        new(ProblemTypes.CallerLimit, FormattableString.Invariant($"{what} Try again in about {Math.Ceiling(wait.TotalSeconds):0} s."), wait);
}

/// <summary>
/// Counts the bytes of a body that does not tell its length, for whoever reads it. They are taken from the caller's in whole KiB: the limiter counts in
/// numbers of 31 bits.
/// </summary>
/// <param name="take">Takes so many KiB more, with which it is so many in all, or refuses them by an exception.</param>
internal sealed class CallerBytes(Action<int, int> take)
{
    private const int Kibibyte = 1024;

    private long _read;
    private int _taken;

    /// <summary>Says that so many more were read.</summary>
    /// <exception cref="ProblemException">The caller may not send as many.</exception>
    public void Read(long count)
    {
        _read += count;
        var all = Kibibytes(_read);
        if (all == _taken)
            return;
        take(all - _taken, all);
        _taken = all;
    }

    /// <summary>Bytes in KiB, rounded up.</summary>
    public static int Kibibytes(long bytes) => (int)Math.Min((bytes + Kibibyte - 1) / Kibibyte, int.MaxValue);
}
