using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>Finds structures that are lost on the way to a network's grid, which keeps a voxel where more than half of it is labelled.</summary>
internal static class LostStructures
{
    /// <summary>The numbers of those of which nothing is left. One that the label lacks is none; one that is lost on the way would be trained on as if it were none.</summary>
    /// <param name="labels">The structures by their numbers, as they were read.</param>
    /// <param name="brought">The same on the network's grid.</param>
    public static IEnumerable<byte> Of(LabelMap labels, byte[] brought) => labels.Values.Where(number => !brought.AsSpan().Contains(number));
}
