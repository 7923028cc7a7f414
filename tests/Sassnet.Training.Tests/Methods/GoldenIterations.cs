using System.Text.Json;
using Sassnet.Model.Morphology;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Methods;
using static TorchSharp.torch;

namespace Sassnet.Tests;

/// <summary>Two iterations of SASSNet against the reference's losses and weights.</summary>
internal static class GoldenIterations
{
    private const double WeightTolerance = 1e-4;
    private const double LossTolerance = 1e-4;
    private static readonly GridSize Size = new(112, 112, 80);

    /// <summary>On volumes of a formula.</summary>
    /// <param name="pathWithoutExtension">The recording: a <c>.safetensors</c> and a <c>.json</c> file.</param>
    /// <param name="device">Where to train.</param>
    public static IReadOnlyList<GoldenDeviation> OnFormula(string pathWithoutExtension, Device device) => Deviations(
        pathWithoutExtension,
        filters: 2,
        device,
        _ => ([.. Enumerable.Range(0, 4).Select(n => GoldenVolume.Of(n, Size).Image)], [.. Enumerable.Range(0, 2).Select(n => GoldenVolume.Of(n, Size).Mask)]));

    /// <summary>On the crops of scans that are in the recording.</summary>
    /// <inheritdoc cref="OnFormula"/>
    public static IReadOnlyList<GoldenDeviation> OnScans(string pathWithoutExtension, Device device) => Deviations(
        pathWithoutExtension,
        filters: 4,
        device,
        file => (
            [.. Samples<sbyte>(file, "image_i8", 4).Select(sample => Array.ConvertAll(sample, value => value / 32f))],
            [.. Samples<byte>(file, "label", 2)]));

    private static List<GoldenDeviation> Deviations(
        string pathWithoutExtension, int filters, Device device, Func<SafetensorsFile, (float[][] Images, byte[][] Masks)> data)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(pathWithoutExtension + ".safetensors");
        using var expected = JsonDocument.Parse(File.ReadAllText(pathWithoutExtension + ".json"));
        var options = new TrainingOptions { Network = new() { Filters = filters, DiscriminatorFilters = 4, Dropout = 0 } };
        using var method = new SassnetMethod(options, ScalarType.Float32, device);
        NetworkWeights.Load(method.Network, file, "generator.before.");
        NetworkWeights.Load(method.Discriminator, file, "discriminator.before.");
        var (images, masks) = data(file);
        var sdms = masks.Select(mask => SignedDistanceMap.Normalised(mask, Size)).ToArray();
        var batch = new Batch(Size, ["a", "b", "c", "d"], images, [.. masks.Select(mask => Array.ConvertAll(mask, label => (float)label))], sdms);

        // The recording's adversarial weight is that of the end of the warm-up.
        var afterWarmup = options.Loss.RampupInterval * options.Loss.RampupLength;
        var deviations = new List<GoldenDeviation>();
        foreach (var iteration in (string[])["iteration1", "iteration2"])
            deviations.AddRange(Losses(iteration, expected.RootElement.GetProperty(iteration), method.Step(batch, afterWarmup)));
        deviations.AddRange(Weights(method.Network, file, "generator.after."));
        deviations.AddRange(Weights(method.Discriminator, file, "discriminator.after."));
        return deviations;
    }

    private static IEnumerable<GoldenDeviation> Losses(string iteration, JsonElement expected, StepLosses losses)
    {
        return
        [
            new($"{iteration}: adversarial weight", Math.Abs(losses["adversarialWeight"] - 0.01), 1e-12),
            Of("loss", losses.Total),
            Of("loss_dice", losses["lossDice"]),
            Of("loss_sdm", losses["lossSdm"]),
            Of("loss_adversarial", losses["lossAdversarial"]),
            Of("loss_discriminator", losses["lossDiscriminator"]),
        ];

        GoldenDeviation Of(string name, double seen)
        {
            var recorded = expected.GetProperty(name).GetDouble();
            return new($"{iteration}: {name}, relative", Math.Abs(seen - recorded) / Math.Abs(recorded), LossTolerance);
        }
    }

    private static IEnumerable<GoldenDeviation> Weights(nn.Module module, SafetensorsFile file, string prefix) => module.state_dict()
        .Where(pair => pair.Value.is_floating_point())
        .Select(pair => new GoldenDeviation(prefix + pair.Key, (pair.Value.cpu() - file.Read(prefix + pair.Key)).abs().max().item<float>(), WeightTolerance));

    // The files keep Z fastest, as the tensors do; a batch keeps X fastest.
    private static IEnumerable<T[]> Samples<T>(SafetensorsFile file, string name, int count)
        where T : unmanaged
    {
        var values = file.ReadArray<T>(name);
        return Enumerable.Range(0, count).Select(n => AxisOrder.FromZFastest<T>(values.AsSpan(n * (int)Size.Count, (int)Size.Count), Size));
    }
}
