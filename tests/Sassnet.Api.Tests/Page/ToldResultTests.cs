using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Segmentation;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>What a person reads of the phantom beside the picture, and saves: compared with what the API says of the same job.</summary>
[Collection(PageService.Name)]
public sealed class ToldResultTests(PageService service)
{
    private HttpClient Client => service.Service.Client;

    [Fact]
    public async Task A_threshold_beyond_the_ends_of_the_slider_is_shown_as_the_job_was_asked_for_it()
    {
        var id = await Client.SubmittedAsync(await File.ReadAllBytesAsync(PageService.Phantom, TestContext.Current.CancellationToken), "?output=all&model=phantom&threshold=0.005");
        (await Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        await open.ShownAsync();
        var shown = open.Page.Locator("output[for=threshold]");
        await Expect(shown).ToHaveTextAsync("0.005");
        await open.Page.Locator("#threshold").FillAsync("0.3");
        await Expect(shown).ToHaveTextAsync("0.30");
        await open.Page.ClickAsync("#threshold-reset");
        await Expect(shown).ToHaveTextAsync("0.005");
    }

    [Fact]
    public async Task Numbers_are_written_in_one_way_whatever_the_language_of_the_browser()
    {
        var id = await Client.SubmittedAsync(await File.ReadAllBytesAsync(PageService.Phantom, TestContext.Current.CancellationToken), "?output=all&model=phantom");
        (await Client.WaitAsync(id)).AssertSucceeded();
        var report = JsonNode.Parse(await Client.ResultAsync(id, "report"))!["labels"]![0]!;
        var volume = FormattableString.Invariant($"{(double)report["volumeMl"]!:F1} ml");
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"), new BrowserNewContextOptions { Locale = "de-DE" });
        await open.ShownAsync();
        await Expect(open.Page.Locator("#table")).ToContainTextAsync(volume);
        await Expect(open.Page.Locator("#how")).ToContainTextAsync("1.25 × 1.25 × 1.25 mm");
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task A_trial_says_that_the_largest_part_alone_was_kept_only_where_it_was(string keepLargest)
    {
        var id = await Client.SubmittedAsync(await File.ReadAllBytesAsync(PageService.Phantom, TestContext.Current.CancellationToken), $"?output=all&model=phantom&keepLargest={keepLargest}");
        (await Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        await open.ShownAsync();
        await open.Page.Locator("#threshold").FillAsync("0.3");
        var end = keepLargest == "true" ? "at 0.5, and keep the largest part only." : "at 0.5.";
        await Expect(open.Page.Locator("#threshold-text")).ToContainTextAsync($"The surface, the measurements and the files are {end}");
    }

    [Fact]
    public async Task Every_file_that_is_saved_is_the_one_of_the_api()
    {
        await using var open = await service.SampleAsync();
        var id = await open.ShownAsync();
        var outputs = (await Client.JobAsync(id)).Outputs();
        Assert.Equal(8, outputs.Length);
        foreach (var output in outputs)
        {
            var download = await open.Page.RunAndWaitForDownloadAsync(() => open.Page.ClickAsync($"#files-list button[data-output={output}]"));
            Assert.StartsWith(output == "report" ? "report.json" : output, download.SuggestedFilename, StringComparison.Ordinal);
            Assert.Equal(await Client.ResultAsync(id, output), await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task The_figures_stand_in_plain_words()
    {
        await using var open = await service.SampleAsync();
        var id = await open.ShownAsync();
        var report = System.Text.Json.JsonDocument.Parse(await Client.ResultAsync(id, "report")).RootElement;
        var page = open.Page;
        var volume = report.GetProperty("labels")[0].GetProperty("volumeMl").GetDouble();
        await Expect(page.Locator("#table")).ToContainTextAsync(FormattableString.Invariant($"{volume:F1} ml"));
        await Expect(page.Locator("#table")).ToContainTextAsync("Longest diameter");
        await Expect(page.Locator("#agreement")).ToContainTextAsync(FormattableString.Invariant($"overlap {report.GetProperty("headAgreement").GetDouble() * 100:F0} of 100"));
        var warnings = report.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("sentence").GetString()!).ToArray();
        Assert.Equal(warnings, await page.Locator("#warnings li").AllTextContentsAsync());
    }

    [Theory]
    [InlineData("whole", "the whole volume in one pass")]
    [InlineData("whole-flips", "the mean of four passes over the whole volume, mirrored")]
    [InlineData("window", "window by window")]
    public async Task How_it_was_made_stands_in_plain_words_too(string inference, string words)
    {
        var id = await Client.SubmittedAsync(await File.ReadAllBytesAsync(PageService.Phantom, TestContext.Current.CancellationToken), $"?output=report&model=phantom&inference={inference}");
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        await Expect(open.Page.Locator("#how")).ToContainTextAsync(words);
    }

    [Fact]
    public async Task Of_a_volume_that_was_taken_in_tiles_it_says_in_how_many()
    {
        await using var small = await TestService.StartAsync(("Sassnet:Inference:WholeMemoryBytes", TilesTests.TwoTiles), ("Sassnet:Inference:Precision", "Float32"));
        var id = await small.Client.SubmittedAsync(Scan.Gzipped(240, 72, 64), "?output=report&inference=whole");
        (await small.Client.WaitAsync(id)).AssertSucceeded();
        var report = System.Text.Json.Nodes.JsonNode.Parse(await small.Client.ResultAsync(id, "report"))!;
        var pieces = FormattableString.Invariant($"the whole volume in {report["tiles"]!.GetValue<int>()} overlapping pieces");
        await using var open = await service.Chromium.OpenAsync(new Uri(small.Address, $"#job={id}"));
        var how = open.Page.Locator("#how");
        await Expect(how).ToContainTextAsync(pieces);
        await Expect(how).Not.ToContainTextAsync("one pass");

        // Of mirrored passes the words alone are tried, with a report changed on its way.
        report["inference"] = "whole-flips";
        await open.Page.RouteAsync("**/results/report", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = report.ToJsonString() }));
        await open.Page.ReloadAsync();
        await Expect(how).ToContainTextAsync($"the mean of four passes over {pieces}");
    }
}
