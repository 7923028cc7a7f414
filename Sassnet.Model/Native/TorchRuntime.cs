using System.Runtime.InteropServices;

namespace Sassnet.Model.Native;

/// <summary>
/// Loads LibTorch before TorchSharp does, so that it also works where the system's libstdc++ is older than the one TorchSharp was
/// built with (Debian 12, Ubuntu 22.04, RHEL 9), and so that a failure says in one line what is missing.
/// </summary>
public static class TorchRuntime
{
    private const string BindingName = "libLibTorchSharp.so";
    private const string LibraryExtension = ".so";
    private static readonly Lock Gate = new();
    private static bool _loaded;

    /// <summary>Loads the native libraries once; call it first thing in a program, before any use of TorchSharp. Safe to call again.</summary>
    /// <exception cref="TorchUnavailableException">A native library is missing or cannot be loaded; the message says which, and why.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_loaded)
                return;
            if (OperatingSystem.IsLinux())
            {
                AllocatorRetention.Enable();
                LoadFrom(AppContext.BaseDirectory);
            }

            _loaded = true;
        }
    }

    private static void LoadFrom(string folder)
    {
        // In dependency order: each is then found by its soname when the next one asks for it.
        foreach (var name in (string[])["libtorch_cpu", "libtorch"])
            LoadLibrary(Path.Combine(folder, name + LibraryExtension));

        var binding = Path.Combine(folder, BindingName);
        try
        {
            NativeLibrary.Load(binding);
        }
        catch (DllNotFoundException failure) when (LibstdcxxCompatibility.IsNeededFor(failure.Message))
        {
            // TorchSharp's own load of the untouched file fails in the same way and then finds this copy by its soname.
            LoadLibrary(LibstdcxxCompatibility.PatchedCopyOf(binding));
        }
        catch (DllNotFoundException failure)
        {
            throw new TorchUnavailableException(binding, failure);
        }
    }

    private static void LoadLibrary(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException failure)
        {
            throw new TorchUnavailableException(path, failure);
        }
    }
}
