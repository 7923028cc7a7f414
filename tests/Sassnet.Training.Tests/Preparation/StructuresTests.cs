using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

/// <summary>Raw scans in a folder of one's own, and what preparing makes of the structures in their labels.</summary>
public abstract class StructuresTests : IDisposable
{
    protected StructuresTests() => Raw = new RawScans(Path.Combine(Folder, "raw"));

    protected string Folder { get; } = Directory.CreateTempSubdirectory("sassnet-structures-").FullName;

    private protected RawScans Raw { get; }

    protected string Output => Path.Combine(Folder, "data");

    protected string Config => Path.Combine(Output, "config.yaml");

    protected PreparationOptions Options => new() { Input = Raw.Folder, Output = Output, ValidationShare = 0.34, TimeTraining = false };

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Prepares, and gives what was said.</summary>
    protected static string Prepare(PreparationOptions options)
    {
        using var console = new StringWriter();
        DataPreparation.Run(options, console, TestContext.Current.CancellationToken);
        return console.ToString();
    }

    /// <summary>Prepares what is to be refused, and gives the error.</summary>
    protected static string Refused(PreparationOptions options) => Assert.Throws<InvalidConfigurationException>(() => Prepare(options)).Message;

    /// <summary>Writes the scans a, b and c, whose labels have the structures 1 and 2.</summary>
    protected void WriteThree()
    {
        foreach (var (name, seed) in ((string, ulong)[])[("a", 1), ("b", 2), ("c", 3)])
            Raw.WriteChambers(name, seed);
    }

    /// <summary>Takes a structure out of a scan's label.</summary>
    protected void Without(string name, byte structure) => Raw.ChangeLabel(
        name, label => new LabelMap(label.Size, Array.ConvertAll(label.Labels, value => value == structure ? (byte)0 : value), label.Affine));

    /// <summary>The labels of the configuration that preparing wrote.</summary>
    protected IEnumerable<(int Value, string Name)> Labels() => TrainingOptionsFile.Read(Config).Labels.Select(label => ((int)label.Value, label.Name));
}
