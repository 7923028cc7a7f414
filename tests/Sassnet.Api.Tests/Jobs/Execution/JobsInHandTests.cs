using Sassnet.Api.Jobs.Execution;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Execution;

public sealed class JobsInHandTests
{
    [Fact]
    public void A_job_that_is_lost_is_told_so()
    {
        var inHand = new JobsInHand();
        using var job = new JobInHand("a", attempt: 1);
        inHand.Run(job);
        Assert.True(inHand.Lose("a"));
        Assert.True(job.Lost.IsCancellationRequested);
        Assert.False(inHand.Lose("b"));
    }

    [Fact]
    public void One_that_has_just_ended_is_lost_without_a_fault()
    {
        var inHand = new JobsInHand();
        var job = new JobInHand("a", attempt: 1);
        inHand.Run(job);
        job.Dispose();
        Assert.True(inHand.Lose("a"));
    }
}
