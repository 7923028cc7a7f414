using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Tests.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class OtherLabelValuesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-values-").FullName;

    [Fact]
    public void Values_of_no_structure_are_told_of_the_scans_of_a_training_with_how_many_have_them()
    {
        var scans = new RawScans(_folder);
        foreach (var (name, seed) in ((string, ulong)[])[("a", 1), ("b", 2), ("c", 3)])
            scans.WriteChambers(name, seed);
        File.WriteAllLines(Path.Combine(_folder, "labelled.list"), ["a", "b"]);
        File.WriteAllLines(Path.Combine(_folder, "validation.list"), ["c"]);
        Assert.Equal("Values of label files that are no label's count as background: 2 in 3 cases.", Sentence(new StructureOptions { Value = 1, Name = "left atrium" }));
        Assert.Null(Sentence(new() { Value = 1, Name = "left atrium" }, new() { Value = 7, FileValues = [2], Name = "left ventricle" }));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string? Sentence(params StructureOptions[] labels) => OtherLabelValues.Sentence(ScanDataset.Load(new TrainingOptions
    {
        Method = MethodKind.VNet,
        Data = new() { Folder = _folder, Validation = "validation.list" },
        Labels = labels,
        Preprocessing = new() { SpacingMm = [4, 4, 4] },
    }).OtherValues);
}
