using Sassnet.Api.Server;
using Sassnet.Api.Tests.Deployment;
using Sassnet.Api.Tests.Reloading;
using Sassnet.Api.Tests.Service;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Server;

public sealed class ShutdownTests
{
    [Fact]
    public void Requests_under_way_have_nearly_all_the_time_that_Compose_gives_the_process()
    {
        var compose = Assert.Single(YamlFile.Documents(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy", "compose.yaml"))));

        // The rest is for freeing the models.
        Assert.Equal("120s", (string?)compose["services"]!["api"]!["stop_grace_period"]);
        Assert.Equal(120 - 10, new ServerOptions().ShutdownTimeLimit.TotalSeconds);
    }

    [Fact]
    public async Task A_request_under_way_is_answered_after_SIGTERM_and_then_the_process_ends()
    {
        await using var service = await ServiceProcess.StartAsync(null);
        var request = service.Client.PostAsync("/segment?inference=window", new ByteArrayContent(Scan.Large), TestContext.Current.CancellationToken);
        await ReceivedAsync(service);
        service.SendTerminate();
        using var response = await request;
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, await service.ExitAsync());
    }

    [Fact]
    public async Task A_request_that_takes_longer_than_the_time_allowed_is_cut_off()
    {
        await using var service = await ServiceProcess.StartAsync(null, ("Sassnet__Server__ShutdownTimeLimit", "00:00:01"));
        var request = service.Client.PostAsync("/segment?inference=window", new ByteArrayContent(Scan.Endless), TestContext.Current.CancellationToken);
        await ReceivedAsync(service);
        service.SendTerminate();
        await Assert.ThrowsAsync<HttpRequestException>(() => request);
        Assert.Equal(0, await service.ExitAsync());
    }

    // A process that is told to end before a request has reached it takes that no more, which is no request under way.
    private static Task ReceivedAsync(ServiceProcess service) => WatchedService.UntilAsync(
        async () => (await FiguresAsync(service)).Contains("stage=\"receive\"", StringComparison.Ordinal), () => FiguresAsync(service));

    private static Task<string> FiguresAsync(ServiceProcess service) => service.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
}
