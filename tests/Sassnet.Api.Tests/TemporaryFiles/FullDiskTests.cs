using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Health;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.TemporaryFiles;

/// <summary>
/// A disk that other programs have filled: the request gets 503, nothing is left behind, and with room again the next one is served.
/// </summary>
public sealed class FullDiskTests : IDisposable
{
    private const int Kibibyte = 1024;

    private readonly SmallDisk _disk = new();
    private readonly string _decoders = Directory.CreateTempSubdirectory("sassnet-decoders-").FullName;

    private (string Key, string Value) OnTheDisk => ("Sassnet:Uploads:Folder", Path.Combine(_disk.Folder, "uploads"));

    public void Dispose()
    {
        _disk.Dispose();
        Directory.Delete(_decoders, recursive: true);
    }

    [Fact]
    public async Task The_service_is_not_ready_while_the_disk_is_full_and_is_again_afterwards()
    {
        var clock = new SteppedClock();
        await using var service = await TestService.StartAsync([OnTheDisk], null, services => services.AddSingleton<TimeProvider>(clock));
        _disk.FillUpTo(100 * Kibibyte);
        clock.Step(RoomCheck.Kept);
        using (var full = await service.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken))
        {
            Assert.Contains("bytes are free", await ProblemAssert.IsAsync(full, 503, "storage-full"), StringComparison.Ordinal);
            Assert.NotNull(full.Headers.RetryAfter);
        }

        _disk.Empty();
        clock.Step(RoomCheck.Kept);
        using var ready = await service.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Receiving_meets_it(bool tellsLength)
    {
        await using var service = await StartAsync();
        _disk.FillUpTo(100 * Kibibyte);
        await RefusedAsync(service, () =>
        {
            var scan = Scan.Ball(64, 64, 32).ToBytes();
            var request = new HttpRequestMessage(HttpMethod.Post, "/segment") { Content = new ByteArrayContent(scan) };
            request.Headers.TransferEncodingChunked = !tellsLength;
            return request;
        });
    }

    [Fact]
    public async Task Unpacking_meets_it()
    {
        var scan = new DicomScan { Columns = 128, Rows = 128, Slices = 16, Value = (column, _, _) => (short)column };
        var zip = ZipBytes.Of([.. scan.Classic().Select((file, number) => ($"{number}", file))]);
        await using var service = await StartAsync();
        _disk.FillUpTo(zip.Length + (100 * Kibibyte));
        await RefusedAsync(service, () => new HttpRequestMessage(HttpMethod.Post, "/segment") { Content = new ByteArrayContent(zip) });
    }

    [Fact]
    public async Task Decoding_meets_it()
    {
        // As dcmdjpeg does: it writes until it cannot, says nothing that could be told from damaged pixels, and takes its file away.
        var path = Path.Combine(_decoders, "dcmdjpeg");
        const string script = "#!/bin/sh\nhead -c 1000000 /dev/zero > \"$2\" || { rm -f \"$2\"; exit 1; }\n";
        await File.WriteAllTextAsync(path, script, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_decoders, (UnixFileMode)0b111_101_101);
        byte[] header = [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 16, 0, 18, 0, 20, 1, 1, 0x11, 0, 0];
        var scan = new DicomScan { Syntax = "1.2.840.10008.1.2.4.70", Columns = 20, Rows = 18 };
        await using var service = await StartAsync(("Sassnet:Dicom:DecoderPath", $"{_decoders}:/usr/bin:/bin"));
        _disk.FillUpTo(200 * Kibibyte);
        using var response = await service.Client.SendAsync(Form(), TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(response, 503, "storage-full");
        Assert.NotNull(response.Headers.RetryAfter);

        // With room, the pixels are what is wrong.
        _disk.Empty();
        using var damaged = await service.Client.SendAsync(Form(), TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(damaged, 422, "decode-failed");

        HttpRequestMessage Form()
        {
            var form = new MultipartFormDataContent();
            for (var slice = 0; slice < 4; slice++)
                form.Add(new ByteArrayContent(scan.Slice(slice).Fragments([], header).ToBytes()), "volume", "slice.dcm");
            return new HttpRequestMessage(HttpMethod.Post, "/segment") { Content = form };
        }
    }

    [Theory]
    [InlineData("probability")]
    [InlineData("all")]
    [InlineData("surface")]
    public async Task Writing_the_answer_meets_it(string output)
    {
        await using var service = await StartAsync();
        _disk.FillUpTo(Scan.Medium.Length + (32 * Kibibyte));
        var target = $"/segment?output={output}";
        await RefusedAsync(service, () => new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(Scan.Medium) });
    }

    private Task<TestService> StartAsync(params (string Key, string Value)[] settings) =>
        TestService.StartAsync([OnTheDisk, .. settings]);

    private async Task RefusedAsync(TestService service, Func<HttpRequestMessage> request)
    {
        using (var refused = await service.Client.SendAsync(request(), TestContext.Current.CancellationToken))
        {
            await ProblemAssert.IsAsync(refused, 503, "storage-full");
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        for (var tries = 0; tries < 1200 && Left().Any(); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Empty(Left());
        _disk.Empty();
        using var served = await service.Client.SendAsync(request(), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    private IEnumerable<string> Left() => Directory
        .EnumerateFiles(Path.Combine(_disk.Folder, "uploads"), "*", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal));
}
