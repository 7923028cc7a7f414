using Sassnet.Training.Configuration;
using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>A method with a mean teacher: a network that follows the segmenter's, and that the next step depends on as well.</summary>
public abstract class TeacherMethod : TrainingMethod
{
    /// <summary>Builds student and teacher.</summary>
    /// <param name="options">The run's configuration.</param>
    /// <param name="precision">The data type of activations: Float32 or BFloat16.</param>
    /// <param name="device">The device to train on; null for the processor.</param>
    /// <param name="teacherDropout">
    /// The teacher's own probability of dropping a channel. 0 where it labels: with half of the channels before its head dropped it would do that much worse
    /// than it can.
    /// </param>
    /// <param name="detachSdmHead">Whether the distance map's head only reads the features.</param>
    protected TeacherMethod(TrainingOptions options, ScalarType precision, Device? device, double teacherDropout, bool detachSdmHead = false)
        : base(options, precision, device, detachSdmHead) =>
        Teacher = new AveragedNetwork(Network, teacherDropout);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, nn.Module> Networks =>
        new Dictionary<string, nn.Module>(base.Networks) { ["teacher"] = Teacher.Network };

    /// <summary>The teacher.</summary>
    protected AveragedNetwork Teacher { get; }
}
