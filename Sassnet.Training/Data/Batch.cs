using System.Runtime.InteropServices;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Volumes;
using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Training.Data;

/// <summary>The crops of one iteration, labelled ones first, in plain arrays: made beside the training step, turned into tensors by it.</summary>
/// <param name="Size">The crop's size.</param>
/// <param name="Cases">The name of the scan that each crop is of.</param>
/// <param name="Images">One array per crop, X fastest.</param>
/// <param name="Masks">One per labelled crop: the mask of each structure, 0 or 1, one after the other.</param>
/// <param name="Sdms">The normalised signed distance map of each of these masks, likewise.</param>
public sealed record Batch(GridSize Size, IReadOnlyList<string> Cases, float[][] Images, float[][] Masks, float[][] Sdms)
{
    /// <summary>The tensors on the GPU, where they were copied there ahead of the step; else null.</summary>
    internal CropTensors? Ahead { get; private init; }

    /// <summary>The batch with its tensors on their way to a GPU, for a step that is still to come; as it is where that step runs on the processor.</summary>
    /// <param name="precision">The data type of activations.</param>
    /// <param name="device">The step's device.</param>
    public Batch CopiedAhead(ScalarType precision, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.type == DeviceType.CPU)
            return this;
        try
        {
            return this with { Ahead = Tensors(precision, device) };
        }
        catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
        {
            // The step before it needs all there is; its own copies it then.
            return this;
        }
    }

    /// <summary>The batch as tensors, the images in the precision of the activations; to be taken once.</summary>
    public CropTensors ToTensors(ScalarType precision, Device device) => Ahead ?? Tensors(precision, device);

    private CropTensors Tensors(ScalarType precision, Device device)
    {
        using var scope = NewDisposeScope();

        // All of them before any leaves the scope: where one does not fit into the GPU's memory, none stays.
        var (images, masks, sdms) = (Place(Images).to(precision), Place(Masks), Place(Sdms));
        return new CropTensors(images.MoveToOuterDisposeScope(), masks.MoveToOuterDisposeScope(), sdms.MoveToOuterDisposeScope());

        Tensor Place(float[][] crops)
        {
            var rows = crops.Length > 0 ? crops[0].Length / Size.Count : 0;
            var staged = empty([crops.Length, rows, Size.Z, Size.Y, Size.X], float32);

            // From pinned memory a GPU copies by itself, while this thread goes on.
            if (device.type == DeviceType.CUDA)
                staged = staged.pin_memory();
            for (var slot = 0; slot < crops.Length; slot++)
                crops[slot].CopyTo(MemoryMarshal.Cast<byte, float>(staged.bytes)[(slot * crops[slot].Length)..]);

            // X is fastest in the arrays and slowest in the tensors: turned on the device, which is the fastest at it.
            return staged.to(device, non_blocking: true).permute(0, 1, 4, 3, 2).contiguous();
        }
    }
}
