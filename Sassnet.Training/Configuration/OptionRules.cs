using Sassnet.Model.Devices;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Configuration;

/// <summary>What is accepted as the value of a key, beyond its type.</summary>
/// <param name="Key">Such as <c>optimizer.learningRate</c>.</param>
/// <param name="Accepted">In words.</param>
/// <param name="Seen">The value, as an error shows it.</param>
/// <param name="Holds">Whether it is accepted.</param>
internal sealed record OptionRule(string Key, string Accepted, Func<TrainingOptions, object> Seen, Func<TrainingOptions, bool> Holds);

/// <summary>The ranges of the training options.</summary>
internal static class OptionRules
{
    // Four halvings of 32 leave the discriminator 2 voxels to average; of less than 16, none.
    private const int MinSide = 16;

    // A crop of more voxels than an array can have ends in no message of ours.
    private const int MaxSide = 1024;

    // Control points lie 16 voxels apart; moved by 0.4 of that and more, space may fold (Choi and Lee, Graphical Models 2000).
    private const double MaxBending = 6;

    /// <summary>All of them, in the order of the keys.</summary>
    public static IReadOnlyList<OptionRule> All { get; } =
    [
        new("name", ManifestRules.AcceptedName, o => o.Name, o => ManifestRules.IsName(o.Name)),
        new("name", $"with the version {ManifestRules.AcceptedIdentifier}", o => $"{o.Name} and the version {o.Version}", o => ManifestRules.IsIdentifier(o.Name, o.Version)),
        new("version", ManifestRules.AcceptedVersion, o => o.Version, o => ManifestRules.IsVersion(o.Version)),
        Whole("label.value", o => o.Label.Value, 1, byte.MaxValue),
        new("label.fileValues", "a list of whole numbers other than 0, such as [1, 2]", o => Shown(o.Label.FileValues), o => !o.Label.FileValues.Contains(0)),
        new("label.name", ManifestRules.AcceptedLabelName, o => $"'{o.Label.Name}'", o => ManifestRules.IsLabelName(o.Label.Name)),
        new("label.snomedCode", $"{ManifestRules.AcceptedCode}; or empty", o => o.Label.SnomedCode, o => o.Label.SnomedCode.Length == 0 || ManifestRules.IsCode(o.Label.SnomedCode)),
        new("label.colour", $"{ManifestRules.AcceptedColour}, or empty", o => o.Label.Colour, o => o.Label.Colour.Length == 0 || ManifestRules.IsColour(o.Label.Colour)),
        new("label.components", ManifestRules.AcceptedComponents, o => o.Label.Components, o => ManifestRules.IsComponents(o.Label.Components)),
        .. StructureRules.All,
        CardText("card.intendedUse", card => card.IntendedUse),
        CardText("card.notFor", card => card.NotFor),
        CardText("card.data", card => card.Data),
        CardText("card.licence", card => card.Licence),
        Whole("iterations", o => o.Iterations, 1),
        new("device", TorchDevice.Accepted, o => o.Device, o => TorchDevice.IsName(o.Device)),
        new("threads", "0 (all) or more", o => o.Threads, o => o.Threads >= 0),
        new("data.folder", "a folder", o => $"'{o.Data.Folder}'", o => o.Data.Folder.Length > 0),
        new("data.labelled", "a file in that folder", o => $"'{o.Data.Labelled}'", o => o.Data.Labelled.Length > 0),
        new("data.labelledCases", "0 (all) or more", o => o.Data.LabelledCases, o => o.Data.LabelledCases >= 0),
        Lengths("data.voxelSizeMm", o => o.Data.VoxelSizeMm),
        Lengths("preprocessing.spacingMm", o => o.Preprocessing.SpacingMm),
        new("preprocessing.orientation", "one letter each of R/L, A/P and S/I, such as RAS", o => o.Preprocessing.Orientation, o => IsOrientation(o.Preprocessing.Orientation)),
        new("preprocessing.windowHu", ManifestRules.AcceptedWindow, o => Shown(o.Preprocessing.WindowHu), o => ManifestRules.IsWindow(o.Preprocessing.WindowHu, o.Preprocessing.Normalisation)),
        Whole("network.filters", o => o.Network.Filters, VNet.MinFilters, VNet.MaxFilters),
        Whole("network.discriminatorFilters", o => o.Network.DiscriminatorFilters, VNet.MinFilters),
        Share("network.dropout", o => o.Network.Dropout),
        new("crops.sizes", "one size or more, each three multiples of 16 up to 1024; where a scan is shorter, the rest of a crop is padding", o => FirstWrong(o.Crops.Sizes), o => o.Crops.Sizes.Length > 0 && o.Crops.Sizes.All(AreSides)),
        Whole("crops.labelled", o => o.Crops.Labelled, 1),
        new("crops.labelled", "an even number with the method bcp, which pastes one half into the other", o => o.Crops.Labelled, o => o.Method != MethodKind.Bcp || o.Crops.Labelled % 2 == 0),
        new("crops.unlabelled", "1 or more with a method that uses unlabelled scans", o => o.Crops.Unlabelled, o => !o.Method.UsesUnlabelled() || o.Crops.Unlabelled >= 1),
        new("crops.unlabelled", "as many as crops.labelled with the method bcp", o => $"{o.Crops.Unlabelled} and crops.labelled {o.Crops.Labelled}", o => o.Method != MethodKind.Bcp || o.Crops.Unlabelled == o.Crops.Labelled),
        Probability("crops.foreground", o => o.Crops.Foreground),
        new("crops.sizes", "sizes that leave the network's deepest level, a 16th of each side, two voxels or more in all crops of a pass, since a variance needs two", o => TooSmall(o), o => o.Crops.Sizes.All(size => HasVariance(o, size))),
        new("crops.accumulate", "0 (one for each process) or more", o => o.Crops.Accumulate, o => o.Crops.Accumulate >= 0),
        Range("augmentation.rotation", o => o.Augmentation.Rotation, 0, 180),
        Probability("augmentation.rotationProbability", o => o.Augmentation.RotationProbability),
        Range("augmentation.zoom", o => o.Augmentation.Zoom, 0, 1),
        Probability("augmentation.zoomProbability", o => o.Augmentation.ZoomProbability),
        Range("augmentation.elastic", o => o.Augmentation.Elastic, 0, MaxBending),
        Probability("augmentation.elasticProbability", o => o.Augmentation.ElasticProbability),
        Range("augmentation.overhang", o => o.Augmentation.Overhang, 0, 0.5),
        Range("augmentation.noise", o => o.Augmentation.Noise, 0, 4),
        Probability("augmentation.noiseProbability", o => o.Augmentation.NoiseProbability),
        Range("augmentation.blur", o => o.Augmentation.Blur, 0, 10),
        Probability("augmentation.blurProbability", o => o.Augmentation.BlurProbability),
        Range("augmentation.contrast", o => o.Augmentation.Contrast, 0, 4),
        Probability("augmentation.contrastProbability", o => o.Augmentation.ContrastProbability),
        Range("augmentation.gain", o => o.Augmentation.Gain, 0, 4),
        Range("augmentation.shift", o => o.Augmentation.Shift, 0, 4),
        Probability("augmentation.brightnessProbability", o => o.Augmentation.BrightnessProbability),
        Range("augmentation.gamma", o => o.Augmentation.Gamma, 0, 4),
        Probability("augmentation.gammaProbability", o => o.Augmentation.GammaProbability),
        Range("augmentation.fieldOfView", o => o.Augmentation.FieldOfView, 0, 0.4),
        Positive("optimizer.learningRate", o => o.Optimizer.LearningRate, 10),
        Share("optimizer.momentum", o => o.Optimizer.Momentum),
        Range("optimizer.weightDecay", o => o.Optimizer.WeightDecay, 0, 1),
        Whole("optimizer.decayEvery", o => o.Optimizer.DecayEvery, 1),
        Positive("optimizer.decayFactor", o => o.Optimizer.DecayFactor, 1),
        Positive("optimizer.discriminatorLearningRate", o => o.Optimizer.DiscriminatorLearningRate, 1),
        Share("ema.decay", o => o.Ema.Decay),
        Range("loss.sdmWeight", o => o.Loss.SdmWeight, 0, 100),
        Range("loss.adversarialWeight", o => o.Loss.AdversarialWeight, 0, 100),
        Whole("loss.rampupLength", o => o.Loss.RampupLength, 1),
        Whole("loss.rampupInterval", o => o.Loss.RampupInterval, 1),
        Share("teacher.decay", o => o.Teacher.Decay),
        Range("teacher.consistencyWeight", o => o.Teacher.ConsistencyWeight, 0, 100),
        Whole("teacher.passes", o => o.Teacher.Passes, 1, 100),
        Range("teacher.noise", o => o.Teacher.Noise, 0, 10),
        Whole("copyPaste.pretrainIterations", o => o.CopyPaste.PretrainIterations, 0),
        new("copyPaste.share", "between 0 and 1, neither included", o => o.CopyPaste.Share, o => o.CopyPaste.Share is > 0 and < 1),
        Range("copyPaste.pseudoLabelWeight", o => o.CopyPaste.PseudoLabelWeight, 0, 1),
        new("weakToStrong.threshold", "0.5 up to, not including, 1", o => o.WeakToStrong.Threshold, o => o.WeakToStrong.Threshold is >= 0.5 and < 1),
        Range("weakToStrong.weight", o => o.WeakToStrong.Weight, 0, 100),
        Share("weakToStrong.cutMixShare", o => o.WeakToStrong.CutMixShare),
        Range("weakToStrong.contrast", o => o.WeakToStrong.Contrast, 0, 4),
        Range("weakToStrong.noise", o => o.WeakToStrong.Noise, 0, 10),
        Whole("run.logEvery", o => o.Run.LogEvery, 1),
        Whole("run.checkpointEvery", o => o.Run.CheckpointEvery, 1),
        Whole("run.validateEvery", o => o.Run.ValidateEvery, 1),
        Whole("run.keepCheckpoints", o => o.Run.KeepCheckpoints, 1),
        new("window.patch", "three multiples of 16 up to 1024; where a scan is shorter, the rest of a window is padding", o => Shown(o.Window.Patch), o => AreSides(o.Window.Patch)),
        new("window.stride", "three steps from 1 to the patch's side", o => Shown(o.Window.Stride), o => AreSteps(o.Window.Stride, o.Window.Patch)),
    ];

    /// <summary>Throws for the first value that is not accepted.</summary>
    public static void Check(TrainingOptions options)
    {
        foreach (var rule in All)
        {
            if (!rule.Holds(options))
                throw new InvalidConfigurationException(rule.Key, FormattableString.Invariant($"'{rule.Key}' is {rule.Seen(options)}; accepted: {rule.Accepted}."));
        }
    }

    private static OptionRule Whole(string key, Func<TrainingOptions, int> value, int lowest, int highest = int.MaxValue) =>
        new(key, highest == int.MaxValue ? $"{lowest} or more" : $"{lowest} to {highest}", o => value(o), o => value(o) >= lowest && value(o) <= highest);

    private static OptionRule Range(string key, Func<TrainingOptions, double> value, double lowest, double highest) =>
        new(key, FormattableString.Invariant($"{lowest} to {highest}"), o => value(o), o => value(o) >= lowest && value(o) <= highest);

    private static OptionRule Probability(string key, Func<TrainingOptions, double> value) => Range(key, value, 0, 1);

    private static OptionRule Positive(string key, Func<TrainingOptions, double> value, double highest) =>
        new(key, FormattableString.Invariant($"above 0, up to {highest}"), o => value(o), o => value(o) > 0 && value(o) <= highest);

    private static OptionRule Share(string key, Func<TrainingOptions, double> value) =>
        new(key, "0 up to, not including, 1", o => value(o), o => value(o) is >= 0 and < 1);

    private static OptionRule Lengths(string key, Func<TrainingOptions, double[]> value) =>
        new(key, "three lengths in millimetres above 0", o => Shown(value(o)), o => value(o).Length == 3 && value(o).All(mm => double.IsFinite(mm) && mm > 0));

    private static OptionRule CardText(string key, Func<CardOptions, string> text) => new(
        key, $"{ManifestRules.AcceptedCardText}; or none in the whole card", o => $"a text of {text(o.Card).Length} characters", o => o.Card.IsEmpty || ManifestRules.IsCardText(text(o.Card)));

    private static bool AreSides(int[] sides) => sides.Length == 3 && sides.All(side => side is >= MinSide and <= MaxSide && side % VNet.SizeMultiple == 0);

    private static bool AreSteps(int[] strides, int[] patch) => strides.Length == 3 && strides.Zip(patch).All(pair => pair.First >= 1 && pair.First <= pair.Second);

    // BatchNorm divides by the number of values less one: of one value the running variance is no number, and the trained network's answer neither.
    private static bool HasVariance(TrainingOptions options, int[] size) =>
        (long)size.Aggregate(1, (voxels, side) => voxels * (side / VNet.SizeMultiple)) * options.Method.CropsOfAPass(options.Crops.Labelled, options.Crops.Unlabelled) >= 2;

    private static string TooSmall(TrainingOptions options) => options.Crops.Sizes.FirstOrDefault(size => !HasVariance(options, size)) is { } wrong ? Shown(wrong) : "empty";

    private static string FirstWrong(int[][] sizes) => sizes.FirstOrDefault(size => !AreSides(size)) is { } wrong ? Shown(wrong) : "empty";

    private static string Shown<T>(IEnumerable<T> values) => FormattableString.Invariant($"[{string.Join(", ", values)}]");

    // In capitals, as a package's manifest has it.
    private static bool IsOrientation(string code)
    {
        try
        {
            return Orientation.Parse(code).Code == code;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
