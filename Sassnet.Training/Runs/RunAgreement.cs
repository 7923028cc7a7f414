using System.Runtime.InteropServices;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using static TorchSharp.torch;

namespace Sassnet.Training.Runs;

/// <summary>What the processes of one run must have alike for their sum of gradients to mean anything.</summary>
internal static class RunAgreement
{
    /// <summary>Before a run's folder is made: sees that configuration, scans and first weights are the same in all processes.</summary>
    /// <exception cref="InvalidConfigurationException">They are not; the message says which process differs in what.</exception>
    public static void Require(World world, TrainingOptions options, ScanDataset dataset, TrainingMethod method)
    {
        if (world.Size == 1)
            return;
        var agreement = new Agreement();

        // Where the scans lie may differ from machine to machine; what they are may not.
        agreement.Add("the configuration", TrainingOptionsFile.Write(options with { Data = options.Data with { Folder = "" } }));
        foreach (var scan in (IEnumerable<TrainingScan>)[.. dataset.Labelled, .. dataset.Unlabelled, .. dataset.Validation])
            agreement.Add($"the scan {scan.Name}", [.. MemoryMarshal.AsBytes(scan.Image), .. scan.Mask ?? []]);
        AddWeights(agreement, method);
        Require(world, agreement);
    }

    /// <summary>Before the first iteration: sees that all processes go on from the same checkpoint, if from one.</summary>
    /// <exception cref="InvalidConfigurationException">They do not.</exception>
    public static void Require(World world, TrainingMethod method, int done)
    {
        if (world.Size == 1)
            return;
        var agreement = new Agreement();
        agreement.Add("the iterations that are done", $"{done}");
        AddWeights(agreement, method);
        Require(world, agreement);
    }

    /// <summary>While training goes on: which process has other weights than the first, and which; null where all have the same.</summary>
    public static string? DifferenceOfWeights(World world, TrainingMethod method)
    {
        if (world.Size == 1)
            return null;
        var agreement = new Agreement();
        AddWeights(agreement, method);
        return agreement.Difference(world);
    }

    private static void Require(World world, Agreement agreement)
    {
        if (agreement.Difference(world) is { } difference)
            throw new InvalidConfigurationException($"The processes of this training do not have the same to work on: {difference}.");
    }

    private static void AddWeights(Agreement agreement, TrainingMethod method)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, value) in Checkpoint.State(method))
            agreement.Add(name, value.detach().cpu().contiguous().bytes);
    }
}
