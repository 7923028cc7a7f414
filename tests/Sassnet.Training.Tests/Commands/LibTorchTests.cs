using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>Training as a process of its own with a LibTorch that the user names: copies, so that the system takes no file of theirs for one beside the program.</summary>
public sealed class LibTorchTests : IDisposable
{
    private const string Variable = "SASSNET_LIBTORCH";
    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", "libtorch.so", "libgomp-98b21ff3.so.1"];

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-libtorch-").FullName;
    private readonly string _config;

    public LibTorchTests()
    {
        _config = Path.Combine(_folder, "config.yaml");
        File.WriteAllText(_config, """
            iterations: 100000
            threads: 1
            precision: float32
            data: {folder: data}
            preprocessing: {spacingMm: [4, 4, 4]}
            network: {filters: 2, discriminatorFilters: 2}
            crops: {sizes: [[16, 16, 16]], labelled: 1, unlabelled: 1}
            run: {logEvery: 1}
            """);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Training_runs_on_the_LibTorch_that_is_named_and_on_no_other()
    {
        var libraries = Copy("elsewhere", Libraries);
        var phantoms = await TrainingProcess.Run(Cancelled, "phantom", "--output", Path.Combine(_folder, "data"), "--labelled", "1", "--unlabelled", "1", "--validation", "0", "--size", "32", "32", "32");
        Assert.Equal(0, phantoms.ExitCode);
        using var process = Train(libraries);
        await process.WaitUntil(() => process.Output.Contains("1/100000", StringComparison.Ordinal), Cancelled);
        var used = (await File.ReadAllLinesAsync($"/proc/{process.Id}/maps", Cancelled)).Select(line => line[line.LastIndexOf(' ')..].Trim()).ToHashSet();
        process.Terminate();
        var (exit, output, errors) = await process.End(Cancelled);
        Assert.Equal((75, ""), (exit, errors));
        Assert.Contains($"LibTorch 2.10.0 from {libraries}", output, StringComparison.Ordinal);
        Assert.Equal(
            [Path.Combine(libraries, "libtorch_cpu.so")],
            used.Where(path => Path.GetFileName(path) == "libtorch_cpu.so"));
        Assert.Equal([libraries], used.Where(path => Libraries.Contains(Path.GetFileName(path))).Select(Path.GetDirectoryName).Distinct());
    }

    [Fact]
    public Task A_folder_that_is_not_there_is_named() => AssertRefused(Path.Combine(_folder, "nowhere"), $"{Variable} is '{Path.Combine(_folder, "nowhere")}', which is no folder;");

    [Fact]
    public Task A_folder_above_the_libraries_is_answered_with_theirs()
    {
        var libraries = Copy("archive/lib", ["libc10.so", "libtorch.so"], ("libtorch_cpu.so", "libc10.so"));
        return AssertRefused(Path.GetDirectoryName(libraries)!, $"has no libc10.so, no libtorch_cpu.so, no libtorch.so (but {libraries} has)");
    }

    [Theory]
    [InlineData("torch/version.py", "from typing import Optional\n\n__version__ = '2.7.1+cu126'\ncuda: Optional[str] = '12.6'\n", "2.7.1")]
    [InlineData("torch/build-version", "2.11.0+cpu\n", "2.11.0")]
    public Task Another_version_is_refused_by_what_is_written_beside_it(string file, string text, string version)
    {
        var libraries = Copy("torch/lib", ["libc10.so", "libtorch.so"], ("libtorch_cpu.so", "libc10.so"));
        File.WriteAllText(Path.Combine(_folder, file), text);
        return AssertRefused(libraries, $"which has LibTorch {version}; accepted: a folder with the libraries of LibTorch 2.10,");
    }

    [Fact]
    public Task A_library_that_does_not_tell_its_version_is_refused() =>
        AssertRefused(Copy("old", ["libc10.so", "libtorch.so"], ("libtorch_cpu.so", "libc10.so")), "which has LibTorch of a version that it does not tell; accepted:");

    [Fact]
    public Task A_library_whose_own_libraries_are_missing_is_refused_with_the_name_of_the_first() =>
        AssertRefused(Copy("without-openmp", [.. Libraries.SkipLast(1)]), "libgomp-98b21ff3.so.1: cannot open shared object file");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task AssertRefused(string libraries, string reason)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        using var process = Train(libraries);
        var (exit, _, errors) = await process.End(Cancelled);
        Assert.Equal(2, exit);
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "run")));
    }

    private TrainingProcess Train(string libraries) =>
        TrainingProcess.StartWith(new Dictionary<string, string> { [Variable] = libraries }, "train", "--config", _config, "--output", Path.Combine(_folder, "run"));

    private string Copy(string name, string[] libraries, params (string Name, string Source)[] others)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        foreach (var (library, source) in libraries.Select(library => (library, library)).Concat(others))
            File.Copy(Path.Combine(AppContext.BaseDirectory, "libtorch", source), Path.Combine(folder, library));
        return folder;
    }
}
