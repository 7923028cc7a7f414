using System.CommandLine;
using Sassnet.Tests;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

public class RobustnessCommandTests
{
    [Theory]
    [InlineData("gpu", "accepted: auto, cpu, cuda or cuda:N")]
    [InlineData("cuda:99", "LibTorch sees ")]
    public async Task A_device_that_is_not_there_is_an_error_that_names_what_is(string device, string expected)
    {
        var package = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom");
        string[] arguments = ["--model", package, "--data", package, "--list", "none.list", "--output", Path.Combine(Path.GetTempPath(), "sassnet-none"), "--device", device];
        var error = await Assert.ThrowsAsync<InvalidConfigurationException>(() => RobustnessCommand.Create().Parse(arguments).InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken));
        Assert.Contains($"'--device' is {device}", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
