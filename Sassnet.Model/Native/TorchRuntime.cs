namespace Sassnet.Model.Native;

/// <summary>
/// Loads LibTorch before TorchSharp does, so that it also works where the system's libstdc++ is older than the one TorchSharp was
/// built with (Debian 12, Ubuntu 22.04, RHEL 9), so that a failure says in one line what is missing, and so that the environment variable
/// <c>SASSNET_LIBTORCH</c> may name a folder with another LibTorch than the package's.
/// </summary>
public static class TorchRuntime
{
    private const string BindingName = "libLibTorchSharp.so";
    private static readonly Lock Gate = new();
    private static bool _loaded;

    /// <summary>The version and the folder of the LibTorch that is loaded, for a log; empty before.</summary>
    public static string Description { get; private set; } = string.Empty;

    /// <summary>Loads the native libraries once; call it first thing in a program, before any use of TorchSharp. Safe to call again.</summary>
    /// <exception cref="TorchUnavailableException">A native library is missing, does not fit or cannot be loaded; the message says which, and why.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_loaded)
                return;
            if (OperatingSystem.IsLinux())
            {
                AllocatorRetention.Enable();
                WaitingThreads.Sleep();
                var (version, folder) = LibTorchFolder.Load();
                LoadBinding();
                Description = $"LibTorch {version} from {folder}";
            }

            _loaded = true;
        }
    }

    private static void LoadBinding()
    {
        var binding = Path.Combine(AppContext.BaseDirectory, BindingName);
        try
        {
            SharedLibrary.LoadWhole(binding);
        }
        catch (TorchUnavailableException failure) when (LibstdcxxCompatibility.IsNeededFor(failure.Message))
        {
            // TorchSharp's own load of the untouched file fails in the same way and then finds this copy by its soname.
            SharedLibrary.LoadWhole(LibstdcxxCompatibility.PatchedCopyOf(binding));
        }
    }
}
