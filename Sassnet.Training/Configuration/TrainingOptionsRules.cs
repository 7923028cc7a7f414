using Sassnet.Model.Networks;

namespace Sassnet.Training.Configuration;

/// <summary>The ranges of the training options.</summary>
internal static class TrainingOptionsRules
{
    // Four halvings of 32 leave the discriminator 2 voxels to average; of less than 16, none.
    private const int MinSide = 16;

    /// <summary>Throws for the first value out of its range.</summary>
    public static void Check(TrainingOptions options)
    {
        Require(options.Iterations >= 1, "iterations", options.Iterations, "1 or more");
        Require(options.Threads >= 0, "threads", options.Threads, "0 (all) or more");
        Require(options.Label.Value >= 1, "label.value", options.Label.Value, "1 to 255");
        CheckLengths("data.voxelSizeMm", options.Data.VoxelSizeMm);
        CheckLengths("preprocessing.spacingMm", options.Preprocessing.SpacingMm);
        Require(options.Network.Filters >= 1, "network.filters", options.Network.Filters, "1 or more");
        Require(options.Network.DiscriminatorFilters >= 1, "network.discriminatorFilters", options.Network.DiscriminatorFilters, "1 or more");
        Require(options.Network.Dropout is >= 0 and < 1, "network.dropout", options.Network.Dropout, "0 up to, not including, 1");
        Require(options.Data.LabelledCases >= 0, "data.labelledCases", options.Data.LabelledCases, "0 (all) or more");
        CheckCrops(options.Crops, options.Method);
        CheckAugmentation(options.Augmentation);
        CheckOptimizer(options.Optimizer);
        CheckLoss(options.Loss);
        CheckTeacher(options.Teacher);
        CheckCopyPaste(options.CopyPaste);
        Require(options.Run.LogEvery >= 1, "run.logEvery", options.Run.LogEvery, "1 or more");
        Require(options.Run.ValidateEvery >= 1, "run.validateEvery", options.Run.ValidateEvery, "1 or more");
        Require(options.Run.CheckpointEvery >= 1, "run.checkpointEvery", options.Run.CheckpointEvery, "1 or more");
        Require(options.Run.KeepCheckpoints >= 1, "run.keepCheckpoints", options.Run.KeepCheckpoints, "1 or more");
        CheckSides("window.patch", options.Window.Patch);
        var strides = options.Window.Stride;
        Require(strides.Length == 3 && strides.Zip(options.Window.Patch).All(p => p.First >= 1 && p.First <= p.Second), "window.stride", Shown(strides), "three steps from 1 to the patch's side");
    }

    private static void CheckCrops(CropOptions crops, MethodKind method)
    {
        Require(crops.Sizes.Length >= 1, "crops.sizes", "empty", "one size or more");
        foreach (var size in crops.Sizes)
            CheckSides("crops.sizes", size);
        Require(crops.Labelled >= 1, "crops.labelled", crops.Labelled, "1 or more");
        if (method.UsesUnlabelled())
            Require(crops.Unlabelled >= 1, "crops.unlabelled", crops.Unlabelled, "1 or more");
        if (method == MethodKind.Bcp)
        {
            Require(crops.Labelled % 2 == 0, "crops.labelled", crops.Labelled, "an even number with the method bcp, which pastes one half into the other");
            Require(crops.Unlabelled == crops.Labelled, "crops.unlabelled", crops.Unlabelled, $"as many as crops.labelled ({crops.Labelled}) with the method bcp");
        }
    }

    private static void CheckAugmentation(AugmentationOptions augmentation)
    {
        Require(augmentation.Zoom is >= 0 and <= 1, "augmentation.zoom", augmentation.Zoom, "0 to 1");
        Require(augmentation.Overhang is >= 0 and <= 0.5, "augmentation.overhang", augmentation.Overhang, "0 to 0.5");
        Require(augmentation.Gain is >= 0 and <= 4, "augmentation.gain", augmentation.Gain, "0 to 4");
        Require(augmentation.Shift is >= 0 and <= 4, "augmentation.shift", augmentation.Shift, "0 to 4");
        Require(augmentation.Gamma is >= 0 and <= 4, "augmentation.gamma", augmentation.Gamma, "0 to 4");
        Require(augmentation.FieldOfView is >= 0 and <= 0.4, "augmentation.fieldOfView", augmentation.FieldOfView, "0 to 0.4");
    }

    private static void CheckOptimizer(OptimizerOptions optimizer)
    {
        Require(optimizer.LearningRate is > 0 and <= 10, "optimizer.learningRate", optimizer.LearningRate, "above 0, up to 10");
        Require(optimizer.Momentum is >= 0 and < 1, "optimizer.momentum", optimizer.Momentum, "0 up to, not including, 1");
        Require(optimizer.WeightDecay is >= 0 and <= 1, "optimizer.weightDecay", optimizer.WeightDecay, "0 to 1");
        Require(optimizer.DecayEvery >= 1, "optimizer.decayEvery", optimizer.DecayEvery, "1 or more");
        Require(optimizer.DecayFactor is > 0 and <= 1, "optimizer.decayFactor", optimizer.DecayFactor, "above 0, up to 1");
        Require(optimizer.DiscriminatorLearningRate is > 0 and <= 1, "optimizer.discriminatorLearningRate", optimizer.DiscriminatorLearningRate, "above 0, up to 1");
    }

    private static void CheckLoss(LossOptions loss)
    {
        Require(loss.SdmWeight is >= 0 and <= 100, "loss.sdmWeight", loss.SdmWeight, "0 to 100");
        Require(loss.AdversarialWeight is >= 0 and <= 100, "loss.adversarialWeight", loss.AdversarialWeight, "0 to 100");
        Require(loss.RampupLength >= 1, "loss.rampupLength", loss.RampupLength, "1 or more");
        Require(loss.RampupInterval >= 1, "loss.rampupInterval", loss.RampupInterval, "1 or more");
    }

    private static void CheckTeacher(TeacherOptions teacher)
    {
        Require(teacher.Decay is >= 0 and < 1, "teacher.decay", teacher.Decay, "0 up to, not including, 1");
        Require(teacher.ConsistencyWeight is >= 0 and <= 100, "teacher.consistencyWeight", teacher.ConsistencyWeight, "0 to 100");
        Require(teacher.Passes is >= 1 and <= 100, "teacher.passes", teacher.Passes, "1 to 100");
        Require(teacher.Noise is >= 0 and <= 10, "teacher.noise", teacher.Noise, "0 to 10");
    }

    private static void CheckCopyPaste(CopyPasteOptions copyPaste)
    {
        Require(copyPaste.PretrainIterations >= 0, "copyPaste.pretrainIterations", copyPaste.PretrainIterations, "0 or more");
        Require(copyPaste.Share is > 0 and < 1, "copyPaste.share", copyPaste.Share, "between 0 and 1, neither included");
        Require(copyPaste.PseudoLabelWeight is >= 0 and <= 1, "copyPaste.pseudoLabelWeight", copyPaste.PseudoLabelWeight, "0 to 1");
    }

    private static void CheckLengths(string key, double[] lengths) =>
        Require(lengths.Length == 3 && lengths.All(mm => double.IsFinite(mm) && mm > 0), key, Shown(lengths), "three lengths in millimetres above 0");

    private static void CheckSides(string key, int[] sides) => Require(
        sides.Length == 3 && sides.All(side => side >= MinSide && side % VNet.SizeMultiple == 0), key, Shown(sides), "three multiples of 16");

    private static string Shown<T>(IEnumerable<T> values) => FormattableString.Invariant($"[{string.Join(", ", values)}]");

    private static void Require(bool holds, string key, object seen, string accepted)
    {
        if (!holds)
            throw new InvalidConfigurationException(key, FormattableString.Invariant($"'{key}' is {seen}; accepted: {accepted}."));
    }
}
