using Sassnet.Api.Problems;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;

namespace Sassnet.Api.Models;

/// <summary>A model's network on a device, and how fast it is there. Safe to use from several threads.</summary>
/// <param name="model">The network.</param>
/// <param name="secondsPerVoxel">The seconds that a voxel takes on its way through the network, as measured at first.</param>
internal sealed class DeviceModel(LoadedModel model, double secondsPerVoxel)
{
    private double _secondsPerVoxel = secondsPerVoxel;

    /// <summary>The network.</summary>
    public LoadedModel Model { get; } = model;

    /// <summary>How long leading the network over a scan will take; refuses what takes longer than is allowed.</summary>
    /// <param name="plan">What it comes to.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="longest">The longest that is allowed.</param>
    /// <exception cref="ProblemException">It would take longer.</exception>
    public TimeSpan Admit(InferencePlan plan, SegmentationRequest request, TimeSpan longest)
    {
        var expected = Expected(plan);
        if (expected <= longest)
            return expected;
        var whole = Expected(Model.Plan(plan.Grid, InferenceMode.Whole));
        var instead = request.Quality == InferenceQuality.Balanced ? "" : $" in place of quality={request.Quality.Word()}";
        var advice = request.Mode != InferenceMode.Whole && plan.Mode != InferenceMode.Whole && whole <= longest
            ? FormattableString.Invariant($"Crop the volume, send it at a coarser voxel size, or ask for inference=whole{instead} (about {whole.TotalSeconds:0.#} s).")
            : "Crop the volume, or send it at a coarser voxel size.";
        throw new ProblemException(ProblemTypes.EstimatedTime,
            FormattableString.Invariant($"The volume has {plan.Grid} voxels at the model's voxel size; leading the network over them ")
                + (plan.Mode switch { InferenceMode.Window => "window by window", InferenceMode.WholeFlips => "in four passes", _ => "in one pass" })
                + (plan.Tiles is { Count: > 1 and var tiles } ? FormattableString.Invariant($" over each of {tiles} parts") : "")
                + FormattableString.Invariant($" would take about {expected.TotalSeconds:0.#} s, and this service allows {longest.TotalSeconds:0.###} s. {advice}"));
    }

    /// <summary>
    /// Takes note of how long an inference took: a pace that was measured on a busy machine must not refuse what an idle one serves. What took longer, as where
    /// memory ran out on the way, teaches nothing.
    /// </summary>
    public void Learn(InferencePlan plan, double seconds)
    {
        var measured = seconds / plan.NetworkVoxels;
        var known = Volatile.Read(ref _secondsPerVoxel);
        while (measured < known)
        {
            var seen = Interlocked.CompareExchange(ref _secondsPerVoxel, measured, known);
            if (seen == known)
                return;
            known = seen;
        }
    }

    private TimeSpan Expected(InferencePlan plan) => TimeSpan.FromSeconds(plan.NetworkVoxels * Volatile.Read(ref _secondsPerVoxel));
}
