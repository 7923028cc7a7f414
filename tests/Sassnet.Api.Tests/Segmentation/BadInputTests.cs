using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Nifti;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

public sealed class BadInputTests(SharedService shared)
{
    // What a model of random weights makes of these scans is another matter.
    private static readonly string[] OfResults = ["empty-result", "low-agreement", "many-components", "cut-by-border"];

    public static TheoryData<string> Titles { get; } = [.. BadInputs.All.Select(input => input.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task Every_bad_input_gets_its_status_and_slug_and_leaves_no_file(string title)
    {
        var input = BadInputs.Find(title);
        using var response = await shared.Service.SegmentAsync(input.MakeBytes(), "?output=report");
        if (input.Slug is { } slug)
        {
            await ProblemAssert.IsAsync(response, input.Status, slug);
        }
        else
        {
            Assert.Equal(input.Status, (int)response.StatusCode);
            var warnings = (await ProblemAssert.JsonAsync(response)).GetProperty("warnings");
            Assert.Equal(input.Warns, warnings.EnumerateArray().Any(warning => !OfResults.Contains(warning.GetProperty("slug").GetString())));
        }

        await shared.Service.AssertNoFilesLeftAsync();
        await shared.Service.AssertStillServesAsync();
    }

    [Fact]
    public void All_rows_are_sent() => Assert.Equal(Enumerable.Range(1, 35), BadInputs.All.Select(input => input.Row).Distinct().Order());
}
