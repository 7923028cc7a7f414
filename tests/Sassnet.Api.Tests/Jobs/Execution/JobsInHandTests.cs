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

    [Fact]
    public void An_earlier_attempt_that_ends_late_puts_down_no_later_one()
    {
        var inHand = new JobsInHand();
        using var first = new JobInHand("a", attempt: 1);
        using var second = new JobInHand("a", attempt: 2);
        inHand.Run(first);
        inHand.Run(second);
        Assert.True(first.Lost.IsCancellationRequested);
        inHand.PutDown(first);
        Assert.Equal(second, Assert.Single(inHand.Running));
        Assert.True(inHand.Lose("a"));
        Assert.True(second.Lost.IsCancellationRequested);
        inHand.PutDown(second);
        Assert.Empty(inHand.Ids);
    }

    [Fact]
    public void One_that_is_worked_on_before_its_reception_has_ended_stays_in_hand()
    {
        var inHand = new JobsInHand();
        using var job = new JobInHand("a", attempt: 1);
        inHand.Receive("a");
        inHand.Run(job);
        inHand.PutDown("a");
        Assert.Equal(job, Assert.Single(inHand.Running));
        inHand.PutDown(job);
        inHand.Receive("b");
        inHand.PutDown("b");
        Assert.Empty(inHand.Ids);
    }
}
