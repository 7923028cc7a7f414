using System.Net;
using System.Text.Json;
using Sassnet.Api.Tests.Segmentation;
using Sassnet.Api.Tests.Service;
using Sassnet.Training.Tests.Cluster;
using Xunit;

namespace Sassnet.Api.Tests.EndToEnd;

/// <summary>Several structures from phantoms to an answer: trained, measured and published by the command line, and served.</summary>
public sealed class TrainedLabelsTests : IDisposable
{
    private const string Name = "left-heart";

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Sassnet.Training");
    private static readonly int[] Values = [1, 5];

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-trained-labels-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_trained_on_phantoms_of_two_structures_is_served_with_the_figures_of_both()
    {
        await RunAsync("phantom", "--output", "data", "--labelled", "2", "--unlabelled", "1", "--validation", "1", "--ventricle", "--seed", "110");
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "config.yaml"),
            $$"""
            name: {{Name}}
            version: 1.0.0
            iterations: 60
            threads: 1
            precision: float32
            device: cpu
            method: vnet-sdm
            data: {folder: data, validation: validation.list}
            labels:
              - {value: 1, name: left atrium, snomedCode: '82471001', colour: '#e6194b'}
              - {value: 5, fileValues: [2], name: left ventricle, snomedCode: '87878005', colour: '#3cb44b'}
            preprocessing: {spacingMm: [4, 4, 4], normalisation: robust-zscore}
            network: {filters: 4, dropout: 0}
            crops: {sizes: [[32, 32, 16]], labelled: 2}
            optimizer: {learningRate: 0.03}
            """,
            Cancelled);
        await RunAsync("train", "--config", "config.yaml", "--output", "run", "--evaluate");
        await RunAsync("publish", "--run", "run", "--models", "models");
        await using var service = await TestService.StartAsync(("Sassnet:Models:Folder", Path.Combine(_folder, "models")), ("Sassnet:Models:Default", Name));
        var scan = await File.ReadAllBytesAsync(Path.Combine(_folder, "data", "images", "phantom-0113.nii.gz"), Cancelled);

        // So little training need not reach a half, nor tell the two apart everywhere: what is likeliest is drawn, of one of them or both.
        var probability = NiftiAnswer.Parse(await AnswerAsync("?output=probability"));
        Assert.Equal([4, 96, 96, 64, 2], probability.Dim.Take(5).Select(side => (int)side));
        var threshold = Enumerable.Range(0, Values.Length).Min(label => Likely(probability.Volume(label)));
        var drawn = FormattableString.Invariant($"&threshold={threshold}&keepLargest=false");
        var segmentation = NiftiAnswer.Parse(await AnswerAsync($"?output=segmentation{drawn}"));
        var report = JsonDocument.Parse(await AnswerAsync($"?output=report{drawn}")).RootElement;

        var found = segmentation.Voxels.Distinct().Select(value => (int)value).ToList();
        Assert.Subset(Values.Append(0).ToHashSet(), found.ToHashSet());
        Assert.InRange(found.Count, 2, 3);
        var labels = report.GetProperty("labels").EnumerateArray().ToList();
        Assert.Equal(["left atrium", "left ventricle"], labels.Select(label => label.GetProperty("name").GetString()));
        Assert.Equal(Values, labels.Select(label => label.GetProperty("value").GetInt32()));
        Assert.Equal(
            Values.Select(value => segmentation.Voxels.LongCount(voxel => (int)voxel == value)),
            labels.Select(label => label.GetProperty("voxels").GetInt64()));
        Assert.All(labels, label => Assert.Equal(label.GetProperty("voxels").GetInt64() * 1.25 * 1.25 * 1.25 / 1000, label.GetProperty("volumeMl").GetDouble(), 1e-3));

        async Task<byte[]> AnswerAsync(string query)
        {
            using var response = await service.SegmentAsync(scan, query);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsByteArrayAsync(Cancelled);
        }

        // What two of a hundred voxels are above.
        static float Likely(float[] voxels) => voxels.Order().ElementAt(voxels.Length * 98 / 100);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task RunAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await ShellProcess.Run(_folder, new Dictionary<string, string>(), Program, arguments, Cancelled);
        Assert.True(exitCode == 0, $"{arguments[0]}: {output}{errors}");
    }
}
