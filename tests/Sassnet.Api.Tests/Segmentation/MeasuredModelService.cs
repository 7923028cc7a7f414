using Sassnet.Api.Tests.Archive;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using TorchSharp;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>
/// The service with one package of random weights that records another mode as the fastest, the best and the one between them, on <see cref="Scan.Medium"/>; it
/// looks for results that are there already, and has an archive with one scan, the ball.
/// </summary>
public sealed class MeasuredModelService : IAsyncLifetime
{
    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("sassnet-api-models-");
    private StubArchive _archive = null!;

    public TestService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using (torch.NewDisposeScope())
        {
            torch.random.manual_seed(22);
            using var network = new VNet(filters: 2);
            var manifest = RandomModel.Manifest("0.1.0");
            var dice = new Dictionary<string, double> { ["whole"] = 0.88, ["whole-flips"] = 0.899, ["window"] = 0.9 };
            ModelPackage.Write(Path.Combine(_models.FullName, "measured"), network, manifest with { Name = "measured", Inference = manifest.Inference with { ValidationDice = dice } });
        }

        _archive = await BallArchive.StartAsync();
        Service = await TestService.StartAsync(
            ("Sassnet:Models:Folder", _models.FullName), ("Sassnet:Models:Default", "measured"), ("Sassnet:Jobs:Cache", "true"), ("Sassnet:Archive:Servers:pacs:Url", _archive.Url));
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await _archive.DisposeAsync();
        _models.Delete(recursive: true);
    }
}
