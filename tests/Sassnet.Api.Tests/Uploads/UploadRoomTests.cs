using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Uploads;

/// <summary>How many uploads are taken at once, and how many bytes.</summary>
public sealed class UploadRoomTests
{
    [Fact]
    public async Task An_upload_beyond_the_most_at_once_is_503_before_its_body()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Uploads:MaxConcurrent", "1"));
        using (var first = await BeginAsync(service, 100_000))
        {
            using var second = await RawConnection.OpenAsync(service);
            await second.SendHeadAsync("/segment", "Content-Length: 1000000000");
            AssertRefused(await second.ReadAnswerAsync(), "503", "too-many-uploads");
            first.Abort();
        }

        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    [Theory]
    [InlineData(200_000, "503", "storage-full")]
    [InlineData(1_000_001, "413", "upload-too-large")]
    public async Task An_upload_without_room_beside_the_others_is_refused_before_its_body(int length, string status, string slug)
    {
        await using var service = await TestService.StartAsync(("Sassnet:Uploads:MaxTemporaryBytes", "1000000"));
        using (var first = await BeginAsync(service, 900_000))
        {
            using var second = await RawConnection.OpenAsync(service);
            await second.SendHeadAsync("/segment", $"Content-Length: {length}");
            AssertRefused(await second.ReadAnswerAsync(), status, slug);
            first.Abort();
        }

        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task An_upload_that_does_not_tell_its_length_is_refused_when_it_finds_no_more_room()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Uploads:MaxTemporaryBytes", "1000000"));
        using (var first = await BeginAsync(service, 900_000))
        {
            using var second = await RawConnection.OpenAsync(service);
            await second.SendHeadAsync("/segment", "Transfer-Encoding: chunked");
            await second.SendAsync($"{150_000:X}\r\n{new string('x', 150_000)}\r\n");
            AssertRefused(await second.ReadAnswerAsync(), "503", "storage-full");
            first.Abort();
        }

        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task A_length_that_is_only_claimed_takes_no_room_from_others()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Uploads:MaxTemporaryBytes", "1000000"));
        using (var first = await BeginAsync(service, 999_000, sent: 1000))
        {
            await service.AssertStillServesAsync();
            first.Abort();
        }

        await service.AssertNoFilesLeftAsync();
    }

    [Fact]
    public async Task The_last_places_are_for_callers_who_have_none()
    {
        await using var locked = await LockedService.StartAsync(("Sassnet:Uploads:MaxConcurrent", "4"));
        var (slow, other) = (locked.Key("segment"), locked.Key("segment"));
        var begun = new List<RawConnection>();
        for (var upload = 1; upload <= 3; upload++)
        {
            begun.Add(await RawConnection.OpenAsync(locked.Service));
            await begun[^1].SendHeadAsync("/segment", $"Authorization: Bearer {slow}", "Content-Length: 100000");
            await begun[^1].SendAsync(new byte[1000]);
            await WaitUntilTakenAsync(locked.Service, upload * 1000);
        }

        using (var fourth = await locked.SendAsync("POST", "/segment", slow))
        {
            await ProblemAssert.IsAsync(fourth, 503, "too-many-uploads");
            Assert.NotNull(fourth.Headers.RetryAfter);
        }

        using (var served = await locked.SendAsync("POST", "/segment", other))
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        foreach (var upload in begun)
        {
            upload.Abort();
            upload.Dispose();
        }

        await locked.Service.AssertNoFilesLeftAsync();
        using var again = await locked.SendAsync("POST", "/segment", slow);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task What_is_unpacked_takes_room_too()
    {
        var scan = new DicomScan { Columns = 20, Rows = 18, Slices = 16, Value = (column, row, slice) => (short)(column * row * slice) };
        byte[][] files = [.. scan.Classic()];
        var zip = ZipBytes.Of([.. files.Select((file, number) => ($"{number}", file))]);
        var needed = zip.Length + files.Sum(file => file.Length);
        await using var service = await TestService.StartAsync(("Sassnet:Uploads:MaxTemporaryBytes", $"{needed + 10_000}"));
        using (var first = await BeginAsync(service, 15_000))
        {
            using var refused = await service.SegmentAsync(zip);
            await ProblemAssert.IsAsync(refused, 503, "storage-full");
            Assert.NotNull(refused.Headers.RetryAfter);
            first.Abort();
        }

        await service.AssertNoFilesLeftAsync();
        using var served = await service.SegmentAsync(zip);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    /// <summary>Announces an upload and sends some of it, without more all but the last byte; returns once the service has it.</summary>
    private static async Task<RawConnection> BeginAsync(TestService service, int length, int? sent = null)
    {
        var client = await RawConnection.OpenAsync(service);
        await client.SendHeadAsync("/segment", $"Content-Length: {length}");
        await client.SendAsync(new byte[sent ?? (length - 1)]);
        await WaitUntilTakenAsync(service, sent ?? (length - 1));
        return client;
    }

    private static async Task WaitUntilTakenAsync(TestService service, long bytes)
    {
        var folder = service.Services.GetRequiredService<TemporaryFolder>();
        for (var tries = 0; tries < 500 && folder.Taken < bytes; tries++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.InRange(folder.Taken, bytes, long.MaxValue);
    }

    private static void AssertRefused(string answer, string status, string slug)
    {
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Contains($"urn:sassnet:problem:{slug}", answer, StringComparison.Ordinal);
        Assert.Equal(status == "503", answer.Contains("\r\nRetry-After: ", StringComparison.Ordinal));
    }
}
