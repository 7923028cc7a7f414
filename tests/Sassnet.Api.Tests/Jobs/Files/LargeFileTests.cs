using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Tests.Archive;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Files;

/// <summary>Files larger than a bucket takes in one: scans whose files grow on their way into it, since none of that size is sent here.</summary>
public sealed class LargeFileTests
{
    [Fact]
    public async Task A_file_that_a_bucket_does_not_take_is_refused_in_words_that_are_true_of_an_upload_and_of_a_series()
    {
        await using var archive = await StubArchive.StartAsync([.. new DicomScan().Classic()]);
        await using var service = await TestService.StartAsync(
            [("Sassnet:Archive:Servers:pacs:Url", archive.Url)], null, services => services.AddSingleton<IJobFiles>(provider => new GrowingFiles(
                provider.GetRequiredService<FolderFiles>(), Bucket(provider.GetRequiredService<JobFolder>()))));

        using (var response = await service.Client.SubmitAsync(Scan.Small))
        {
            var refused = await ProblemAssert.IsAsync(response, 413, "upload-too-large");
            Assert.Contains("has 5368709121 bytes; the bucket of this service takes 5368709120 in one", refused, StringComparison.Ordinal);
        }

        var (slug, detail) = (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid))).Problem();
        Assert.Equal("upload-too-large", slug);
        Assert.Contains("The series that the archive 'pacs' sent is larger", detail, StringComparison.Ordinal);
        Assert.Contains("more than 5368709120 bytes, which a bucket does not take in one, Sassnet:Jobs:Store", detail, StringComparison.Ordinal);
    }

    // Never reached: what is too large is refused before anything is sent.
    private static S3Files Bucket(JobFolder folder)
    {
        var s3 = new S3Options { Bucket = "jobs", Endpoint = "http://127.0.0.1:9", AccessKey = "key", SecretKey = "secret" };
        return new S3Files(folder, Options.Create(new JobsOptions { S3 = s3 }), new Standstill(TimeProvider.System), NullLogger<S3Files>.Instance);
    }

    /// <summary>Puts inputs into a bucket, sparse and larger than it takes; all else is in the folder of the jobs.</summary>
    private sealed class GrowingFiles(FolderFiles folderFiles, S3Files bucket) : IJobFiles, IDisposable
    {
        public bool IsAway => folderFiles.IsAway;

        public TimeSpan SweepPause => folderFiles.SweepPause;

        public Task ProbeAsync() => folderFiles.ProbeAsync();

        public Task<string> NewPartAsync(FileSet set) => folderFiles.NewPartAsync(set);

        public Task PutAsync(FileSet set, string folder, CancellationToken cancellation)
        {
            foreach (var path in Directory.EnumerateFiles(folder))
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
                file.SetLength(S3Files.MostBytes + 1);
            }

            return bucket.PutAsync(set, folder, cancellation);
        }

        public Task<string> FetchAsync(FileSet set, IReadOnlyList<string> names, CancellationToken cancellation) => folderFiles.FetchAsync(set, names, cancellation);

        public Task<Stream?> OpenAsync(FileSet set, string name, CancellationToken cancellation) => folderFiles.OpenAsync(set, name, cancellation);

        public Task<bool> HasAsync(FileSet set, IReadOnlyList<string> names, CancellationToken cancellation) => folderFiles.HasAsync(set, names, cancellation);

        public Task<bool> CopyAsync(FileSet from, FileSet to, IReadOnlyList<StoredResult> results, CancellationToken cancellation) =>
            folderFiles.CopyAsync(from, to, results, cancellation);

        public Task<IReadOnlyDictionary<string, IReadOnlyCollection<string>>> ListAsync(string? job, CancellationToken cancellation) => folderFiles.ListAsync(job, cancellation);

        public Task ClearAsync(string job, FileSet? kept) => folderFiles.ClearAsync(job, kept);

        public void Dispose() => bucket.Dispose();
    }
}
