using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Problems;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Jobs.Callbacks;

/// <summary>
/// Posts how jobs ended to whoever asked for it, signed, until it is taken or was tried often enough. No job waits for it: what is to be posted stands in
/// the records, and any process does it.
/// </summary>
internal sealed partial class CallbackSender(
    JobFolder folder, JobDatabase database, JobView view, CallbackAddress addresses, IOptions<JobsOptions> options, TimeProvider clock, ILogger<CallbackSender> logger) : BackgroundService
{
    private const int AtOnce = 4;

    // What is to be posted later than any wait lasts was planned under another clock.
    private const double LongestWait = 2 * 3600;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(15);

    // Longer than an attempt takes: who takes it over then does so from a process that is gone.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan[] Waits =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1)];

    private readonly byte[]? _key = WebhookSecret.KeyIn(options.Value.CallbackSecret);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!folder.IsUsable || _key is null)
            return;

        // An answer that sends elsewhere would lead around the list of hosts.
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            Timeout = TimeLimit,
        };
        http.DefaultRequestHeaders.UserAgent.Add(UserAgent.Value);
        var posting = new List<(string Receiver, Task Post)>();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var ended in posting.Where(each => each.Post.IsCompleted).ToList())
                {
                    posting.Remove(ended);
                    await ended.Post;
                }

                foreach (var job in await DueAsync([.. posting.Select(each => each.Receiver)], stoppingToken))
                {
                    if (await TakeAsync(job, stoppingToken))
                        posting.Add((ReceiverOf(job.Callback!), PostAsync(http, job, stoppingToken)));
                }

                await Task.WhenAny([Task.Delay(Look, clock, stoppingToken), .. posting.Select(each => each.Post)]);
            }
            catch (Exception failure)
            {
                // Else the store is away, and was said to be; or the service stops.
                if (failure is not (ProblemException or OperationCanceledException))
                    LogUnexpected(failure);
                await Task.Delay(Look, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(posting.Select(each => each.Post)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // To each receiver so many at once by itself: where one does not answer, only what is for it waits.
    private Task<List<JobRecord>> DueAsync(string[] busy, CancellationToken stopping) => database.UseAsync(
        async db =>
        {
            var due = db.Jobs.AsNoTracking().Where(job => job.CallbackNext <= DateTime.UtcNow || job.CallbackNext > DateTime.UtcNow.AddSeconds(LongestWait));
            var addresses = await due.GroupBy(job => job.Callback!).OrderBy(jobs => jobs.Min(job => job.CallbackNext)).Select(jobs => jobs.Key).ToListAsync(stopping);
            var next = new List<JobRecord>();
            foreach (var receiver in addresses.GroupBy(ReceiverOf))
            {
                var free = AtOnce - busy.Count(each => each == receiver.Key);
                if (free == 0)
                    continue;
                string[] first = [.. receiver.Take(free)];
                next.AddRange(await due.Where(job => first.Contains(job.Callback)).OrderBy(job => job.CallbackNext).Take(free).ToListAsync(stopping));
            }

            return next;
        },
        stopping);

    private static string ReceiverOf(string callback) => new Uri(callback).Authority;

    private async Task PostAsync(HttpClient http, JobRecord job, CancellationToken stopping)
    {
        // In the trace of the job's request; the receiver gets it by the header traceparent.
        var tries = job.CallbackTries + 1;
        using var span = StageTimings.Source.StartActivity("callback", ActivityKind.Client, job.Trace)?.SetTag("sassnet.callback.attempt", tries);
        if (await TryPostAsync(http, job, stopping) is { } failure)
        {
            var isLast = tries >= options.Value.CallbackAttempts;
            await PlanAsync(job, isLast ? null : Waits[Math.Min(tries, Waits.Length) - 1], stopping);
            span?.SetStatus(ActivityStatusCode.Error);
            LogFailed(job.Id, tries, failure, isLast ? "given up" : "tried again");
        }
        else
        {
            await PlanAsync(job, null, stopping);
        }
    }

    private Task<bool> TakeAsync(JobRecord job, CancellationToken stopping) => database.UseAsync(
        async db => await db.Jobs.Where(record => record.Id == job.Id && record.CallbackTries == job.CallbackTries && record.CallbackNext != null).ExecuteUpdateAsync(
            set => set
                .SetProperty(record => record.CallbackTries, job.CallbackTries + 1)
                .SetProperty(record => record.CallbackNext, record => DateTime.UtcNow.AddSeconds(Lease.TotalSeconds)),
            stopping) == 1,
        stopping);

    private Task<int> PlanAsync(JobRecord job, TimeSpan? wait, CancellationToken stopping) => database.UseAsync(
        db =>
        {
            var known = db.Jobs.Where(record => record.Id == job.Id);
            return wait is { TotalSeconds: var seconds }
                ? known.ExecuteUpdateAsync(set => set.SetProperty(record => record.CallbackNext, record => DateTime.UtcNow.AddSeconds(seconds)), stopping)
                : known.ExecuteUpdateAsync(set => set.SetProperty(record => record.CallbackNext, (DateTime?)null), stopping);
        },
        stopping);

    /// <summary>Null where it was taken; else why not, without the address, in which there may be secrets.</summary>
    private async Task<string?> TryPostAsync(HttpClient http, JobRecord job, CancellationToken stopping)
    {
        // What it may post to may have been changed since the job was taken in.
        if (!addresses.IsAccepted(job.Callback!))
            return "the service may not post to it any more";
        var body = JsonSerializer.SerializeToUtf8Bytes(view.Of(job), JobsJson.Default.JobDescription);
        var (id, now) = ($"job_{job.Id}", clock.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Post, job.Callback) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, WebhookSignature.Seconds(now));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Of(_key!, id, now, body));
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping);
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException failure)
        {
            return failure.HttpRequestError.ToString();
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return "it did not answer in time";
        }
    }

    [LoggerMessage(EventId = 49, Level = LogLevel.Warning, Message = "The callback of job {JobId} failed at attempt {Tries} ({Reason}) and is {What}")]
    private partial void LogFailed(string jobId, int tries, string reason, string what);

    [LoggerMessage(EventId = 62, Level = LogLevel.Error, Message = "A round of callbacks has failed; the next one follows")]
    private partial void LogUnexpected(Exception failure);
}
