using System.Security.Cryptography;
using Sassnet.Model.Files;

namespace Sassnet.Model.Native;

/// <summary>
/// Makes a copy of TorchSharp's native binding that an older libstdc++ accepts. The binding asks for GLIBCXX_3.4.32 (GCC 13) for the sake
/// of a single symbol, <c>std::ios_base_library_init</c>, which only does what constructing <c>std::ios_base::Init</c> did before; so three
/// edits of equal length are enough, and any file that is not exactly like that is refused.
/// </summary>
internal static class LibstdcxxCompatibility
{
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const string OldVersion = "GLIBCXX_3.4";
    private const string NewSymbol = "_ZSt21ios_base_library_initv";

    // The complete-object constructor of std::ios_base::Init; it ignores its this pointer.
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";

    /// <summary>Whether the loader's message is the one that the patched copy cures.</summary>
    public static bool IsNeededFor(string loaderMessage) => loaderMessage.Contains(NewVersion, StringComparison.Ordinal);

    /// <summary>The path of a patched copy in a folder that only this user can write; made on first use.</summary>
    /// <exception cref="TorchUnavailableException">The file is not the binding this patch is for, or no copy can be written.</exception>
    public static string PatchedCopyOf(string library)
    {
        try
        {
            var bytes = File.ReadAllBytes(library);
            Patch(bytes);
            return Store(bytes, Path.GetFileName(library));
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new TorchUnavailableException(library, failure.Message);
        }
    }

    /// <summary>Applies the three edits in place.</summary>
    /// <exception cref="InvalidDataException">The file is not a 64-bit little-endian ELF library with exactly the expected version and symbol.</exception>
    internal static void Patch(Span<byte> file)
    {
        var elf = ElfSections.Read(file);
        elf.ReplaceVersionHash(file, ElfSections.Hash(NewVersion), ElfSections.Hash(OldVersion));
        elf.ReplaceString(file, NewVersion, OldVersion);
        elf.ReplaceString(file, NewSymbol, OldSymbol);
    }

    private static string Store(byte[] patched, string fileName)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(patched))[..16];
        var target = Path.Combine(CacheFolder(digest), fileName);

        // Compared, not trusted by name: what is loaded is what was just computed.
        if (File.Exists(target) && File.ReadAllBytes(target).AsSpan().SequenceEqual(patched))
            return target;
        AtomicFile.Write(target, stream => stream.Write(patched));
        return target;
    }

    private static string CacheFolder(string digest)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (home.Length == 0)
            return Directory.CreateTempSubdirectory("sassnet-native-").FullName;
        try
        {
            return CreatePrivate(Path.Combine(home, "sassnet", "native", digest));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Directory.CreateTempSubdirectory("sassnet-native-").FullName;
        }
    }

    private static string CreatePrivate(string folder) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(folder).FullName
        : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
}
