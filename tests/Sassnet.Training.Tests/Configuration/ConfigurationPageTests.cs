using Sassnet.Tests;
using Xunit;

namespace Sassnet.Training.Tests.Configuration;

public class ConfigurationPageTests
{
    private const string Switch = "SASSNET_WRITE_DOCS";
    private const string Command = Switch + "=1 dotnet run --project tests/Sassnet.Training.Tests -- -class '*ConfigurationPageTests'";

    [Fact]
    public void The_page_of_the_configuration_says_what_the_options_say_of_themselves()
    {
        var file = Path.Combine(RepositoryFiles.Root, "docs", "configuration.md");
        var text = ConfigurationPage.Text(Command);
        if (Environment.GetEnvironmentVariable(Switch) == "1")
            File.WriteAllText(file, text);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == text, $"docs/configuration.md is not what the options say any more; make it anew by: {Command}");
    }
}
