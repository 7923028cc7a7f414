using System.Text.Json;
using Microsoft.Playwright;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Viewer;

/// <summary>OHIF as a person has it before him, and what it has in its memory.</summary>
internal sealed class ViewerPage : IAsyncDisposable
{
    private static readonly string Script = Path.Combine(RepositoryFiles.Root, "tests", "Sassnet.Api.Tests", "Viewer", "look.js");
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private readonly IBrowserContext _profile;

    private ViewerPage(IBrowserContext profile, IPage page)
    {
        (_profile, Page) = (profile, page);
        page.SetDefaultTimeout(90_000);
        page.PageError += (_, fault) => Errors.Add(fault);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                Errors.Add(message.Text);
        };
    }

    public IPage Page { get; }

    /// <summary>Its exceptions and what it writes to the browser's console as errors: also of what it recovers from, as of an image that came after another was chosen.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Opens studies and waits until it knows their scans and segmentations.</summary>
    public static async Task<ViewerPage> OpenAsync(IBrowserContext profile, Uri address, string[] studies)
    {
        var open = new ViewerPage(profile, await profile.NewPageAsync());
        await open.Page.GotoAsync(new Uri(address, $"viewer?StudyInstanceUIDs={string.Join(',', studies)}").ToString());
        await open.Page.EvaluateAsync(await File.ReadAllTextAsync(Script, TestContext.Current.CancellationToken));
        await open.Page.WaitForFunctionAsync("studies => window.services && studies.every((study) => look.set(study, 'MR')?.numImageFrames > 1 && look.set(study, 'SEG'))", studies);
        return open;
    }

    /// <summary>Shows a series of a study, as a double click on its picture does.</summary>
    /// <param name="study">The study.</param>
    /// <param name="modality">MR, SEG, or PMAP for the map.</param>
    public async Task ShowAsync(string study, string modality)
    {
        await Page.WaitForFunctionAsync("([study, modality]) => look.set(study, modality)", new[] { study, modality });
        await Page.EvaluateAsync("([study, modality]) => look.show(study, modality)", new[] { study, modality });
    }

    /// <summary>Waits for the segmentation that is shown; returns the label map over each image of the scan.</summary>
    public async Task<ViewedGrid[]> MasksAsync(string study)
    {
        await Page.WaitForFunctionAsync("study => look.labels(look.set(study, 'SEG'))", study);
        return JsonSerializer.Deserialize<ViewedGrid[]>(await Page.EvaluateAsync<string>("study => JSON.stringify(look.masks(study))", study), Options)!;
    }

    /// <summary>Waits for a volume that is shown.</summary>
    public async Task<ViewedGrid> VolumeAsync(string study, string modality)
    {
        await Page.WaitForFunctionAsync("([study, modality]) => look.isLoaded(study, modality)", new[] { study, modality });
        return JsonSerializer.Deserialize<ViewedGrid>(
            await Page.EvaluateAsync<string>("([study, modality]) => JSON.stringify(look.volume(study, modality))", new[] { study, modality }), Options)!;
    }

    /// <summary>Shows the image with most of the segmentation. Of each of its pixels: where on the page its middle is, and its label.</summary>
    public Task<double[][]> PixelsAsync(string study) => Page.EvaluateAsync<double[][]>("study => look.pixels(study)", study);

    public async ValueTask DisposeAsync()
    {
        await _profile.CloseAsync();
        Assert.DoesNotContain(Errors, error => error.Contains("Content Security Policy", StringComparison.Ordinal));
    }
}
