using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>A run that was trained and measured, in a folder with its scans and its configuration. Each test begins with it as it was, though another changed it.</summary>
public sealed class TrainedRun : IDisposable
{
    private readonly string _kept = Directory.CreateTempSubdirectory("sassnet-trained-").FullName;

    private bool _isKept;

    /// <summary>The folder, always the same one: a run knows its scans by their path.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("sassnet-publish-").FullName;

    /// <summary>Its configuration.</summary>
    public string Config => Path.Combine(Folder, "config.yaml");

    /// <summary>What was trained.</summary>
    public string Run => Path.Combine(Folder, "run");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Takes away what a test has left.</summary>
    public void Clear()
    {
        Directory.Delete(Folder, recursive: true);
        Directory.CreateDirectory(Folder);
    }

    /// <summary>Puts the scans and the configuration into the empty folder, with which nothing was trained.</summary>
    public async Task Prepare()
    {
        await File.WriteAllTextAsync(
            Config,
            """
            name: mine
            version: 0.3.0
            card: {intendedUse: Tests., notFor: Patients., data: Phantoms., licence: Apache-2.0}
            method: vnet-sdm
            iterations: 4
            threads: 1
            precision: float32
            data: {folder: data, validation: validation.list}
            preprocessing: {spacingMm: [4, 4, 4]}
            network: {filters: 2}
            crops: {sizes: [[32, 16, 16]], labelled: 2}
            run: {checkpointEvery: 2}
            window: {patch: [16, 16, 16], stride: [8, 8, 8]}
            """,
            Cancelled);
        await PhantomFiles.Write(
            Path.Combine(Folder, "data"), "--labelled", "2", "--unlabelled", "0", "--validation", "2", "--size", "64", "64", "64");
    }

    /// <summary>Puts all of it into the empty folder; the first test that asks for it trains.</summary>
    public async Task Restore()
    {
        if (_isKept)
        {
            Copy(_kept, Folder);
            return;
        }

        await Prepare();
        var (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, "train", "--config", Config, "--output", Run, "--evaluate");
        Assert.True(exitCode == 0, errors);
        Copy(Folder, _kept);
        _isKept = true;
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        Directory.Delete(_kept, recursive: true);
    }

    private static void Copy(string source, string target)
    {
        foreach (var folder in Directory.EnumerateDirectories(source, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(target, Path.GetRelativePath(source, folder)));
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(target, Path.GetRelativePath(source, file)));
    }
}
