using System.Runtime.InteropServices;
using System.Text;

namespace Sassnet.Model.Native;

/// <summary>LibTorch's libraries, loaded by the system's loader.</summary>
internal static unsafe class SharedLibrary
{
    // dlfcn.h
    private const int Lazy = 1;
    private const int Now = 2;
    private const int NoLoad = 4;

    // Looked up first: whatever asks the loader for anything between a call and its error would replace the error.
    private static readonly nint Loader = NativeLibrary.Load("libdl.so.2");
    private static readonly delegate* unmanaged<byte*, int, nint> Open = (delegate* unmanaged<byte*, int, nint>)NativeLibrary.GetExport(Loader, "dlopen");
    private static readonly delegate* unmanaged<byte*> Error = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(Loader, "dlerror");

    /// <summary>Loads a library.</summary>
    /// <exception cref="TorchUnavailableException">It is missing or cannot be loaded; the message says which, and why.</exception>
    public static nint Load(string path) => Load(path, Lazy);

    /// <summary>
    /// Loads a library and looks up every symbol it needs at once. Otherwise each is looked up when it is first called, and one that is missing then ends the
    /// process.
    /// </summary>
    /// <exception cref="TorchUnavailableException">It is missing or cannot be loaded; the message says which, and why.</exception>
    public static nint LoadWhole(string path) => Load(path, Now);

    /// <summary>Whether a library that asks for a name would get this one.</summary>
    public static bool Answers(string name, nint library)
    {
        fixed (byte* text = NullTerminated(name))
            return Open(text, Lazy | NoLoad) == library;
    }

    private static nint Load(string path, int flags)
    {
        nint library;
        byte* error = null;
        fixed (byte* text = NullTerminated(path))
        {
            library = Open(text, flags);
            if (library == 0)
                error = Error();
        }

        return library != 0 ? library : throw new TorchUnavailableException(path, Marshal.PtrToStringUTF8((nint)error) ?? "the system gives no reason");
    }

    private static byte[] NullTerminated(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
