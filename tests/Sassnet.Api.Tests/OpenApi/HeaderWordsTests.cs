using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.OpenApi;

public sealed class HeaderWordsTests(SharedService shared)
{
    [Fact]
    public async Task What_is_said_of_headers_holds_where_it_is_said()
    {
        using var document = JsonDocument.Parse(await shared.Service.Client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative), TestContext.Current.CancellationToken));
        var paths = document.RootElement.GetProperty("paths");
        var id = paths.GetProperty("/models").GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("headers").GetProperty("X-Request-Id");

        // Words are replaced, see RequestIdTests.
        Assert.Contains("UUID or 32 hexadecimal digits", id.GetProperty("description").GetString(), StringComparison.Ordinal);

        // A job's results do not have it.
        var parameters = paths.GetProperty("/jobs").GetProperty("post").GetProperty("parameters").EnumerateArray();
        var encoding = parameters.Single(parameter => parameter.GetProperty("name").GetString() == "segEncoding");
        Assert.Contains("`Sassnet-Seg-Encoding` of answers of `POST /segment`", encoding.GetProperty("description").GetString(), StringComparison.Ordinal);
    }
}
