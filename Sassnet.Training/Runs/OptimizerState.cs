using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sassnet.Training.Runs;

/// <summary>The optimizers' memory as named tensors, one per parameter in the parameters' order, so that it goes into a checkpoint beside the weights.</summary>
internal static class OptimizerState
{
    /// <summary>SGD's momentum buffers; empty before the first step.</summary>
    public static IEnumerable<KeyValuePair<string, Tensor>> Of(SGD optimizer, string prefix) => optimizer.state_dict().State
        .Select((state, index) => KeyValuePair.Create($"{prefix}{index}.momentum", ((SGD.State)state).momentum_buffer))
        .Where(pair => pair.Value is not null)!;

    /// <summary>Adam's step counts and moments.</summary>
    public static IEnumerable<KeyValuePair<string, Tensor>> Of(Adam optimizer, string prefix) =>
        optimizer.state_dict().State.Cast<Adam.State>().SelectMany((state, index) => new[]
        {
            KeyValuePair.Create($"{prefix}{index}.step", tensor(state.step)),
            KeyValuePair.Create($"{prefix}{index}.exp_avg", state.exp_avg),
            KeyValuePair.Create($"{prefix}{index}.exp_avg_sq", state.exp_avg_sq),
        });

    /// <summary>Puts momentum buffers back.</summary>
    public static void Restore(SGD optimizer, string prefix, Func<string, Tensor?> read)
    {
        var index = 0;
        foreach (var state in optimizer.state_dict().State.Cast<SGD.State>())
        {
            if (read($"{prefix}{index++}.momentum") is { } momentum)
                state.momentum_buffer = momentum.DetachFromDisposeScope();
        }
    }

    /// <summary>Puts step counts and moments back.</summary>
    public static void Restore(Adam optimizer, string prefix, Func<string, Tensor?> read)
    {
        var index = 0;
        foreach (var state in optimizer.state_dict().State.Cast<Adam.State>())
        {
            var key = $"{prefix}{index++}";
            state.step = read($"{key}.step")!.item<long>();
            state.exp_avg.copy_(read($"{key}.exp_avg")!);
            state.exp_avg_sq.copy_(read($"{key}.exp_avg_sq")!);
        }
    }
}
