using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Problems;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Scheduling;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Requests;

/// <summary>What is said of an answer that the service itself breaks off.</summary>
public sealed class RequestLogTests
{
    [Theory]
    [InlineData(true, 503, "job-store-unavailable")]
    [InlineData(false, 500, "internal")]
    public async Task An_answer_that_the_service_breaks_off_is_no_whole_one_in_the_audit_and_in_the_figures(bool isAway, int status, string problem)
    {
        Exception failure = isAway ? new ProblemException(JobProblemTypes.StoreUnavailable, JobProblemTypes.StoreUnavailable.Example) : new IOException("It cannot be read.");
        await using var service = await TestService.StartAsync(
            [], null, services => services.AddSingleton<IJobFiles>(provider => new BreakingFiles(provider.GetRequiredService<FolderFiles>(), failure)));
        var id = await service.Client.SubmittedAsync(Scan.Small);
        (await service.Client.WaitAsync(id)).AssertSucceeded();

        await Assert.ThrowsAsync<HttpRequestException>(() => service.Client.GetByteArrayAsync($"/jobs/{id}/results/segmentation", TestContext.Current.CancellationToken));

        await ScheduledScan.UntilAsync(() => service.Logs.Lines.Any(IsLine));
        Assert.Contains($"problem {problem}", service.Logs.Lines.First(IsLine), StringComparison.Ordinal);
        Assert.Contains($"answered {status} in", service.Logs.Lines.First(IsLine), StringComparison.Ordinal);
        var figures = (await service.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');
        Assert.Contains(figures, line => line.StartsWith("sassnet_failures_total{", StringComparison.Ordinal) && line.Contains($"problem=\"{problem}\"", StringComparison.Ordinal));
        Assert.DoesNotContain(figures, line => line.StartsWith("sassnet_requests_total{", StringComparison.Ordinal)
            && line.Contains("/results/{output}", StringComparison.Ordinal) && line.Contains("status=\"200\"", StringComparison.Ordinal));

        static bool IsLine(string line) => line.Contains("Sassnet.Audit: GET /jobs/{id}/results/{output}", StringComparison.Ordinal);
    }

    /// <summary>The files of the folder of the jobs, each of which breaks off after some bytes when it is read.</summary>
    private sealed class BreakingFiles(FolderFiles files, Exception failure) : IJobFiles
    {
        public bool IsAway => files.IsAway;

        public TimeSpan SweepPause => files.SweepPause;

        public Task ProbeAsync() => files.ProbeAsync();

        public Task<string> NewPartAsync(FileSet set) => files.NewPartAsync(set);

        public Task PutAsync(FileSet set, string folder, CancellationToken cancellation) => files.PutAsync(set, folder, cancellation);

        public Task<string> FetchAsync(FileSet set, IReadOnlyList<string> names, CancellationToken cancellation) => files.FetchAsync(set, names, cancellation);

        public async Task<Stream?> OpenAsync(FileSet set, string name, CancellationToken cancellation)
        {
            await using var file = await files.OpenAsync(set, name, cancellation);
            var bytes = new MemoryStream();
            await file!.CopyToAsync(bytes, cancellation);
            return new BreakingStream(bytes.ToArray(), failure);
        }

        public Task<bool> HasAsync(FileSet set, IReadOnlyList<string> names, CancellationToken cancellation) => files.HasAsync(set, names, cancellation);

        public Task<bool> CopyAsync(FileSet from, FileSet to, IReadOnlyList<StoredResult> results, CancellationToken cancellation) => files.CopyAsync(from, to, results, cancellation);

        public Task<IReadOnlyDictionary<string, IReadOnlyCollection<string>>> ListAsync(string? job, CancellationToken cancellation) => files.ListAsync(job, cancellation);

        public Task ClearAsync(string job, FileSet? kept) => files.ClearAsync(job, kept);
    }

    private sealed class BreakingStream(byte[] bytes, Exception failure) : MemoryStream(bytes)
    {
        private const int Readable = 10;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Readable ? await base.ReadAsync(buffer[..Math.Min(buffer.Length, Readable)], cancellationToken) : throw failure;

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
