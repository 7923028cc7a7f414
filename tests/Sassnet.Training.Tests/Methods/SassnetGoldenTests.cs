using System.Text.Json;
using Sassnet.Model.Morphology;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Methods;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public class SassnetGoldenTests
{
    private const double WeightTolerance = 1e-4;
    private const double LossTolerance = 1e-4;
    private static readonly GridSize Size = new(112, 112, 80);

    [Fact]
    public void Two_iterations_land_on_the_recorded_losses_and_weights_on_portable_values() => AssertTwoIterations(
        RepositoryFiles.Golden("train_step"),
        filters: 2,
        _ => (Enumerable.Range(0, 4).Select(n => Formula(n).Image).ToArray(), Enumerable.Range(0, 2).Select(n => Formula(n).Mask).ToArray()));

    [Fact]
    public void Two_iterations_land_on_the_recorded_losses_and_weights_on_scan_data() => AssertTwoIterations(
        Path.ChangeExtension(RepositoryFiles.Shared("golden", "train_step.safetensors"), null),
        filters: 4,
        file => (
            Samples<sbyte>(file, "image_i8", 4).Select(sample => Array.ConvertAll(sample, value => value / 32f)).ToArray(),
            Samples<byte>(file, "label", 2).ToArray()));

    private static void AssertTwoIterations(string pathWithoutExtension, int filters, Func<SafetensorsFile, (float[][] Images, byte[][] Masks)> data)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(pathWithoutExtension + ".safetensors");
        using var expected = JsonDocument.Parse(File.ReadAllText(pathWithoutExtension + ".json"));
        var options = new TrainingOptions { Network = new() { Filters = filters, DiscriminatorFilters = 4, Dropout = 0 } };
        using var method = new SassnetMethod(options, ScalarType.Float32);
        NetworkWeights.Load(method.Network, file, "generator.before.");
        NetworkWeights.Load(method.Discriminator, file, "discriminator.before.");
        var (images, masks) = data(file);
        var sdms = masks.Select(mask => SignedDistanceMap.Normalised(mask, Size)).ToArray();
        var batch = new Batch(Size, ["a", "b", "c", "d"], images, [.. masks.Select(mask => Array.ConvertAll(mask, label => (float)label))], sdms);

        // The recording's adversarial weight is that of the end of the warm-up.
        var afterWarmup = options.Loss.RampupInterval * options.Loss.RampupLength;
        for (var iteration = 1; iteration <= 2; iteration++)
            AssertLosses(expected.RootElement.GetProperty($"iteration{iteration}"), method.Step(batch, afterWarmup));

        AssertWeights(method.Network, file, "generator.after.");
        AssertWeights(method.Discriminator, file, "discriminator.after.");
    }

    private static void AssertLosses(JsonElement expected, StepLosses losses)
    {
        Assert.Equal(0.01, losses["adversarialWeight"], 1e-12);
        AssertClose(expected, "loss", losses.Total);
        AssertClose(expected, "loss_dice", losses["lossDice"]);
        AssertClose(expected, "loss_sdm", losses["lossSdm"]);
        AssertClose(expected, "loss_adversarial", losses["lossAdversarial"]);
        AssertClose(expected, "loss_discriminator", losses["lossDiscriminator"]);
    }

    private static void AssertClose(JsonElement losses, string name, double actual)
    {
        var expected = losses.GetProperty(name).GetDouble();
        Assert.True(Math.Abs(actual - expected) <= LossTolerance * Math.Abs(expected), $"{name} is {actual}, recorded {expected}");
    }

    private static void AssertWeights(nn.Module module, SafetensorsFile file, string prefix)
    {
        foreach (var (key, value) in module.state_dict().Where(pair => pair.Value.is_floating_point()))
        {
            var difference = (value - file.Read(prefix + key)).abs().max().item<float>();
            Assert.True(difference <= WeightTolerance, $"{prefix}{key} differs by {difference}");
        }
    }

    private static (float[] Image, byte[] Mask) Formula(int n)
    {
        var (image, mask) = (new float[Size.Count], new byte[Size.Count]);
        for (var z = 0; z < Size.Z; z++)
        {
            for (var y = 0; y < Size.Y; y++)
            {
                for (var x = 0; x < Size.X; x++)
                {
                    var (dx, dy, dz, radius) = (x - 50 - (3 * n), y - 60, z - 40 + n, 24 + n);
                    var inside = (dx * dx) + (dy * dy) + (dz * dz) <= radius * radius ? 1 : 0;
                    var index = Size.IndexOf(x, y, z);
                    mask[index] = (byte)inside;
                    image[index] = ((((7 * x) + (13 * y) + (17 * z) + (29 * n)) % 64) - 32 + (40 * inside)) / 32f;
                }
            }
        }

        return (image, mask);
    }

    // The files keep Z fastest, as the tensors do; a batch keeps X fastest.
    private static IEnumerable<T[]> Samples<T>(SafetensorsFile file, string name, int count)
        where T : unmanaged
    {
        var values = file.ReadArray<T>(name);
        for (var n = 0; n < count; n++)
        {
            var sample = new T[Size.Count];
            for (var x = 0; x < Size.X; x++)
            {
                for (var y = 0; y < Size.Y; y++)
                {
                    for (var z = 0; z < Size.Z; z++)
                        sample[Size.IndexOf(x, y, z)] = values[(n * Size.Count) + (((x * Size.Y) + y) * Size.Z) + z];
                }
            }

            yield return sample;
        }
    }
}
