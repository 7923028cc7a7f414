using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>The model on the page: the one that was chosen segments the scan, whatever came in between.</summary>
[Collection(PageService.Name)]
public sealed partial class ModelPageTests(PageService service)
{
    private static readonly FilePayload Own = new() { Name = "own.nii", MimeType = "application/octet-stream", Buffer = Scan.Small };

    [Fact]
    public async Task Behind_the_sample_a_scan_of_ones_own_has_the_model_that_was_chosen_before_it()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        var model = page.Locator("#model");
        var chosen = (await page.Locator("#model option[value^=left-atrium]").GetAttributeAsync("value"))!;
        await model.SelectOptionAsync(chosen);

        // Twice, as the second does not take the sample's for the one that was chosen.
        for (var times = 0; times < 2; times++)
        {
            await page.ClickAsync("#pick-sample");
            await Expect(page.Locator("#selection")).ToContainTextAsync("The sample");
            await Expect(model).ToHaveValueAsync(Phantom());
        }

        await page.SetInputFilesAsync("#files", Own);
        await Expect(model).ToHaveValueAsync(chosen);
        await Expect(page.Locator("#segments")).ToContainTextAsync("left atrium", new LocatorAssertionsToContainTextOptions { IgnoreCase = true });
    }

    [Fact]
    public async Task A_model_that_is_chosen_for_the_sample_stays_for_the_scan_behind_it()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        var chosen = (await page.Locator("#model option[value^=left-atrium]").GetAttributeAsync("value"))!;
        await page.ClickAsync("#pick-sample");
        await Expect(page.Locator("#start")).ToBeEnabledAsync();
        await page.SelectOptionAsync("#model", chosen);
        await page.SetInputFilesAsync("#files", Own);
        await Expect(page.Locator("#selection")).ToContainTextAsync("own.nii");
        await Expect(page.Locator("#model")).ToHaveValueAsync(chosen);
    }

    [Fact]
    public async Task The_sample_that_was_chosen_before_the_key_has_its_model_and_a_scan_behind_it_the_services()
    {
        await using var locked = await LockedService.StartAsync();
        await using var open = await OpenLockedAsync(locked);
        var page = open.Page;
        await page.ClickAsync("#pick-sample");
        await Expect(page.Locator("#start")).ToBeEnabledAsync();
        await EnterAsync(page, locked.Key("segment jobs"));
        await Expect(page.Locator("#model")).ToHaveValueAsync(Phantom());
        await page.SetInputFilesAsync("#files", Own);
        await Expect(page.Locator("#model")).Not.ToHaveValueAsync(Phantom());
        await Expect(page.Locator("#model")).Not.ToHaveValueAsync(string.Empty);
    }

    [Fact]
    public async Task The_model_that_was_chosen_stays_so_when_another_key_has_to_be_entered()
    {
        await using var locked = await LockedService.StartAsync();
        await using var open = await OpenLockedAsync(locked);
        var page = open.Page;
        var key = locked.Key("segment jobs");
        await EnterAsync(page, key);
        await page.SelectOptionAsync("#model", (await page.Locator("#model option[value^=phantom]").GetAttributeAsync("value"))!);
        await page.SetInputFilesAsync("#files", Own);
        await page.RouteAsync("**/jobs?**", route => route.Request.Method != "POST" ? route.ContinueAsync() : route.FulfillAsync(new RouteFulfillOptions
        {
            Status = 401,
            ContentType = "application/problem+json",
            Body = "{\"title\":\"The key has expired\",\"status\":401,\"detail\":\"Use another.\"}",
        }));
        await page.ClickAsync("#start");
        await EnterAsync(page, key);
        await Expect(page.Locator("#model")).ToHaveValueAsync(Phantom());
    }

    // The service's own model is the default, and the sample's is there too.
    private async Task<OpenPage> OpenLockedAsync(LockedService locked)
    {
        var open = await service.Chromium.OpenAsync(new Uri("about:blank"));
        await open.Page.RouteAsync("**/models", async route =>
        {
            var answer = await route.FetchAsync();
            var body = JsonNode.Parse(await answer.TextAsync())!;
            if (answer.Ok)
            {
                var models = body["models"]!.AsArray();
                var phantom = models[0]!.DeepClone();
                (phantom["name"], phantom["isDefault"]) = ("phantom", false);
                models.Add(phantom);
            }

            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = body.ToJsonString() });
        });
        await open.GoToAsync(locked.Service.Address);
        return open;
    }

    private static async Task EnterAsync(IPage page, string key)
    {
        await Expect(page.Locator("#locked")).ToBeVisibleAsync();
        await page.FillAsync("#key", key);
        await page.ClickAsync("#key-form button");
        await Expect(page.Locator("#locked")).ToBeHiddenAsync();
    }

    [GeneratedRegex("^phantom@")]
    private static partial Regex Phantom();
}
