using System.Globalization;
using System.Text.RegularExpressions;
using Sassnet.Api.Server;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>The lines by which docker/README.md has the service started.</summary>
public sealed partial class DockerRunTests
{
    [Fact]
    public async Task A_service_that_is_started_by_one_line_keeps_its_jobs_and_has_time_to_end()
    {
        var page = await File.ReadAllLinesAsync(Path.Combine(RepositoryFiles.Root, "docker", "README.md"), TestContext.Current.CancellationToken);
        var lines = page.Where(line => line.TrimStart().StartsWith("docker run", StringComparison.Ordinal) && line.EndsWith("sassnet-api:0.1.0", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line =>
        {
            Assert.Contains("-v sassnet-jobs:/var/lib/sassnet ", line, StringComparison.Ordinal);
            var patience = double.Parse(StopTimeout().Match(line).Groups[1].Value, CultureInfo.InvariantCulture);
            Assert.True(patience > new ServerOptions().ShutdownTimeLimit.TotalSeconds, line);
        });
    }

    [GeneratedRegex("--stop-timeout ([0-9]+) ")]
    private static partial Regex StopTimeout();
}
