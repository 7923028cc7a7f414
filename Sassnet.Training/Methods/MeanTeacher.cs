using Sassnet.Model.Networks;
using Sassnet.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>A second network whose weights are a moving average of the first's (Tarvainen and Valpola, NeurIPS 2017); it learns no other way.</summary>
public sealed class MeanTeacher : IDisposable
{
    private readonly double _decay;

    /// <summary>Builds a teacher equal to its student, on the same device.</summary>
    /// <param name="student">The network to follow.</param>
    /// <param name="options">How fast to follow.</param>
    /// <param name="dropout">The teacher's own probability of dropping a channel in training mode.</param>
    public MeanTeacher(VNet student, TeacherOptions options, double dropout)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(options);
        _decay = options.Decay;
        Network = new VNet(student.Filters, dropout).to(student.Device);
        foreach (var parameter in Network.parameters())
            parameter.requires_grad = false;
        Equal(student);
    }

    /// <summary>The teacher's network; nothing of it has gradients.</summary>
    public VNet Network { get; }

    /// <summary>Takes every weight of the student over.</summary>
    public void Equal(VNet student)
    {
        ArgumentNullException.ThrowIfNull(student);
        Average(student, keep: 0);
    }

    /// <summary>Moves every weight towards the student's: t ← d·t + (1 − d)·s with d the decay, from the first iteration on.</summary>
    public void Follow(VNet student)
    {
        ArgumentNullException.ThrowIfNull(student);
        Average(student, _decay);
    }

    /// <summary>
    /// Moves every weight towards the student's: t ← d·t + (1 − d)·s with d = min(1 − 1/(i + 1), decay), after an iteration counted from 0.
    /// BatchNorm's running statistics stay the teacher's own: it is asked in training mode, where they are not used.
    /// </summary>
    public void Follow(VNet student, int iteration)
    {
        ArgumentNullException.ThrowIfNull(student);
        Average(student, Math.Min(1 - (1.0 / (iteration + 1)), _decay));
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    private void Average(VNet student, double keep)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var (own, other) in Network.parameters().Zip(student.parameters()))
            own.mul_(keep).add_(other, alpha: 1 - keep);
    }
}
