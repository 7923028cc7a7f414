namespace Sassnet.Model.Native;

/// <summary>
/// The folder of LibTorch's libraries: the package's, <c>libtorch</c> below the program, or one that the user names in its place, such as <c>torch/lib</c> of a
/// PyTorch wheel, <c>lib</c> of a LibTorch archive or a cluster's module; for the processor or for CUDA.
/// </summary>
internal static class LibTorchFolder
{
    /// <summary>The environment variable that names a folder.</summary>
    public const string Variable = "SASSNET_LIBTORCH";

    private const string Core = "libtorch_cpu.so";

    // Each before those that need it, so that the folder's is there by the time LD_LIBRARY_PATH might answer with another.
    private static readonly string[] Libraries = ["libc10.so", Core, "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    // By these TorchSharp's binding asks for them.
    private static readonly string[] Needed = ["libc10.so", Core, "libtorch.so"];

    /// <summary>Loads LibTorch; TorchSharp and its binding then find it by name.</summary>
    /// <returns>The version and the folder.</returns>
    /// <exception cref="TorchUnavailableException">There is no LibTorch, it does not fit, or it cannot be loaded.</exception>
    public static (LibTorchVersion Version, string Folder) Load()
    {
        var besides = Path.Combine(AppContext.BaseDirectory, Core);
        if (File.Exists(besides))
            throw new TorchUnavailableException($"LibTorch cannot be loaded: TorchSharp would load {besides} besides; remove it.");
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named && Path.GetFullPath(named) is var folder)
            return (Load(folder, $"{Variable} is '{folder}', which"), folder);
        folder = Path.Combine(AppContext.BaseDirectory, "libtorch");
        if (!Directory.Exists(folder))
        {
            throw new TorchUnavailableException(
                $"LibTorch cannot be loaded: this build brings none; name a folder with it in {Variable}, or build with TorchBackend=cpu or cuda.");
        }

        return (Load(folder, $"The program's folder {folder}"), folder);
    }

    private static LibTorchVersion Load(string folder, string name)
    {
        if (!Directory.Exists(folder))
            throw Unfit(name, "is no folder");
        if (WrittenVersion(folder) is { Fits: false } written)
            throw Unfit(name, $"has LibTorch {written}");
        if (MissingIn(folder) is { } missing)
            throw Unfit(name, missing);

        var loaded = new Dictionary<string, nint>();
        LibTorchVersion? version = null;
        foreach (var library in Libraries.Where(library => File.Exists(Path.Combine(folder, library))))
        {
            loaded[library] = SharedLibrary.Load(Path.Combine(folder, library));
            if (library != Core)
                continue;
            version = LibTorchVersion.Of(loaded[library]);
            if (version is not { Fits: true })
                throw Unfit(name, $"has LibTorch {version?.ToString() ?? "of a version that it does not tell"}");
        }

        if (Array.Find(Needed, library => !SharedLibrary.Answers(library, loaded[library])) is { } other)
            throw Unfit(name, $"has a {other} that calls itself otherwise");
        return version!.Value;
    }

    private static string? MissingIn(string folder)
    {
        var missing = Needed.Where(library => !File.Exists(Path.Combine(folder, library))).ToArray();
        if (missing.Length == 0)
            return null;
        string[] below = ["lib", Path.Combine("torch", "lib")];
        var inside = Array.Find(below, name => File.Exists(Path.Combine(folder, name, Core)));
        return $"has no {string.Join(", no ", missing)}{(inside is null ? "" : $" (but {Path.Combine(folder, inside)} has)")}";
    }

    // Where wheels, archives and Debian's packages write it. The library's own word counts in the end, but one that does not fit had better not be loaded.
    private static LibTorchVersion? WrittenVersion(string folder)
    {
        string[] files = [Path.Combine(folder, "..", "..", "torch", "version.py"), Path.Combine(folder, "..", "build-version")];
        if (Array.Find(files, File.Exists) is { } file)
            return LibTorchVersion.In(File.ReadAllText(file));
        return Directory.EnumerateFiles(folder, Core + ".*").Select(name => LibTorchVersion.In(Path.GetFileName(name)[Core.Length..])).FirstOrDefault();
    }

    private static TorchUnavailableException Unfit(string name, string found) => new(
        $"{name} {found}; accepted: a folder with the libraries of LibTorch {LibTorchVersion.Required.Major}.{LibTorchVersion.Required.Minor}, "
        + "such as torch/lib of a PyTorch wheel or lib of a LibTorch archive.");
}
