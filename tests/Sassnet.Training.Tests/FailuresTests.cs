using System.Runtime.InteropServices;
using Sassnet.Model.Inference.Memory;
using Sassnet.Training.Configuration;
using Xunit;

namespace Sassnet.Training.Tests;

public sealed class FailuresTests
{
    [Fact]
    public void Memory_that_ran_out_is_told_in_a_line_wherever_it_was_asked_for()
    {
        var failure = new TorchFailure("CUDA out of memory. Tried to allocate 2.00 GiB.");
        Assert.Equal("error: The memory of the device 'cuda:0' does not suffice for the network.", Failures.Of(DeviceOutOfMemoryException.OfNetwork("cuda:0", failure), "--device")!.Value.Line);
        Assert.Equal(("error: Memory ran out. Free some on the device, or take another one: --device.", 1), Failures.Of(failure, "--device"));

        // Where a command takes no device, there is no other to take.
        Assert.Equal(("error: Memory ran out. Free some, then call again.", 1), Failures.Of(failure, null));
        Assert.Equal("memory ran out", Failures.OfMemory(failure));
    }

    [Fact]
    public void What_only_may_be_memory_is_said_to_be_no_more_than_that_and_told_whole()
    {
        var failure = new TorchFailure("GET was unable to find an engine to execute this computation");
        var (line, exitCode) = Failures.Of(failure, "--device")!.Value;
        Assert.StartsWith("error: cuDNN found no way to compute, as it does where memory runs out. ", line, StringComparison.Ordinal);
        Assert.EndsWith(failure.ToString(), line, StringComparison.Ordinal);
        Assert.DoesNotContain("Memory ran out", line, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("cuDNN found no way to compute", Failures.OfMemory(failure), StringComparison.Ordinal);
    }

    [Fact]
    public void Schedulers_are_told_what_another_attempt_would_meet_again_and_what_was_only_stopped()
    {
        Assert.Equal(("error: no", 2), Failures.Of(new InvalidConfigurationException("no"), null));
        Assert.Equal(("error: full", 1), Failures.Of(new IOException("full"), null));
        Assert.Equal(("stopped before the end", 75), Failures.Of(new OperationCanceledException(), null));
        Assert.Null(Failures.Of(new InvalidOperationException("a fault of the program"), null));
    }

    private sealed class TorchFailure(string words) : ExternalException(words);
}
