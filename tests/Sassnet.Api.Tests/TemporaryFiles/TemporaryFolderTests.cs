using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.TemporaryFiles;

public sealed class TemporaryFolderTests
{
    [Fact]
    public async Task The_service_is_not_ready_while_its_folder_cannot_be_written_and_is_again_afterwards()
    {
        await using var service = await TestService.StartAsync();
        var folder = Assert.Single(Directory.GetDirectories(service.UploadFolder));
        Directory.Delete(folder);
        await File.WriteAllTextAsync(folder, "in its place", TestContext.Current.CancellationToken);
        using (var closed = await service.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken))
            Assert.Contains("cannot be written", await ProblemAssert.IsAsync(closed, 503, "storage-full"), StringComparison.Ordinal);

        File.Delete(folder);
        using (var ready = await service.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        await service.AssertStillServesAsync();
    }
}
