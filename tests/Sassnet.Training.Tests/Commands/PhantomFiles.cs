using System.Collections.Concurrent;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>Folders of phantoms as <c>phantom</c> makes them. What is asked for more than once is made once, and each test has files of its own, which it may change.</summary>
internal static class PhantomFiles
{
    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, byte[]>> Made = new();

    /// <summary>Puts them into a new folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">The command's options but for <c>--output</c>.</param>
    public static async Task Write(string folder, params string[] options)
    {
        var key = string.Join(' ', options);
        if (Made.TryGetValue(key, out var files))
        {
            foreach (var (name, content) in files)
            {
                var path = Path.Combine(folder, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
            }

            return;
        }

        var (exitCode, _, errors) = await TrainingProcess.Run(TestContext.Current.CancellationToken, ["phantom", "--output", folder, .. options]);
        Assert.True(exitCode == 0, errors);
        Made[key] = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllBytes);
    }
}
