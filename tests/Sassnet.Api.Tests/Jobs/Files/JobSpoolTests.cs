using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Files;

public sealed class JobSpoolTests
{
    private static readonly StoredResult[] Results = [new("segmentation", 1, ""), new("dicom-seg", 1, "")];

    [Theory]
    [InlineData("", "", false)]
    [InlineData("segmentation", "", false)]
    [InlineData("segmentation", "dicom-seg", false)]
    [InlineData("segmentation dicom-seg", "", true)]
    [InlineData("segmentation dicom-seg", "segmentation", true)]
    [InlineData("segmentation", "segmentation dicom-seg", true)]
    public async Task An_attempt_goes_on_with_the_last_results_that_are_whole(string first, string second, bool areThere)
    {
        await using var service = await TestService.StartAsync();
        var (spool, id) = (service.Services.GetRequiredService<JobSpool>(), Guid.NewGuid().ToString("N"));
        foreach (var (attempt, names) in ((int, string)[])[(1, first), (2, second)])
        {
            var set = Directory.CreateDirectory(Path.Combine(service.JobFolder, id, $"results-{attempt}"));
            foreach (var name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                await File.WriteAllBytesAsync(Path.Combine(set.FullName, name), [1], TestContext.Current.CancellationToken);
        }

        Assert.Equal(areThere, await spool.TakeOverAsync(id, attempt: 2, Results, TestContext.Current.CancellationToken));
        if (areThere)
            Assert.Equal(["dicom-seg", "segmentation"], Directory.GetFiles(Path.Combine(service.JobFolder, id, "results-2")).Select(Path.GetFileName).Order());
    }
}
