using Microsoft.Playwright;
using Sassnet.Api.Tests.Page;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.OpenApi;

/// <summary>The page of the interface, tried out as a person does.</summary>
[Collection(PageService.Name)]
public sealed class InterfaceTests(PageService service)
{
    [Theory]
    [InlineData("SegmentReport", "\"volumeMl\"")]
    public async Task A_report_is_shown_in_the_page(string operation, string text)
    {
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, "swagger/index.html"));
        var page = open.Page;
        await Expect(page.Locator(".swagger-ui .info")).ToContainTextAsync("DICOM");
        var block = page.Locator($"#operations-Segmentation-{operation}");
        await block.Locator(".opblock-summary-control").ClickAsync();
        await block.Locator(".try-out__btn").ClickAsync();
        await block.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "scan.nii", MimeType = "application/octet-stream", Buffer = Scan.Small });
        await block.Locator("button.execute").ClickAsync();
        await Expect(block.Locator(".live-responses-table .highlight-code").First).ToContainTextAsync(text);
        await Expect(block.Locator(".live-responses-table")).Not.ToContainTextAsync("Download file");
    }
}
