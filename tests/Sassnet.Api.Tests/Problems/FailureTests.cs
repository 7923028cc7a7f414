using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Inference.Memory;
using Xunit;

namespace Sassnet.Api.Tests.Problems;

/// <summary>Failures that cannot be had on demand, thrown behind the service's own pipeline.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task Running_out_of_memory_is_503_and_the_service_goes_on()
    {
        await using var service = await StartAsync();
        foreach (var path in (string[])["/throw/memory", "/throw/heap"])
        {
            using var response = await service.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("inference=window", await ProblemAssert.IsAsync(response, 503, "out-of-memory"), StringComparison.Ordinal);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task The_unexpected_is_500_with_the_id_under_which_the_log_has_it()
    {
        await using var service = await StartAsync();
        using var response = await service.Client.GetAsync("/throw/other", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("a secret", await ProblemAssert.IsAsync(response, 500, "internal"), StringComparison.Ordinal);
        var id = response.Headers.GetValues("X-Request-Id").Single();
        Assert.Contains(service.Logs.Lines, line => line.Contains("a secret", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400, "bad-request")]
    [InlineData(408, "slow-upload")]
    [InlineData(413, "bad-request")]
    [InlineData(415, "bad-request")]
    [InlineData(431, "bad-request")]
    public async Task What_the_server_itself_refuses_keeps_its_status(int status, string slug)
    {
        await using var service = await StartAsync();
        using var response = await service.Client.GetAsync($"/throw/{status}", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(response, status, slug);
        Assert.DoesNotContain(service.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static Task<TestService> StartAsync() =>
        TestService.StartAsync([], null, services => services.AddSingleton<IStartupFilter, ThrowingPaths>());

    private sealed class ThrowingPaths : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.Use((context, following) => context.Request.Path.Value switch
            {
                "/throw/memory" => throw new DeviceOutOfMemoryException("cpu", new InvalidOperationException()),
                "/throw/heap" => throw new InsufficientMemoryException(),
                { } path when path.StartsWith("/throw/4", StringComparison.Ordinal) =>
                    throw new BadHttpRequestException("a reason", int.Parse(path[^3..], CultureInfo.InvariantCulture)),
                "/throw/other" => throw new InvalidOperationException("a secret of the service's"),
                _ => following(context),
            });
        };
    }
}
