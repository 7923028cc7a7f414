using System.CommandLine;
using System.Globalization;
using CsvHelper;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Commands;
using Sassnet.Training.Tests.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>A folder of scans and one of results, for tests of <c>segment</c>.</summary>
internal sealed class SegmentedFolder : IDisposable
{
    public static readonly string Phantom = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom");

    public SegmentedFolder() => Scans = new RawScans(Path.Combine(Folder, "scans"));

    /// <summary>Both of them, and whatever else a test needs.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("sassnet-segment-").FullName;

    public RawScans Scans { get; }

    public string Output => Path.Combine(Folder, "results");

    public string[] Arguments(params string[] options) => ["--model", Phantom, "--input", Scans.Folder, "--output", Output, .. options];

    public Task<int> Segment(params string[] options) => Run(Arguments(options));

    public static Task<int> Run(params string[] arguments) => SegmentCommand.Create().Parse(arguments).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);

    /// <summary>The rows of the report.</summary>
    public List<Dictionary<string, string>> Rows()
    {
        using var text = new StreamReader(Path.Combine(Output, "report.csv"));
        using var csv = new CsvReader(text, CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        var rows = new List<Dictionary<string, string>>();
        while (csv.Read())
            rows.Add(csv.HeaderRecord!.ToDictionary(column => column, column => csv.GetField(column)!));
        return rows;
    }

    /// <summary>A result of a case.</summary>
    public Volume Read(string name, string file) => VolumeFile.Read(Path.Combine(Output, name, file), ct: TestContext.Current.CancellationToken).Volume;

    /// <summary>When a case's segmentation was written.</summary>
    public DateTime Written(string name) => File.GetLastWriteTimeUtc(Path.Combine(Output, name, "segmentation.nii.gz"));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
