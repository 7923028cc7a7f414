using Sassnet.Model.Inference;
using TorchSharp;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public class InferenceDeviceTests
{
    [Fact]
    public void Auto_is_the_processor_where_there_is_no_other_device() =>
        Assert.Equal(torch.cuda.is_available() ? "cuda:0" : "cpu", InferenceDevice.Find("auto").ToString());

    [Fact]
    public void The_processor_can_be_asked_for() => Assert.Equal(DeviceType.CPU, InferenceDevice.Find("cpu").type);

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
        var failure = Assert.Throws<ArgumentException>(() => InferenceDevice.Find(name));
        Assert.Contains($"'{name}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'cpu'", failure.Message, StringComparison.Ordinal);
    }
}
