using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Tests.Morphology;

/// <summary>The recorded masks of a golden file; their tensors run Z fastest, so the grid's first axis is the tensor's last.</summary>
internal static class GoldenMasks
{
    public static (byte[] Mask, GridSize Size) ReadMask(this SafetensorsFile file, string name)
    {
        var shape = file.Entries[name].Shape;
        return (file.ReadArray<byte>(name), new GridSize((int)shape[2], (int)shape[1], (int)shape[0]));
    }

    public static IEnumerable<string> NamesEndingWith(this SafetensorsFile file, string suffix) =>
        file.Entries.Keys.Where(key => key.EndsWith(suffix, StringComparison.Ordinal)).Select(key => key[..^suffix.Length]);
}
