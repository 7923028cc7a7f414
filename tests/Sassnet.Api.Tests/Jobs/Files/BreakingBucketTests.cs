using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Files;

/// <summary>Buckets whose connections break off in the middle of an object.</summary>
public sealed class BreakingBucketTests
{
    // Less than a result.
    private const int Some = 20;

    [Fact]
    public async Task A_result_whose_connection_breaks_off_is_read_on_from_there_and_the_bucket_is_not_away()
    {
        await using var bucket = await StubBucket.StartAsync();
        await using var service = await TestService.StartAsync(bucket.Settings);
        var id = await service.Client.SubmittedAsync(Scan.Small);
        (await service.Client.WaitAsync(id)).AssertSucceeded();
        var whole = await service.Client.ResultAsync(id, "segmentation");
        Assert.True(whole.Length > Some * 2);

        // Twice, and after something came each time.
        var (breaks, before) = (2, bucket.Requests.Count(IsOfResult));
        bucket.BreakingOff = request => IsOfResult(request) && breaks-- > 0 ? Some : null;
        Assert.Equal(whole, await service.Client.ResultAsync(id, "segmentation"));
        Assert.Equal(3, bucket.Requests.Count(IsOfResult) - before);
        Assert.DoesNotContain(service.Logs.Lines, IsOfAway);
    }

    [Fact]
    public async Task A_bucket_that_breaks_off_again_before_anything_has_come_is_away()
    {
        await using var bucket = await StubBucket.StartAsync();
        await using var service = await TestService.StartAsync(bucket.Settings);
        var id = await service.Client.SubmittedAsync(Scan.Small);
        (await service.Client.WaitAsync(id)).AssertSucceeded();
        var before = bucket.Requests.Count(IsOfResult);
        bucket.BreakingOff = request => IsOfResult(request) ? 0 : null;
        Assert.NotNull(await Record.ExceptionAsync(() => service.Client.ResultAsync(id, "segmentation")));
        Assert.Equal(2, bucket.Requests.Count(IsOfResult) - before);
        Assert.Contains(service.Logs.Lines, IsOfAway);
    }

    private static bool IsOfResult(string request) => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains("/results-", StringComparison.Ordinal);

    private static bool IsOfAway(string line) => line.Contains("The bucket of the jobs cannot be used", StringComparison.Ordinal);
}
