using System.Text.Json;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Endpoints;

public sealed class JobDocumentationTests(SharedService shared)
{
    [Fact]
    public async Task Every_output_that_a_job_takes_is_listed_the_report_too()
    {
        var document = await DocumentAsync();
        Assert.Equal("#/components/schemas/JobOutput", Output(document).GetProperty("schema").GetProperty("$ref").GetString());
        var words = document.GetProperty("components").GetProperty("schemas").GetProperty("JobOutput").GetProperty("enum").EnumerateArray().Select(word => word.GetString()!).ToList();
        Assert.Equal(SegmentOutput.All.Select(output => output.Name), words);
        Assert.Contains("report", words);
        var id = await shared.Service.Client.SubmittedAsync(Scan.Small, "?output=report");
        var job = await shared.Service.Client.WaitAsync(id);
        job.AssertSucceeded();
        Assert.Equal(["report"], job.Outputs());
    }

    // What a client accepts has no say in what a job makes.
    [Fact]
    public async Task A_job_that_names_no_output_makes_what_the_document_says_whatever_its_client_accepts()
    {
        var description = Output(await DocumentAsync()).GetProperty("description").GetString();
        Assert.DoesNotContain("`Accept", description, StringComparison.Ordinal);
        Assert.Contains("Without `output`, the segmentation", description, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = new ByteArrayContent(Scan.Small) };
        request.Headers.Accept.ParseAdd("application/zip");
        using var response = await shared.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var job = await shared.Service.Client.WaitAsync((await ProblemAssert.JsonAsync(response)).GetProperty("id").GetString()!);
        job.AssertSucceeded();
        Assert.Equal(["segmentation"], job.Outputs());
    }

    private static JsonElement Output(JsonElement document) => document.GetProperty("paths").GetProperty("/jobs").GetProperty("post").GetProperty("parameters")
        .EnumerateArray().Single(parameter => parameter.GetProperty("name").GetString() == "output");

    private async Task<JsonElement> DocumentAsync()
    {
        using var response = await shared.Service.Client.GetAsync("/swagger/v1/swagger.json", TestContext.Current.CancellationToken);
        return await ProblemAssert.JsonAsync(response);
    }
}
