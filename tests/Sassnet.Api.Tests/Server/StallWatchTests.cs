using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Server;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Server;

public sealed class StallWatchTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_client_that_stands_still_after_a_fast_start_gives_the_room_of_its_answer_back()
    {
        await using var service = await StartAsync();
        using var client = NarrowClient.To(service);
        using var response = await AnswerAsync(client);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte[1_000_000], TestContext.Current.CancellationToken);
        var folder = service.Services.GetRequiredService<TemporaryFolder>();
        Assert.NotEqual(0, folder.Taken);
        for (var tries = 0; tries < 600 && folder.Taken > 0; tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(0, folder.Taken);
        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task A_client_that_is_slow_and_goes_on_gets_all_of_its_answer()
    {
        await using var service = await StartAsync();
        using var client = NarrowClient.To(service);
        using var response = await AnswerAsync(client);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var (part, all, read) = (new byte[400_000], 0L, 0);
        do
        {
            await Task.Delay(Longest / 6, TestContext.Current.CancellationToken);
            read = await body.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, TestContext.Current.CancellationToken);
            all += read;
        }
        while (read > 0);
        Assert.Equal(response.Content.Headers.ContentLength, all);
    }

    private static Task<TestService> StartAsync() =>
        TestService.StartAsync([], null, services => services.AddSingleton(new StallWatch(new MinDataRate(2048, Longest), TimeProvider.System)));

    // So fine a grid that the network, which has its own, has little to do, and more than the sockets' buffers hold.
    private static async Task<HttpResponseMessage> AnswerAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/segment?inference=whole&output=probability") { Content = new ByteArrayContent(Scan.Gzipped(160, 160, 96, scale: 0.5)) };
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.InRange(response.Content.Headers.ContentLength ?? 0, 6_000_000, long.MaxValue);
        return response;
    }
}
