using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sassnet.Api.Health;
using Sassnet.Api.Problems;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Tests.Service;
using Sassnet.Api.Uploads;
using Xunit;

namespace Sassnet.Api.Tests.Health;

public sealed class RoomCheckTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("sassnet-room-tests-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void The_disk_is_asked_once_a_second_and_its_answer_good_or_bad_stands_no_longer()
    {
        var clock = new ManualClock();
        using var folder = new TemporaryFolder(_root.FullName, 1 << 20, NullLogger<TemporaryFolder>.Instance);
        var own = Assert.Single(_root.GetDirectories()).FullName;
        var check = new RoomCheck(folder, Options.Create(new UploadOptions { MaxCompressedBytes = 1 }), clock);
        check.Require();

        Directory.Delete(own);
        File.WriteAllText(own, "in its place");
        clock.Advance(TimeSpan.FromSeconds(0.999));
        check.Require();
        clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal(ProblemTypes.StorageFull, Assert.Throws<ProblemException>(check.Require).Type);

        File.Delete(own);
        clock.Advance(TimeSpan.FromSeconds(0.999));
        Assert.Throws<ProblemException>(check.Require);
        clock.Advance(TimeSpan.FromSeconds(0.001));
        check.Require();
    }
}
