using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Model.VolumeFiles;
using Sassnet.Tests;
using Sassnet.Training.Tests.Cluster;
using Xunit;

namespace Sassnet.Api.Tests.EndToEnd;

/// <summary>Clients that an integrator has already: Python with its standard library, and curl as the README has it.</summary>
public sealed partial class ClientTests : IDisposable
{
    private static readonly string Phantom = Path.Combine(RepositoryFiles.Root, "docs", "phantom.nii.gz");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sassnet-clients-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Python_with_its_standard_library_alone_gets_the_segmentation_the_report_and_the_reason_of_a_refusal()
    {
        Assert.SkipUnless(await HasAsync("python3"), "needs python3, which is not installed");
        await using var locked = await LockedService.StartAsync();
        var scan = Path.Combine(_folder.FullName, "scan.nii.gz");
        await File.WriteAllBytesAsync(scan, Scan.Medium, Cancelled);
        var script = Path.Combine(RepositoryFiles.Root, "tests", "Sassnet.Api.Tests", "EndToEnd", "client.py");

        // Isolated: no package that happens to be there is found.
        string[] arguments = ["-I", "-S", script, locked.Service.Address.ToString().TrimEnd('/'), scan, "segmentation.nii.gz", locked.Key("segment")];
        var (exit, output, errors) = await RunAsync("python3", arguments);

        Assert.True(exit == 0, errors);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var labels = VolumeFile.Read(Path.Combine(_folder.FullName, "segmentation.nii.gz"), ct: Cancelled).Volume;
        Assert.Equal(64 * 64 * 32, labels.Voxels.Length);
        Assert.Equal("model random@1.10.0", lines[0]);
        Assert.Equal("header 348", lines[1]);
        Assert.Equal($"label left atrium {labels.Voxels.Count(voxel => voxel == 1).ToString(CultureInfo.InvariantCulture)}", lines[2]);
        Assert.StartsWith("refused 400 urn:sassnet:problem:invalid-parameter 'threshold' is '2'; accepted:", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lines_of_curl_in_the_README_do_what_they_say()
    {
        Assert.SkipUnless(await HasAsync("curl"), "needs curl, which is not installed");
        await using var locked = await LockedService.StartAsync();
        var key = locked.Key("segment");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "docs"));
        File.Copy(Phantom, Path.Combine(_folder.FullName, "docs", "phantom.nii.gz"));
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "scan.nii.gz"), Scan.Medium, Cancelled);
        var series = new DicomScan { Columns = 20, Rows = 18, Slices = 16 }.Classic().Select((slice, number) => ($"series/{number}.dcm", slice));
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "series.zip"), ZipBytes.Of([.. series]), Cancelled);
        var commands = CurlPattern().Matches(await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "README.md"), Cancelled)).Select(match => match.Groups[1].Value).ToList();
        Assert.InRange(commands.Count, 4, 40);

        foreach (var command in commands)
        {
            // The README's service has other models and, but for one line, is open.
            var here = command.Replace("http://localhost:8080", locked.Service.Address.ToString().TrimEnd('/'), StringComparison.Ordinal)
                .Replace("?model=phantom", string.Empty, StringComparison.Ordinal);
            if (!here.Contains("$KEY", StringComparison.Ordinal))
                here = here.Replace("curl ", "curl -H \"Authorization: Bearer $KEY\" ", StringComparison.Ordinal);
            var (exit, output, errors) = await RunAsync("bash", ["-c", here], ("KEY", key));
            Assert.True(exit == 0, $"{command}: {exit} {output} {errors}");
            var file = Path.Combine(_folder.FullName, command.Split(" -o ")[^1]);
            if (file.EndsWith(".zip", StringComparison.Ordinal))
                Assert.Contains((await ZipFile.OpenReadAsync(file, Cancelled)).Entries, entry => entry.FullName == "segmentation.nii.gz");
            else
                Assert.NotEmpty(VolumeFile.Read(file, ct: Cancelled).Volume.Voxels);
            File.Delete(file);
        }

        // What it says of an error: the exit code is 22, and the text is in the file.
        var refused = commands[0].Replace("http://localhost:8080", locked.Service.Address.ToString().TrimEnd('/'), StringComparison.Ordinal);
        var (code, _, _) = await RunAsync("bash", ["-c", refused]);
        Assert.Equal(22, code);
        var problem = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "segmentation.nii.gz"), Cancelled)).RootElement;
        Assert.Equal("urn:sassnet:problem:unauthenticated", problem.GetProperty("type").GetString());
    }

    private static async Task<bool> HasAsync(string program)
    {
        var (exit, _, _) = await ShellProcess.Run("/", new Dictionary<string, string>(), "bash", ["-c", $"command -v {program}"], Cancelled);
        return exit == 0;
    }

    private Task<(int Exit, string Output, string Errors)> RunAsync(string program, string[] arguments, params (string Name, string Value)[] environment) =>
        ShellProcess.Run(_folder.FullName, environment.ToDictionary(variable => variable.Name, variable => variable.Value), program, arguments, Cancelled);

    [GeneratedRegex("^    (curl .* -o \\S+)$", RegexOptions.Multiline)]
    private static partial Regex CurlPattern();
}
