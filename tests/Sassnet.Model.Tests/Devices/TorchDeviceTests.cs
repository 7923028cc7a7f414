using Sassnet.Model.Devices;
using TorchSharp;
using Xunit;

namespace Sassnet.Model.Tests.Devices;

public class TorchDeviceTests
{
    [Fact]
    public void Auto_is_the_processor_where_there_is_no_other_device() =>
        Assert.Equal(torch.cuda.is_available() ? "cuda:0" : "cpu", TorchDevice.Find("auto").ToString());

    [Fact]
    public void The_processor_can_be_asked_for() => Assert.Equal(DeviceType.CPU, TorchDevice.Find("cpu").type);

    [Theory]
    [InlineData("gpu")]
    [InlineData("")]
    [InlineData("CPU")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:one")]
    [InlineData("cuda:99")]
    public void Another_name_or_an_absent_device_is_refused_by_name(string name)
    {
        var failure = Assert.Throws<ArgumentException>(() => TorchDevice.Find(name));
        Assert.Contains($"'{name}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("cpu", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absent_device_is_refused_with_what_LibTorch_sees()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "A CUDA device is there.");
        Assert.All((string[])["cuda", "cuda:0", "cuda:7"], name =>
            Assert.Equal($"The device '{name}' is not there. LibTorch sees no CUDA device; accepted here: cpu.", Assert.Throws<ArgumentException>(() => TorchDevice.Find(name)).Message));
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("CUDA")]
    [InlineData("cuda:")]
    [InlineData("cuda:one")]
    public void An_unknown_name_is_refused_with_those_that_are_known(string name) =>
        Assert.Equal($"The device '{name}' is unknown; accepted: auto, cpu, cuda or cuda:N.", Assert.Throws<ArgumentException>(() => TorchDevice.Find(name)).Message);
}
