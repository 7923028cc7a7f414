using System.Net;
using System.Text;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Uploads;

public sealed class MultipartTests(SharedService shared)
{
    private const string Part = "--b\r\nContent-Disposition: form-data; name=volume\r\n";

    private TestService Service => shared.Service;

    [Theory]
    [InlineData("", 'x')]
    [InlineData("--b\r\nX-Long: ", 'x')]
    [InlineData(Part + "\r\nbytes\r\n--b", ' ')]
    [InlineData("--b--\r\n", 'x')]
    public async Task What_stands_between_parts_is_refused_before_much_of_it_has_come_in(string start, char filling)
    {
        using var client = await RawConnection.OpenAsync(Service);
        await client.SendHeadAsync("/segment", "Content-Type: multipart/form-data; boundary=b", "Content-Length: 600000000");
        await client.SendAsync(start);
        await client.SendAsync(new string(filling, 512 * 1024));

        // The rest is never sent: a service that waited for it would not answer.
        var answer = await client.ReadAnswerAsync();

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("urn:sassnet:problem:malformed-multipart", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("closing boundary", answer, StringComparison.Ordinal);
        await Service.AssertNoFilesLeftAsync();
    }

    [Theory]
    [InlineData(1, 20_000)]
    [InlineData(17, 10)]
    [InlineData(16, 2_000)]
    public async Task Headers_beyond_the_limits_are_refused_by_saying_so(int count, int length)
    {
        var headers = string.Concat(Enumerable.Range(0, count).Select(number => $"X-{number}: {new string('x', length)}\r\n"));
        var detail = await RefusedAsync("multipart/form-data; boundary=b", $"--b\r\n{headers}\r\nbytes\r\n--b--\r\n");
        Assert.Contains("before its first part", detail, StringComparison.Ordinal);
        Assert.Contains("at most 16 headers ('Name: value') of 16384 bytes", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_refused_by_saying_so()
    {
        var detail = await RefusedAsync("multipart/form-data; boundary=b", Part + "\r\nsome bytes");
        Assert.Contains("ends before its closing boundary", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(257)]
    [InlineData(4_089)]
    [InlineData(20_000)]
    public async Task A_boundary_of_any_length_is_refused_without_repeating_it(int length)
    {
        var boundary = new string('b', length);
        var detail = await RefusedAsync($"multipart/form-data; boundary={boundary}", $"--{boundary}--\r\n");
        Assert.Contains($"has {length} characters", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("bbbbb", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_content_type_that_cannot_be_read_is_said_to_be_the_fault()
    {
        Assert.Contains("'Content-Type'", await RefusedAsync("multipart/form-data; boundary=a/b", "--a/b--\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("form-data; name=\"volume\"; filename=\"Ann \"Mum\" Smith.nii.gz\"")]
    [InlineData("form-data; name=volume; filename=Ann Smith.nii.gz")]
    public async Task A_header_of_a_part_that_cannot_be_read_is_said_to_be_the_fault_without_repeating_it(string disposition)
    {
        var detail = await RefusedAsync("multipart/form-data; boundary=b", $"--b\r\nContent-Disposition: {disposition}\r\n\r\nbytes\r\n--b--\r\n");
        Assert.StartsWith("The 'Content-Disposition' of part 1 of the multipart/form-data body cannot be read; accepted: form-data; name=\"volume\"", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Smith", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("form-data; name=volume")]
    [InlineData("FORM-DATA; NAME=\"volume\"; FileName=\"scan.nii.gz\"")]
    public async Task Names_of_headers_and_their_parameters_may_have_any_case(string disposition)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes($"--b\r\ncontent-DISPOSITION: {disposition}\r\n\r\n"), .. Scan.Small, .. "\r\n--b--\r\n"u8];
        using var response = await PostAsync("Multipart/FORM-DATA; Boundary=b", body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string type, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await Service.Client.PostAsync("/segment?output=report", content, TestContext.Current.CancellationToken);
    }

    private async Task<string> RefusedAsync(string type, string body)
    {
        using var response = await PostAsync(type, Encoding.ASCII.GetBytes(body));
        var detail = await ProblemAssert.IsAsync(response, 400, "malformed-multipart");
        await Service.AssertNoFilesLeftAsync();
        return detail;
    }
}
