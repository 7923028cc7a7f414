using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Health;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.TemporaryFiles;

public sealed class TemporaryFolderTests
{
    [Fact]
    public async Task The_service_is_not_ready_while_its_folder_cannot_be_written_and_is_again_afterwards()
    {
        var clock = new SteppedClock();
        await using var service = await TestService.StartAsync([], null, services => services.AddSingleton<TimeProvider>(clock));
        var folder = Assert.Single(Directory.GetDirectories(service.UploadFolder));
        Directory.Delete(folder);
        await File.WriteAllTextAsync(folder, "in its place", TestContext.Current.CancellationToken);
        clock.Step(RoomCheck.Kept);
        using (var closed = await service.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken))
            Assert.Contains("cannot be written", await ProblemAssert.IsAsync(closed, 503, "storage-full"), StringComparison.Ordinal);

        File.Delete(folder);
        clock.Step(RoomCheck.Kept);
        using (var ready = await service.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        await service.AssertStillServesAsync();
    }
}
