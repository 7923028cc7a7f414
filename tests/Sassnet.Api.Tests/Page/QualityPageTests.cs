using System.Text.Json;
using Microsoft.Playwright;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Segmentation;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>Speed or accuracy, as a person chooses it.</summary>
public sealed class QualityPageTests(MeasuredModelService measured, SharedService shared, Chromium chromium) : IClassFixture<MeasuredModelService>
{
    [Fact]
    public async Task What_is_chosen_is_what_the_job_is_made_by_and_without_a_choice_the_services_default()
    {
        await using var open = await chromium.OpenAsync(measured.Service.Address);
        var page = open.Page;
        var quality = page.Locator("#quality");
        var values = await quality.Locator("option").EvaluateAllAsync<string[]>("options => options.map((option) => option.value)");
        Assert.Equal(SegmentParameter.Quality.Values, values);
        await Expect(quality).ToHaveValueAsync(SegmentParameter.Quality.Default!);

        await AssertMadeAsync(null, "whole-flips", "the mean of four passes", "comes near the most accurate");
        await AssertMadeAsync("fast", "whole", "in one pass", "the quickest, even where another is more accurate");
        await AssertMadeAsync("best", "window", "window by window", "the most accurate, however long it takes");

        async Task AssertMadeAsync(string? choice, string mode, string how, string hint)
        {
            if (choice is not null)
                await quality.SelectOptionAsync(choice);
            await Expect(quality).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex($"^Of 3 ways measured for this model, .*{hint}"));
            await page.SetInputFilesAsync("#files", new FilePayload { Name = "scan.nii.gz", MimeType = "application/octet-stream", Buffer = Scan.Medium });
            await page.ClickAsync("#start");

            // Until then the job before it is shown.
            await Expect(page.Locator("#how")).ToContainTextAsync(how);
            var report = await measured.Service.Client.ResultAsync(await open.ShownAsync(), "report");
            Assert.Equal(mode, JsonDocument.Parse(report).RootElement.GetProperty("inference").GetString());
        }
    }

    [Fact]
    public async Task Where_a_model_was_not_measured_in_several_ways_it_promises_nothing()
    {
        await using var open = await chromium.OpenAsync(shared.Service.Address);
        await Expect(open.Page.Locator("#quality")).ToHaveAccessibleDescriptionAsync("This model was not measured in several ways: each choice gives the same.");
    }
}
