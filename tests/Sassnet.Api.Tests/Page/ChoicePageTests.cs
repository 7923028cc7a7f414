using Microsoft.Playwright;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>A scan that is chosen on the page: the last one counts, however long another takes to come.</summary>
[Collection(PageService.Name)]
public sealed class ChoicePageTests(PageService service)
{
    private static readonly FilePayload Own = new() { Name = "own.nii", MimeType = "application/octet-stream", Buffer = Scan.Small };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sample_that_comes_or_fails_late_takes_the_place_of_nothing_that_was_chosen_since(bool fails)
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        var released = new TaskCompletionSource();
        await page.RouteAsync("**/sample/*", async route =>
        {
            await released.Task;
            await (fails ? route.AbortAsync() : route.ContinueAsync());
        });
        await page.ClickAsync("#pick-sample");
        await Expect(page.Locator("#selection")).ToHaveTextAsync("Fetching the sample…");
        await Expect(page.Locator("#start")).ToBeDisabledAsync();
        await page.SetInputFilesAsync("#files", Own);
        await Expect(page.Locator("#selection")).ToContainTextAsync("own.nii");
        await Expect(page.Locator("#start")).ToBeEnabledAsync();

        var ended = new TaskCompletionSource();
        page.RequestFinished += (_, request) => End(request);
        page.RequestFailed += (_, request) => End(request);
        released.SetResult();
        await ended.Task;
        await open.DrawnAsync();
        await Expect(page.Locator("#selection")).ToContainTextAsync("own.nii");
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();

        void End(IRequest request)
        {
            if (request.Url.Contains("/sample/", StringComparison.Ordinal))
                ended.TrySetResult();
        }
    }

    [Fact]
    public async Task While_a_folder_is_read_nothing_is_sent_and_what_is_chosen_meanwhile_stays()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-page-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "slow.dcm"), "slow", TestContext.Current.CancellationToken);
            await using var open = await service.Chromium.OpenAsync(new Uri("about:blank"));
            var page = open.Page;
            await page.AddInitScriptAsync("""
                const get = DataTransferItem.prototype.webkitGetAsEntry
                const released = new Promise((resolve) => { window.release = resolve })
                DataTransferItem.prototype.webkitGetAsEntry = function () {
                  const entry = get.call(this)
                  const reader = entry.createReader()
                  const read = reader.readEntries.bind(reader)
                  reader.readEntries = (take, refuse) => released.then(() => read((entries) => { take(entries); window.isRead = entries.length === 0 }, refuse))
                  entry.createReader = () => reader
                  return entry
                }
                """);
            await open.GoToAsync(service.Service.Address);
            await Expect(page.Locator("#model option")).Not.ToHaveCountAsync(0);
            await page.SetInputFilesAsync("#files", new FilePayload { Name = "before.nii", MimeType = "application/octet-stream", Buffer = Scan.Small });
            await using var session = await DevTools.OpenAsync(page.Context, page);
            foreach (var step in (string[])["dragEnter", "dragOver", "drop"])
                await session.DragAsync(step, folder.FullName);
            await Expect(page.GetByRole(AriaRole.Status).Filter(new LocatorFilterOptions { HasText = "Reading the folder…" })).ToBeVisibleAsync();
            await Expect(page.Locator("#start")).ToBeDisabledAsync();
            await page.SetInputFilesAsync("#files", Own);
            await Expect(page.Locator("#start")).ToBeEnabledAsync();

            await page.EvaluateAsync("window.release()");
            await page.WaitForFunctionAsync("window.isRead");
            await open.DrawnAsync();
            await Expect(page.Locator("#selection")).ToContainTextAsync("own.nii");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
