using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sassnet.Training.Runs;

/// <summary>The optimizers' memory as named tensors, one per parameter in the parameters' order, so that it goes into a checkpoint beside the weights.</summary>
internal static class OptimizerState
{
    /// <summary>What an optimizer remembers; of SGD nothing before the first step.</summary>
    /// <exception cref="NotSupportedException">Another optimizer than SGD or Adam.</exception>
    public static IEnumerable<KeyValuePair<string, Tensor>> Of(optim.Optimizer optimizer, string prefix) => optimizer switch
    {
        SGD sgd => Of(sgd, prefix),
        Adam adam => Of(adam, prefix),
        _ => throw new NotSupportedException($"The state of {optimizer.GetType().Name} is not known here."),
    };

    /// <summary>Puts it back; what is read lies on the device of the parameters.</summary>
    /// <exception cref="NotSupportedException">Another optimizer than SGD or Adam.</exception>
    public static void Restore(optim.Optimizer optimizer, string prefix, Func<string, Tensor?> read)
    {
        switch (optimizer)
        {
            case SGD sgd:
                Restore(sgd, prefix, read);
                break;
            case Adam adam:
                Restore(adam, prefix, read);
                break;
            default:
                throw new NotSupportedException($"The state of {optimizer.GetType().Name} is not known here.");
        }
    }

    // Momentum buffers.
    private static IEnumerable<KeyValuePair<string, Tensor>> Of(SGD optimizer, string prefix) => optimizer.state_dict().State
        .Select((state, index) => KeyValuePair.Create($"{prefix}{index}.momentum", ((SGD.State)state).momentum_buffer))
        .Where(pair => pair.Value is not null)!;

    // Step counts and moments.
    private static IEnumerable<KeyValuePair<string, Tensor>> Of(Adam optimizer, string prefix) =>
        optimizer.state_dict().State.Cast<Adam.State>().SelectMany((state, index) => new[]
        {
            KeyValuePair.Create($"{prefix}{index}.step", tensor(state.step, device: CPU)),
            KeyValuePair.Create($"{prefix}{index}.exp_avg", state.exp_avg),
            KeyValuePair.Create($"{prefix}{index}.exp_avg_sq", state.exp_avg_sq),
        });

    private static void Restore(SGD optimizer, string prefix, Func<string, Tensor?> read)
    {
        var index = 0;
        foreach (var state in optimizer.state_dict().State.Cast<SGD.State>())
        {
            if (read($"{prefix}{index++}.momentum") is { } momentum)
                state.momentum_buffer = momentum.DetachFromDisposeScope();
        }
    }

    private static void Restore(Adam optimizer, string prefix, Func<string, Tensor?> read)
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
