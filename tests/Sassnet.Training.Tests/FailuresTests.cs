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
        Assert.Equal("error: The memory of the device 'cuda:0' does not suffice for the network.", Failures.Of(DeviceOutOfMemoryException.OfNetwork("cuda:0", new TorchFailure()))!.Value.Line);
        var (line, exitCode) = Failures.Of(new TorchFailure())!.Value;
        Assert.StartsWith("error: Memory ran out.", line, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public void Schedulers_are_told_what_another_attempt_would_meet_again_and_what_was_only_stopped()
    {
        Assert.Equal(("error: no", 2), Failures.Of(new InvalidConfigurationException("no")));
        Assert.Equal(("error: full", 1), Failures.Of(new IOException("full")));
        Assert.Equal(("stopped before the end", 75), Failures.Of(new OperationCanceledException()));
        Assert.Null(Failures.Of(new InvalidOperationException("a fault of the program")));
    }

    private sealed class TorchFailure() : ExternalException("CUDA out of memory. Tried to allocate 2.00 GiB.");
}
