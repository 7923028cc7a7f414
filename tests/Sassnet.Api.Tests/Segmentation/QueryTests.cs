using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

public sealed class QueryTests(SharedService shared)
{
    [Theory]
    [InlineData("output=mask", "'output' is 'mask'; accepted: segmentation, sdm, distance, probability, surface, report, preview, image, dicom-seg, dicom-parametric-map, dicom-sr, dicom-sc, all.")]
    [InlineData("output=", "'output' is ''; accepted: one value.")]
    [InlineData("output=Report", "'output' is 'Report'; accepted: segmentation, sdm, distance, probability, surface, report, preview, image, dicom-seg, dicom-parametric-map, dicom-sr, dicom-sc, all.")]
    [InlineData("output=sdm&output=all", "'output' is 'sdm,all'; accepted: one value.")]
    [InlineData("inference=fast", "'inference' is 'fast'; accepted: auto, whole, whole-flips, window.")]
    [InlineData("threshold=0", "'threshold' is '0'; accepted: a number above 0 and below 1, such as 0.5.")]
    [InlineData("threshold=1", "'threshold' is '1'; accepted: a number above 0 and below 1, such as 0.5.")]
    [InlineData("threshold=0.99999999999", "'threshold' is '0.99999999999'; accepted: a number above 0 and below 1, such as 0.5.")]
    [InlineData("threshold=1e-60", "'threshold' is '1e-60'; accepted: a number above 0 and below 1, such as 0.5.")]
    [InlineData("threshold=-0.5", "'threshold' is '-0.5'; accepted: a number above 0 and below 1, such as 0.5.")]
    [InlineData("threshold=NaN", "'threshold' is 'NaN'; accepted: a number above 0 and below 1, such as 0.5.")]
    [InlineData("threshold=0,5", "'threshold' is '0,5'; accepted: a number above 0 and below 1, such as 0.5.")]
    [InlineData("keepLargest=yes", "'keepLargest' is 'yes'; accepted: true, false.")]
    [InlineData("treshold=0.4", "There is no parameter 'treshold'; accepted: model, output, inference, threshold, keepLargest, series, deidentify, segEncoding, quality.")]
    [InlineData("keeplargest=false", "There is no parameter 'keeplargest'; accepted: model, output, inference, threshold, keepLargest, series, deidentify, segEncoding, quality.")]
    public async Task A_wrong_value_or_name_is_refused_with_what_was_seen_and_what_is_accepted(string query, string detail)
    {
        using var response = await shared.Service.SegmentAsync(Scan.Small, $"?{query}");
        Assert.Equal(detail, await ProblemAssert.IsAsync(response, 400, "invalid-parameter"));
    }

    [Theory]
    [InlineData("model=nobody", "nobody")]
    [InlineData("model=random@9.9.9", "random@9.9.9")]
    public async Task An_unknown_model_is_refused_with_those_there_are(string query, string seen)
    {
        using var response = await shared.Service.SegmentAsync(Scan.Small, $"?{query}");
        Assert.Equal(
            $"There is no model '{seen}'; served here: random@1.10.0, random@1.9.0. GET /models describes them.",
            await ProblemAssert.IsAsync(response, 404, "unknown-model"));
    }

    [Theory]
    [InlineData("", "random@1.10.0")]
    [InlineData("?model=random", "random@1.10.0")]
    [InlineData("?model=random@1.9.0", "random@1.9.0")]
    public async Task A_model_is_found_by_its_name_or_by_name_and_version(string query, string expected)
    {
        using var response = await shared.Service.SegmentAsync(Scan.Small, query);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, response.Headers.GetValues("Sassnet-Model").Single());
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("window")]
    [InlineData("whole-flips")]
    public async Task The_inference_asked_for_is_the_one_used(string mode)
    {
        using var response = await shared.Service.SegmentAsync(Scan.Small, $"?output=report&inference={mode}&threshold=0.25");
        var report = await ProblemAssert.JsonAsync(response);
        Assert.Equal(mode, report.GetProperty("inference").GetString());
        Assert.Equal(0.25, report.GetProperty("threshold").GetDouble());
    }
}
