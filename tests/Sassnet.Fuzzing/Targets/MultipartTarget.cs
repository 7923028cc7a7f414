using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Uploads;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Model.Tests.Nifti;

namespace Sassnet.Fuzzing.Targets;

/// <summary>Bodies of uploads: a line with the content type, then the body. Whether it is taken or refused, no file is left.</summary>
internal static class MultipartTarget
{
    private const string Boundary = "cut";

    private static readonly Lazy<(UploadReceiver Receiver, string Root)> Receiving = new(() =>
    {
        var root = Directory.CreateTempSubdirectory("uploads-").FullName;
        var options = new UploadOptions { MaxCompressedBytes = 1 << 20, MaxDecompressedBytes = FuzzTarget.Limits.MaxDecompressedBytes, MaxFiles = 20 };
        var folder = new TemporaryFolder(root, 64 << 20, NullLogger<TemporaryFolder>.Instance);
        return (new UploadReceiver(folder, Options.Create(options), TimeProvider.System), Directory.GetDirectories(root).Single());
    });

    public static FuzzTarget Target { get; } = new(bytes => ReadAsync(bytes).GetAwaiter().GetResult(), Seeds, [.. ((string[])
    [
        $"\r\n--{Boundary}\r\n", $"\r\n--{Boundary}--\r\n", "Content-Disposition: form-data; name=\"volume\"\r\n\r\n",
        "Content-Type: ", "multipart/form-data; boundary=", "; filename*=utf-8''",
    ]).Select(Encoding.ASCII.GetBytes)]);

    private static async Task ReadAsync(byte[] bytes)
    {
        var (receiver, root) = Receiving.Value;
        var end = Array.IndexOf(bytes, (byte)'\n');
        var context = new DefaultHttpContext();
        context.Request.ContentType = Encoding.Latin1.GetString(bytes.AsSpan(0, Math.Max(0, end)));
        context.Request.Body = new MemoryStream(bytes[(end + 1)..]);
        try
        {
            using var upload = await receiver.ReceiveAsync(context.Request, CancellationToken.None);
            FindingException.ThrowUnless(upload.Files.Files.Count > 0 && upload.Files.Files.All(file => File.Exists(file.Path)), "an upload without its files");
        }
        finally
        {
            FindingException.ThrowUnless(!Directory.EnumerateFileSystemEntries(root).Any(), "files are left");
        }
    }

    private static IEnumerable<byte[]> Seeds()
    {
        var slices = new DicomScan { Columns = 2, Rows = 2 }.Classic().Take(2).ToArray();
        var scan = new NiftiBytes { Dim = [3, 2, 2, 2, 1, 1, 1, 1] }.ToBytes();
        yield return Form(("volume", scan));
        yield return Form([.. slices.Select(slice => ("volume", slice))]);
        yield return Form(("volume", ZipBytes.Of(("a", slices[0]), ("b", slices[1]))));
        yield return Form(("volume", scan), ("model", "left-atrium"u8.ToArray()));
        yield return Form(("volume", []));
        yield return Form(("volume", scan))[..^12];
        yield return [.. "application/octet-stream\n"u8, .. scan];
        yield return [.. "multipart/form-data; boundary=\"cut\"\npreamble\r\n"u8, .. Form(("volume", scan))[^400..], .. "epilogue"u8];
        yield return [.. "multipart/form-data\n"u8, .. scan];
    }

    private static byte[] Form(params (string Name, byte[] Content)[] parts) =>
    [
        .. Encoding.ASCII.GetBytes($"multipart/form-data; boundary={Boundary}\n"),
        .. parts.SelectMany(part => (byte[])
            [.. Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{part.Name}\"; filename=\"a\"\r\n\r\n"), .. part.Content, .. "\r\n"u8]),
        .. Encoding.ASCII.GetBytes($"--{Boundary}--\r\n"),
    ];
}
