using System.Text.Json;
using System.Text.RegularExpressions;
using Sassnet.Api.Tests.Service;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.OpenApi;

public sealed class RequestFileTests(SharedService shared)
{
    [Fact]
    public async Task The_file_of_requests_has_one_for_every_endpoint_of_the_document()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "Sassnet.Api.http"), TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(await shared.Service.Client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative), TestContext.Current.CancellationToken));
        var endpoints = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"))
            .ToList();
        Assert.NotEmpty(endpoints);
        Assert.All(endpoints, endpoint => Assert.Matches(Request(endpoint), text));
    }

    // A path's parameters stand for one part of it each.
    private static Regex Request(string endpoint)
    {
        var (method, path) = (endpoint[..endpoint.IndexOf(' ', StringComparison.Ordinal)], endpoint[(endpoint.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var parts = path.Split('/').Select(part => part.StartsWith('{') ? "[^/?\\s]+" : Regex.Escape(part));
        return new Regex($@"^{method} \{{\{{host\}}\}}{string.Join('/', parts)}(\?\S*)?\r?$", RegexOptions.Multiline);
    }
}
