using System.Globalization;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Requests;

/// <summary>What whoever runs the service sees of a request: lines that have a time and the id that its answer named.</summary>
public sealed class ConsoleTests
{
    private const string Secret = "DOEJANE19700101";

    [Fact]
    public async Task A_line_has_the_time_and_the_requests_id_and_nothing_of_a_patient()
    {
        await using var service = await ServiceProcess.StartAsync(null);
        var before = DateTimeOffset.UtcNow;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/segment/{Secret}.nii.gz") { Content = new ByteArrayContent(Scan.Small), Headers = { { "X-Request-Id", "find-me-1" } } };
        using var refused = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        using var form = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "volume", $"{Secret}.nii.gz" } };
        using var failed = await service.Client.PostAsync("/segment", form, TestContext.Current.CancellationToken);
        var id = failed.Headers.GetValues("X-Request-Id").Single();

        var line = await LineAsync(service, "find-me-1");
        Assert.InRange(DateTimeOffset.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture), before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Contains("POST (none) answered 404", line, StringComparison.Ordinal);
        Assert.Contains("POST /segment answered 400", await LineAsync(service, id), StringComparison.Ordinal);
        Assert.DoesNotContain(service.Lines, printed => printed.Contains(Secret, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<string> LineAsync(ServiceProcess service, string part)
    {
        for (var tries = 0; tries < 100 && !service.Lines.Any(line => line.Contains(part, StringComparison.Ordinal)); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        return service.Lines.First(line => line.Contains(part, StringComparison.Ordinal));
    }
}
