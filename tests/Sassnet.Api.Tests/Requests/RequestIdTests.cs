using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Requests;

public sealed class RequestIdTests(SharedService shared)
{
    [Theory]
    [InlineData("0b1f6a52-9d0e-4c57-8a7e-2f5d3c1b0a99", true)]
    [InlineData("0B1F6A52-9D0E-4C57-8A7E-2F5D3C1B0A99", true)]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e4736", true)]
    [InlineData("4bf92f3577b34da6-a3ce929d0e0e4736", false)]
    [InlineData("DOEJANE19700101", false)]
    [InlineData("DOE-JANE.1970_01", false)]
    [InlineData("0123456789", false)]
    [InlineData("has spaces in it", false)]
    [InlineData("<script>", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public async Task A_random_number_in_the_usual_form_comes_back_and_words_are_replaced(string sent, bool isKept)
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
