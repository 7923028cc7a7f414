using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Model.Tests.Nifti;
using Xunit;

namespace Sassnet.Api.Tests.Uploads;

public sealed class UploadTests(SharedService shared)
{
    private TestService Service => shared.Service;

    [Theory]
    [InlineData("application/octet-stream")]
    [InlineData("application/gzip")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task The_body_may_be_the_file_itself_under_any_content_type(string? type)
    {
        using var content = new ByteArrayContent(Scan.Small);
        if (type is not null)
            content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var response = await PostAsync(content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_body_may_be_a_form_with_a_part_named_volume()
    {
        using var form = Form(("volume", Scan.Small));
        using var response = await PostAsync(form);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Service.AssertNoFilesLeftAsync();
    }

    [Fact]
    public Task An_empty_part_is_an_empty_upload() => RefusedAsync(Form(("volume", [])), 400, "empty-upload");

    [Fact]
    public Task Two_volumes_are_refused() => RefusedAsync(Form(("volume", Scan.Small), ("volume", Scan.Small)), 400, "several-volumes");

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task A_pair_of_header_and_voxels_is_refused_at_once_for_what_it_is(bool isHeaderFirst, bool isGzipped)
    {
        var whole = new NiftiBytes { Magic = "ni1\0"u8.ToArray(), VoxOffset = 0 }.ToBytes();
        byte[][] files = [whole[..348], whole[352..]];
        if (isGzipped)
            files = Array.ConvertAll(files, NiftiBytes.Gzip);
        if (!isHeaderFirst)
            Array.Reverse(files);
        const string Said = "The file is the header of a NIfTI pair (.hdr and .img), which has no voxels. Accepted: one NIfTI-1 or NIfTI-2 volume, .nii or .nii.gz";
        Assert.StartsWith(Said, await RefusedAsync(Form([.. files.Select(file => ("volume", file))]), 415, "not-a-volume"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pair_of_Analyze_is_refused_at_once_for_what_it_is()
    {
        var whole = new NiftiBytes { Magic = new byte[4], VoxOffset = 0 }.ToBytes();
        var detail = await RefusedAsync(Form(("volume", whole[..348]), ("volume", whole[352..])), 415, "not-a-volume");
        Assert.StartsWith("The file is a volume of Analyze 7.5", detail, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_form_without_a_part_is_refused()
    {
        var content = new ByteArrayContent("--b--\r\n"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        return RefusedAsync(content, 400, "volume-part-missing");
    }

    [Fact]
    public Task A_part_of_another_name_is_refused() => RefusedAsync(Form(("volume", Scan.Small), ("threshold", "0.4"u8.ToArray())), 400, "unexpected-part");

    [Theory]
    [InlineData("multipart/form-data", "--b\r\n\r\n")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=volume\r\n\r\nsome bytes")]
    [InlineData("multipart/form-data; boundary=b", "no boundary at all")]
    [InlineData("multipart/form-data; boundary=b", "")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nbroken header\r\n\r\nbytes\r\n--b--\r\n")]
    public Task A_broken_form_is_refused(string type, string body)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return RefusedAsync(content, 400, "malformed-multipart");
    }

    [Fact]
    public async Task A_content_coding_is_refused_and_the_answer_has_the_header_that_says_what_is_taken()
    {
        using var content = new ByteArrayContent(Scan.Small);
        content.Headers.ContentEncoding.Add("gzip");
        using var response = await PostAsync(content);
        await ProblemAssert.IsAsync(response, 415, "content-encoding");
        Assert.Equal("identity", response.Headers.GetValues("Accept-Encoding").Single());
    }

    [Theory]
    [InlineData("ustar", 257, false, "of none of the formats read here")]
    [InlineData("DICM", 128, true, "DICOM is read as a series, from all its files, none of them gzipped")]
    [InlineData("PK\u0003\u0004", 0, true, "a zip file; DICOM is read as a series")]
    public async Task A_file_of_another_kind_is_refused_with_all_that_is_accepted(string magic, int at, bool isGzipped, string seen)
    {
        var bytes = new byte[1024];
        Encoding.ASCII.GetBytes(magic).CopyTo(bytes, at);
        var detail = await RefusedAsync(new ByteArrayContent(isGzipped ? NiftiBytes.Gzip(bytes) : bytes), 415, "not-a-volume");
        foreach (var told in (string[])[seen, "NIfTI-1 or NIfTI-2 volume, .nii or .nii.gz", "DICOM series of MR or CT: one file, several, or a zip of them"])
            Assert.Contains(told, detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_beyond_the_limit_is_refused_whether_it_tells_its_length_or_not(bool tellsLength)
    {
        await using var service = await TestService.StartAsync(("Sassnet:Uploads:MaxCompressedBytes", "20000"));
        foreach (var size in (int[])[20_001, 200_000])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/segment") { Content = new ByteArrayContent(new byte[size]) };
            request.Headers.TransferEncodingChunked = !tellsLength;
            using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Contains("20000 bytes", await ProblemAssert.IsAsync(response, 413, "upload-too-large"), StringComparison.Ordinal);
        }

        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task A_slow_upload_ends_with_504()
    {
        // Long enough for what is sent at once, on a busy machine too.
        await using var service = await TestService.StartAsync(("Sassnet:Uploads:TimeLimit", "00:00:05"));
        using var client = await StartUploadAsync(service);
        var answer = await client.ReadAnswerAsync();
        Assert.StartsWith("HTTP/1.1 504", answer, StringComparison.Ordinal);
        Assert.Contains("urn:sassnet:problem:time-limit", answer, StringComparison.Ordinal);
        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task A_client_that_goes_away_during_its_upload_leaves_no_file()
    {
        using (var client = await StartUploadAsync(Service))
        {
            for (var tries = 0; tries < 3000 && Service.FilesLeft().Length == 0; tries++)
                await Task.Delay(20, TestContext.Current.CancellationToken);
            Assert.NotEmpty(Service.FilesLeft());
            client.Abort();
        }

        await Service.AssertNoFilesLeftAsync();
        await Service.AssertStillServesAsync();
    }

    [Fact]
    public async Task A_NIfTI_volume_in_a_zip_file_is_refused_with_how_to_send_it()
    {
        var detail = await RefusedAsync(new ByteArrayContent(ZipBytes.Of(("scan.nii.gz", Scan.Small))), 415, "not-a-volume");
        Assert.Contains("Send a NIfTI volume by itself, as .nii or .nii.gz.", detail, StringComparison.Ordinal);
    }

    private static MultipartFormDataContent Form(params (string Name, byte[] Bytes)[] parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, bytes) in parts)
            form.Add(new ByteArrayContent(bytes), name, "scan.nii.gz");
        return form;
    }

    /// <summary>Announces 100 000 bytes, sends 1000 of them and then nothing.</summary>
    private static async Task<RawConnection> StartUploadAsync(TestService service)
    {
        var client = await RawConnection.OpenAsync(service);
        await client.SendHeadAsync("/segment", "Content-Length: 100000");
        await client.SendAsync(new byte[1000]);
        return client;
    }

    private Task<HttpResponseMessage> PostAsync(HttpContent content) =>
        Service.Client.PostAsync("/segment?output=report", content, TestContext.Current.CancellationToken);

    private async Task<string> RefusedAsync(HttpContent content, int status, string slug)
    {
        using var response = await PostAsync(content);
        content.Dispose();
        var detail = await ProblemAssert.IsAsync(response, status, slug);
        await Service.AssertNoFilesLeftAsync();
        return detail;
    }
}
