using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Endpoints;

public sealed class JobStoreTests : SharedJobsTests
{
    [Fact]
    public async Task Of_jobs_that_come_together_to_several_nodes_no_more_wait_than_their_caller_may_have()
    {
        (string, string)[] settings = [.. Shared, ("Sassnet:Limits:JobsWaiting", "3")];
        await using var first = await TestService.StartAsync(settings);
        await using var second = await TestService.StartAsync(settings);
        var running = new List<string>();
        for (var node = 0; node < 2; node++)
        {
            running.Add(await first.Client.SubmittedAsync(Scan.Endless, "?inference=window"));
            await first.Client.WaitAsync(running[^1], "running");
        }

        for (var round = 0; round < 10; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(async number =>
            {
                using var response = await (number % 2 == 0 ? first : second).Client.SubmitAsync(Scan.Small);
                return (response.StatusCode, Id: response.Headers.Location?.OriginalString);
            }));
            Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
            Assert.Equal(13, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
            foreach (var (_, path) in answers.Where(answer => answer.Id is not null))
            {
                using (await first.Client.CallAsync(HttpMethod.Delete, path!))
                using (await first.Client.CallAsync(HttpMethod.Delete, path!))
                    continue;
            }
        }

        foreach (var id in running)
        {
            using (await first.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}"))
                await first.Client.WaitAsync(id);
        }
    }
}
