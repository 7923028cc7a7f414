using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Training.Publishing;
using TorchSharp;
using Xunit;

namespace Sassnet.Training.Tests.Publishing;

public sealed class ModelsFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-models-").FullName;

    private string Models => Path.Combine(_folder, "models");

    [Fact]
    public void A_package_and_its_evaluation_are_published_under_name_and_version_and_nothing_else_stays()
    {
        var package = Package(seed: 1);
        var (folder, wasThere) = new ModelsFolder(Models).Publish(package, Evaluation(package));
        Assert.Equal((Path.Combine(Models, "mine@1.0.0"), false), (folder, wasThere));
        Assert.Equal([folder], Directory.EnumerateFileSystemEntries(Models));
        Assert.Equal(["evaluation.json", "model.json", "model.safetensors"], Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order());
        Assert.Equal(package.Manifest.Sha256, ModelPackage.Open(folder).Manifest.Sha256);
        Assert.Equal(Evaluation(package), PackageEvaluation.Read(folder));
    }

    [Fact]
    public void The_same_once_more_is_left_alone()
    {
        var package = Package(seed: 1);
        new ModelsFolder(Models).Publish(package, Evaluation(package));
        var before = Files();
        Assert.Equal((Path.Combine(Models, "mine@1.0.0"), true), new ModelsFolder(Models).Publish(package, Evaluation(package)));
        Assert.Equal(before, Files());
    }

    [Fact]
    public void Other_weights_another_manifest_or_another_evaluation_of_a_version_are_refused_and_the_first_stays()
    {
        var package = Package(seed: 1);
        new ModelsFolder(Models).Publish(package, Evaluation(package));
        var before = Files();
        Assert.Contains("another weights: ", Refused(Package(seed: 2), null), StringComparison.Ordinal);
        Assert.Contains("another model.json", Refused(Package(seed: 1, data: "other scans"), null), StringComparison.Ordinal);
        Assert.Contains("another evaluation.json", Refused(package, Evaluation(package) with { Set = "other.list" }), StringComparison.Ordinal);
        Assert.Contains("another evaluation.json", Refused(package, null), StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void A_version_that_lies_in_a_folder_of_another_name_counts_as_published()
    {
        var package = Package(seed: 1);
        package.CopyTo(Path.Combine(Models, "by-hand"));
        Assert.Equal((Path.Combine(Models, "by-hand"), true), new ModelsFolder(Models).Publish(package, null));
        Assert.Contains("by-hand", Refused(Package(seed: 2), null), StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_of_a_name_lie_side_by_side()
    {
        new ModelsFolder(Models).Publish(Package(seed: 1), null);
        new ModelsFolder(Models).Publish(Package(seed: 2, version: "1.0.1"), null);
        Assert.Equal(["mine@1.0.0", "mine@1.0.1"], Directory.EnumerateDirectories(Models).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("1.2", "1.2.0")]
    [InlineData("1.2.0", "1.2")]
    [InlineData("2026.01.05", "2026.1.5")]
    [InlineData("1.0.0-rc.01", "1.0.0-rc.1")]
    public void Another_spelling_of_a_published_version_is_refused_and_names_the_one_that_is_there(string published, string other)
    {
        new ModelsFolder(Models).Publish(Package(seed: 1, version: published), null);
        foreach (var seed in new[] { 1, 2 })
        {
            Assert.Contains(
                $"mine@{other} is published already in '{Path.Combine(Models, $"mine@{published}")}', as mine@{published}, which is the same version. ",
                Refused(Package(seed, version: other), null),
                StringComparison.Ordinal);
        }

        Assert.Equal([$"mine@{published}"], Directory.EnumerateDirectories(Models).Select(Path.GetFileName));
    }

    [Fact]
    public void Where_a_version_lies_in_two_spellings_each_once_more_is_the_same()
    {
        foreach (var version in new[] { "1.2", "1.2.0" })
            Package(seed: 1, version).CopyTo(Path.Combine(Models, $"mine@{version}"));
        foreach (var version in new[] { "1.2", "1.2.0" })
            Assert.Equal((Path.Combine(Models, $"mine@{version}"), true), new ModelsFolder(Models).Publish(Package(seed: 1, version), null));
    }

    [Fact]
    public void Versions_of_different_build_metadata_lie_side_by_side()
    {
        new ModelsFolder(Models).Publish(Package(seed: 1, version: "1.0.0+a"), null);
        new ModelsFolder(Models).Publish(Package(seed: 2, version: "1.0.0+b"), null);
        Assert.Equal(["mine@1.0.0+a", "mine@1.0.0+b"], Directory.EnumerateDirectories(Models).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Whatever_else_has_the_name_stays_and_a_damaged_neighbour_is_no_hindrance()
    {
        Directory.CreateDirectory(Path.Combine(Models, "damaged"));
        File.WriteAllText(Path.Combine(Models, "damaged", "model.json"), "{");
        Directory.CreateDirectory(Path.Combine(Models, "mine@1.0.0"));
        File.WriteAllText(Path.Combine(Models, "mine@1.0.0", "notes.txt"), "mine");
        Assert.Contains("is there and is not mine@1.0.0", Refused(Package(seed: 1), null), StringComparison.Ordinal);
        Assert.Equal("mine@1.0.1", Path.GetFileName(new ModelsFolder(Models).Publish(Package(seed: 1, version: "1.0.1"), null).Folder));
    }

    [Fact]
    public void Of_two_at_once_one_publishes_and_the_other_finds_it_there()
    {
        var package = Package(seed: 1);
        var published = new (string Folder, bool WasThere)[8];
        Parallel.For(0, published.Length, i => published[i] = new ModelsFolder(Models).Publish(package, null));
        Assert.Single(published, one => !one.WasThere);
        Assert.Equal([Path.Combine(Models, "mine@1.0.0")], Directory.EnumerateFileSystemEntries(Models));
    }

    [Fact]
    public void A_package_whose_weights_do_not_arrive_whole_is_not_published()
    {
        var package = Package(seed: 1);
        File.AppendAllText(Path.Combine(package.Folder, ModelPackage.WeightsFile), "more");
        Assert.Contains("SHA-256", Refused(package, null), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Models));
    }

    [Fact]
    public void The_same_figures_of_several_labels_once_more_are_the_same_and_others_are_refused()
    {
        var package = Package(seed: 1);
        var whole = Evaluation(package);
        LabelEvaluation Label(double dice) => new() { Value = 1, Empty = 0, Dice = new ScoreStatistics(dice, null, null, dice), Jaccard = whole.Jaccard };
        Assert.False(new ModelsFolder(Models).Publish(package, whole with { Labels = [Label(0.8)] }).WasThere);
        Assert.True(new ModelsFolder(Models).Publish(package, whole with { Labels = [Label(0.8)] }).WasThere);
        Assert.Contains("evaluation.json, with the same package", Refused(package, whole with { Labels = [Label(0.7)] }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_evaluation_of_another_package_is_refused()
    {
        var (package, other) = (Package(seed: 1), Package(seed: 2));
        Assert.Contains("evaluation.json is of mine@1.0.0 with the weights", Refused(package, Evaluation(other)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Models));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Refused(ModelPackage package, PackageEvaluation? evaluation) =>
        Assert.Throws<InvalidPackageException>(() => new ModelsFolder(Models).Publish(package, evaluation)).Message;

    private List<(string File, string Bytes, DateTime Written)> Files() => [.. Directory.EnumerateFiles(Models, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(file => (file, Convert.ToHexString(File.ReadAllBytes(file)), File.GetLastWriteTimeUtc(file)))];

    private static PackageEvaluation Evaluation(ModelPackage package) => new()
    {
        Package = package.Identifier,
        Sha256 = package.Manifest.Sha256,
        Set = "validation.list",
        Cases = 1,
        Empty = 0,
        Inference = "whole",
        Dice = new ScoreStatistics(0.8, null, null, 0.8),
        Jaccard = new ScoreStatistics(0.7, null, null, 0.7),
        Commit = "none",
    };

    private ModelPackage Package(int seed, string version = "1.0.0", string data = "scans")
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(seed);
        using var network = new VNet(filters: 2);
        return ModelPackage.Write(Path.Combine(_folder, $"{seed}-{version}-{data}"), network, new ModelManifest
        {
            Name = "mine",
            Version = version,
            Architecture = new Architecture("vnet-sdm", 2),
            Labels = [new Label(1, "left atrium")],
            Preprocessing = new PreprocessingSpecification([1.5, 1.5, 1.5], "RAS", Normalisation.ZScore),
            Inference = new InferenceSpecification([32, 32, 16], [8, 8, 8], new Dictionary<string, double>()),
            Training = new TrainingProvenance("none", 0, 0, 0, data, new DateOnly(2026, 1, 1), "none"),
            Sha256 = "",
        });
    }
}
