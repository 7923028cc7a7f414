using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

public sealed class AcceptTests(SharedService shared)
{
    [Theory]
    [InlineData("", "", "application/gzip")]
    [InlineData("", "*/*", "application/gzip")]
    [InlineData("", "application/*", "application/gzip")]
    [InlineData("", "application/zip", "application/zip")]
    [InlineData("", "application/json", "application/json")]
    [InlineData("", "application/json, text/plain, */*", "application/json")]
    [InlineData("", "application/json;q=0.3, application/gzip;q=0.8", "application/gzip")]
    [InlineData("", "text/html, application/zip;q=0.1", "application/zip")]
    [InlineData("", "application/json; charset=utf-8", "application/json")]
    [InlineData("", "application/JSON;charset=\"utf-8\";q=0.9, application/zip;q=0.1", "application/json")]
    [InlineData("", "application/octet-stream", "application/octet-stream")]
    [InlineData("", "application/x-gzip", "application/x-gzip")]
    [InlineData("", "application/x-zip-compressed", "application/x-zip-compressed")]
    [InlineData("", "application/octet-stream, application/json", "application/json")]
    [InlineData("", "application/octet-stream, */*;q=0.5", "application/octet-stream")]
    [InlineData("", "application/octet-stream;q=0, */*", "application/gzip")]
    [InlineData("", "application/gzip;level=9", "application/gzip")]
    [InlineData("", "application/*;q=0.2, text/*", "application/gzip")]
    [InlineData("", "*/*; q=0.001", "application/gzip")]
    [InlineData("", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "application/gzip")]
    [InlineData("", "image/png", "image/png")]
    [InlineData("", "text/html, image/*;q=0.8", "image/png")]
    [InlineData("?output=preview", "application/octet-stream", "application/octet-stream")]
    [InlineData("?output=surface", "application/octet-stream", "application/octet-stream")]
    [InlineData("?output=report", "text/html, application/json; charset=utf-8; q=0.5", "application/json")]
    [InlineData("?output=surface", "model/*", "model/stl")]
    [InlineData("?output=report", "*/*;q=0.1", "application/json")]
    [InlineData("?output=all", "application/zip, application/json", "application/zip")]
    [InlineData("", "application/problem+json", "application/gzip")]
    [InlineData("", "application/Problem+JSON; charset=utf-8", "application/gzip")]
    [InlineData("", "application/zip, application/problem+json", "application/zip")]
    [InlineData("?output=surface", "application/problem+json", "model/stl")]
    [InlineData("?output=preview", "image/png, application/problem+json;q=0.9", "image/png")]
    public async Task The_answer_has_a_type_the_client_accepts(string query, string accept, string expected)
    {
        using var response = await SendAsync(query, accept);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("", "text/html")]
    [InlineData("", "model/stl")]
    [InlineData("", "application/gzip;q=0")]
    [InlineData("", "application/octet-stream;q=0")]
    [InlineData("", "application/json;charset=utf-8;q=0")]
    [InlineData("", "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.50")]
    [InlineData("?output=surface", "application/x-gzip")]
    [InlineData("?output=report", "application/zip")]
    [InlineData("?output=preview", "image/jpeg")]
    [InlineData("?output=all", "application/json")]
    [InlineData("?output=surface", "application/gzip")]
    [InlineData("?output=segmentation", "*/*;q=0")]
    [InlineData("", "application/problem+json, text/html")]
    [InlineData("?output=surface", "application/json, application/problem+json")]
    public async Task What_cannot_be_accepted_is_406(string query, string accept)
    {
        using var response = await SendAsync(query, accept);
        await ProblemAssert.IsAsync(response, 406, "not-acceptable");
    }

    private async Task<HttpResponseMessage> SendAsync(string query, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/segment{query}") { Content = new ByteArrayContent(Scan.Small) };
        if (accept.Length > 0)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await shared.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
