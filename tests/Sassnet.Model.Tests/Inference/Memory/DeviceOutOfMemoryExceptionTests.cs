using System.Runtime.InteropServices;
using Sassnet.Model.Inference.Memory;
using Xunit;

namespace Sassnet.Model.Tests.Inference.Memory;

public sealed class DeviceOutOfMemoryExceptionTests
{
    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 139.80 GiB")]
    [InlineData("[enforce fail at alloc_cpu.cpp:121] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 68719476736 bytes.")]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")]
    [InlineData("cuDNN error: CUDNN_STATUS_ALLOC_FAILED")]
    [InlineData("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED")]
    [InlineData("std::bad_alloc")]
    public void Torch_says_in_many_words_that_memory_ran_out(string words)
    {
        Assert.True(DeviceOutOfMemoryException.IsSaidBy(new TorchFailure(words)));
        Assert.True(DeviceOutOfMemoryException.IsMeantBy(new TorchFailure(words)));
    }

    [Theory]
    [InlineData("GET was unable to find an engine to execute this computation")]
    [InlineData("FIND was unable to find an engine to execute this computation after trying 3 plans.")]
    [InlineData("Unable to find a valid cuDNN algorithm to run convolution")]
    public void A_workspace_without_memory_is_told_as_a_missing_kernel(string words)
    {
        Assert.False(DeviceOutOfMemoryException.IsSaidBy(new TorchFailure(words)));
        Assert.True(DeviceOutOfMemoryException.IsMeantBy(new TorchFailure(words)));
    }

    [Theory]
    [InlineData("CUDA error: an illegal memory access was encountered")]
    [InlineData("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED")]
    [InlineData("cuDNN error: CUDNN_STATUS_NOT_SUPPORTED. This error may appear if you passed in a non-contiguous input.")]
    [InlineData("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR")]
    [InlineData("CUDA error: no kernel image is available for execution on the device")]
    [InlineData("Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!")]
    public void Other_faults_are_not_taken_for_it(string words) => Assert.False(DeviceOutOfMemoryException.IsMeantBy(new TorchFailure(words)));

    [Fact]
    public void The_same_words_of_another_than_torch_mean_nothing() => Assert.False(DeviceOutOfMemoryException.IsMeantBy(new IOException("out of memory")));

    [Fact]
    public void The_runtimes_own_exception_is_enough() => Assert.True(DeviceOutOfMemoryException.IsSaidBy(new InsufficientMemoryException()));

    private sealed class TorchFailure(string words) : ExternalException(words);
}
