using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Requests;

public sealed class RequestIdTests(SharedService shared)
{
    [Theory]
    [InlineData("7f3a-42.x_Y", true)]
    [InlineData("has spaces in it", false)]
    [InlineData("<script>", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public async Task A_sane_id_comes_back_and_any_other_is_replaced(string sent, bool isKept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.TryAddWithoutValidation("X-Request-Id", sent);
        using var response = await shared.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var id = response.Headers.GetValues("X-Request-Id").Single();
        if (isKept)
            Assert.Equal(sent, id);
        else
            Assert.Matches("^[0-9a-f]{32}$", id);
    }

    [Fact]
    public async Task Two_requests_get_two_ids()
    {
        using var first = await shared.Service.Client.GetAsync("/health/live", TestContext.Current.CancellationToken);
        using var second = await shared.Service.Client.GetAsync("/health/live", TestContext.Current.CancellationToken);
        Assert.NotEqual(first.Headers.GetValues("X-Request-Id"), second.Headers.GetValues("X-Request-Id"));
    }
}
