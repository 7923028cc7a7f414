using System.Collections.Concurrent;
using System.Diagnostics;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Packages;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>DICOM results as files, for the readers of other packages.</summary>
internal static class ResultFiles
{
    // By path and time of writing: several attributes of one file are looked at.
    private static readonly ConcurrentDictionary<(string Path, DateTime Written), string> Dumps = new();

    public static ResultDescription About() =>
        new("a-model", "1.2.3", [new Label(1, "left atrium", "82471001")], "0.1.0", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), false);

    public static string Write(DicomFolder folder, Action<Stream> write)
    {
        var path = Path.Combine(folder.Path, Guid.NewGuid().ToString("N"));
        using var stream = File.Create(path);
        write(stream);
        return path;
    }

    /// <summary>Every attribute as dcmdump shows it.</summary>
    public static string Dump(string path) => Dumps.GetOrAdd((path, File.GetLastWriteTimeUtc(path)), _ => Tools.Run("dcmdump", "+L", path));

    /// <summary>What dcmdump shows of one attribute, wherever it stands first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tag">Such as <c>0008,0018</c>.</param>
    public static string Value(string path, string tag) => Values(path, tag)[0];

    /// <summary>What dcmdump shows of all attributes of one name.</summary>
    public static string[] Values(string path, string tag) =>
        [.. Dump(path).Split('\n').Where(line => line.TrimStart().StartsWith($"({tag}) ", StringComparison.Ordinal)).Select(line => line.Split(") ")[1][3..].Split(" #")[0].Trim().Trim('[', ']'))];

    /// <summary>dciodvfy finds no error. Its exit code does not tell.</summary>
    public static void RequireValid(string path)
    {
        var start = new ProcessStartInfo(Tools.Require("dciodvfy"), [path]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var report = process.StandardError.ReadToEnd() + process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.NotEmpty(report);
        Assert.False(report.Contains("Error", StringComparison.Ordinal), report);
    }
}
