using Sassnet.Model.Native;
using TorchSharp;
using Xunit;

namespace Sassnet.Model.Tests.Native;

public sealed class FreedMemoryTests
{
    private const int Tensors = 64;
    private const int Values = 2 << 20;
    private const long Taken = (long)Tensors * Values * sizeof(float);

    [Fact]
    public void What_tensors_left_behind_goes_back_to_the_system()
    {
        var kept = new List<torch.Tensor>();
        using (var scope = torch.NewDisposeScope())
        {
            // A small one after each large one, so that what is freed lies in pieces.
            for (var tensor = 0; tensor < Tensors; tensor++)
            {
                torch.ones(Values);
                kept.Add(torch.ones(1000).DetachFromDisposeScope());
            }
        }

        var before = Environment.WorkingSet;
        FreedMemory.GiveBack();
        var given = before - Environment.WorkingSet;
        kept.ForEach(tensor => tensor.Dispose());
        Assert.True(given > Taken / 2, $"{given} of {Taken} bytes were given back");
    }
}
