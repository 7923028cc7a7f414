using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Configuration;
using Sassnet.Api.Tests.Service;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Configuration;

public sealed class OptionsPageTests(SharedService shared)
{
    private const string Switch = "SASSNET_WRITE_DOCS";
    private const string Command = Switch + "=1 dotnet run --project tests/Sassnet.Api.Tests -- -class '*OptionsPageTests'";

    [Fact]
    public void The_page_of_the_service_says_what_the_options_of_every_section_say_of_themselves()
    {
        var file = Path.Combine(RepositoryFiles.Root, "docs", "service.md");
        var text = OptionsPage.Text(shared.Service.Services.GetServices<ConfigurationSection>(), Command);
        if (Environment.GetEnvironmentVariable(Switch) == "1")
            File.WriteAllText(file, text);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == text, $"docs/service.md is not what the options say any more; make it anew by: {Command}");
    }
}
