using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Sassnet.Model.Native;

/// <summary>A version of LibTorch. Its C++ interface changes from one minor version to the next; releases within one only mend faults.</summary>
internal readonly partial record struct LibTorchVersion(int Major, int Minor, int Patch)
{
    // Part of LibTorch's stable C interface, torch/csrc/stable/c/shim.h: the version, a byte each from the highest on.
    private const string VersionFunction = "aoti_torch_abi_version";
    private const int MajorShift = 56;
    private const int MinorShift = 48;
    private const int PatchShift = 40;

    /// <summary>The version that this build's TorchSharp was built with.</summary>
    public static LibTorchVersion Required { get; } = In(typeof(LibTorchVersion).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "LibTorchVersion").Value!)!.Value;

    /// <summary>Whether TorchSharp works with it.</summary>
    public bool Fits => (Major, Minor) == (Required.Major, Required.Minor);

    /// <summary>The first version in a text, such as 2.10.0 in <c>__version__ = '2.10.0+cu128'</c>; null where there is none.</summary>
    public static LibTorchVersion? In(string text) => Pattern().Match(text) is { Success: true } found
        ? new(Number(found.Groups[1]), Number(found.Groups[2]), found.Groups[3].Success ? Number(found.Groups[3]) : 0)
        : null;

    /// <summary>What a loaded <c>libtorch_cpu.so</c> says of itself; null for one that says nothing, as old ones do.</summary>
    public static unsafe LibTorchVersion? Of(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, VersionFunction, out var address))
            return null;
        var version = ((delegate* unmanaged<ulong>)address)();
        return new(Byte(version, MajorShift), Byte(version, MinorShift), Byte(version, PatchShift));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    private static int Byte(ulong version, int shift) => (int)((version >> shift) & 0xff);

    private static int Number(Group digits) => int.Parse(digits.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,4}))?")]
    private static partial Regex Pattern();
}
