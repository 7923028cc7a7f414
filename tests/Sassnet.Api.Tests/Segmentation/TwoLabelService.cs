using Sassnet.Api.Tests.Service;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using TorchSharp;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>The service with one package of two labels and random weights.</summary>
public sealed class TwoLabelService : IAsyncLifetime
{
    /// <summary>The package's labels, not in the order of their values.</summary>
    public static readonly IReadOnlyList<Label> Labels = [new(4, "left ventricle", "87878005", "#3cb44b"), new(2, "left atrium", "82471001", "#e6194b")];

    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("sassnet-api-models-");

    public TestService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using (torch.NewDisposeScope())
        {
            torch.random.manual_seed(21);
            using var network = new VNet(filters: 2, classes: Labels.Count);
            ModelPackage.Write(Path.Combine(_models.FullName, "left-heart"), network, RandomModel.Manifest("0.1.0") with
            {
                Name = "left-heart",
                Architecture = new Architecture("vnet-sdm", 2, Labels.Count),
                Labels = Labels,
            });
        }

        Service = await TestService.StartAsync(("Sassnet:Models:Folder", _models.FullName), ("Sassnet:Models:Default", "left-heart"));
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _models.Delete(recursive: true);
    }
}
