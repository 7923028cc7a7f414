using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Sassnet.Model.Packages;
using Sassnet.Tests;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Importing;

public sealed partial class WeightsPageTests : IDisposable
{
    // After the page's own program, so that what is compared is what it shows.
    private const string Comparison = """

        scan = (torch.arange(48 * 32 * 32) % 89).float().reshape(1, 1, 48, 32, 32) / 44 - 1
        with torch.no_grad():
            sdm, probability = network(scan)
        with open(sys.argv[2], "wb") as file:
            file.write(sdm.numpy().tobytes() + probability.numpy().tobytes())
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-weights-").FullName;

    [Fact]
    public async Task The_pages_program_loads_a_bundled_package_in_PyTorch_and_answers_as_it_does_here()
    {
        var (script, maps) = (Path.Combine(_folder, "weights.py"), Path.Combine(_folder, "maps.bin"));
        var blocks = Program().Matches(File.ReadAllText(Checkpoints.WeightsPage)).Select(match => match.Groups[1].Value);
        File.WriteAllText(script, string.Concat(blocks) + Comparison);
        var folder = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "left-atrium");
        var output = await PythonTorch.Run(script, folder, maps);
        Assert.StartsWith("left-atrium ", output, StringComparison.Ordinal);
        Assert.Contains("voxels inside: ", output, StringComparison.Ordinal);

        float[] expected = [.. MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(maps))];
        using var network = ModelPackage.Open(folder).LoadNetwork();
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var (sdm, logits) = network.forward(arange(48 * 32 * 32).remainder(89).to(ScalarType.Float32).reshape(1, 1, 48, 32, 32) / 44 - 1);
        var own = cat([sdm.reshape(-1), logits.sigmoid().reshape(-1)]).data<float>().ToArray();
        for (var i = 0; i < own.Length; i++)
            Assert.Equal(expected[i], own[i], 1e-4f);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();
}
