using System.Globalization;
using System.Text.Json.Nodes;
using Sassnet.Model.Packages;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Packages;

/// <summary>What a manifest says ends up in DICOM results, whose texts and codes are bounded.</summary>
public sealed class ManifestRulesTests
{
    private static readonly string Phantom = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom");

    public static TheoryData<string, string> Refused => new()
    {
        { "name", new string('a', 65) },
        { "name", "left atrium\n" },
        { "name", " left atrium" },
        { "name", @"left\right" },
        { "name", string.Empty },
        { "snomedCode", "12345678901234567" },
        { "snomedCode", string.Empty },
        { "snomedCode", "8247 1001" },
        { "colour", "red" },
        { "colour", "#12345" },
        { "colour", "#12345g" },
        { "colour", "#123456\n" },
    };

    public static TheoryData<string, string> Accepted => new()
    {
        { "name", new string('a', 64) },
        { "name", "左心房" },
        { "snomedCode", "1234567890123456" },
        { "colour", "#e6194B" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_label_that_dicom_does_not_hold_is_refused_by_name(string member, string value)
    {
        var fault = Assert.Throws<InvalidPackageException>(() => Open(manifest => manifest["labels"]![0]![member] = value));

        Assert.Contains($"labels[0].{member}", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_label_that_dicom_holds_is_taken(string member, string value)
    {
        var label = Open(manifest => manifest["labels"]![0]![member] = value).Labels[0];

        Assert.Equal(value, member switch { "name" => label.Name, "colour" => label.Colour, _ => label.SnomedCode });
    }

    [Fact]
    public void Name_and_version_fit_together_into_a_dicom_text()
    {
        Assert.Equal(new string('a', 58), Open(manifest => manifest["name"] = new string('a', 58)).Name);
        Assert.Contains("name and version", Assert.Throws<InvalidPackageException>(() => Open(manifest => manifest["name"] = new string('a', 59))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(-1)]
    public void A_number_that_is_no_normalisation_is_refused(int number)
    {
        var fault = Assert.Throws<InvalidPackageException>(() => Open(manifest => manifest["preprocessing"]!["normalisation"] = number));

        Assert.Contains($"'preprocessing.normalisation' is {number};", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_labels_are_taken_with_as_many_classes()
    {
        var manifest = Open(Several);
        Assert.Equal((2, 2), (manifest.Architecture.Classes, manifest.Labels.Count));
    }

    [Theory]
    [InlineData("architecture.classes", "architecture", "classes", "1")]
    [InlineData("architecture.inputChannels", "architecture", "inputChannels", "2")]
    [InlineData("labels[1].value", "labels.1", "value", "1")]
    [InlineData("labels[1].name", "labels.1", "name", "\"left atrium\"")]
    [InlineData("labels[0].components", "labels.0", "components", "-1")]
    [InlineData("labels[1].components", "labels.1", "components", "256")]
    [InlineData("labels", "labels.1", "colour", "null")]
    [InlineData("labels", "labels.1", "colour", "\"#E6194B\"")]
    [InlineData("range.labelVolumesMl", "range", "labelVolumesMl", "[{\"min\": 1, \"max\": 2}]")]
    [InlineData("range.labelVolumesMl[1]", "range", "labelVolumesMl", "[{\"min\": 1, \"max\": 2}, {\"min\": 2, \"max\": 1}]")]
    public void Several_labels_that_do_not_fit_together_or_the_network_are_refused(string named, string path, string member, string value)
    {
        var fault = Assert.Throws<InvalidPackageException>(() => Open(manifest =>
        {
            Several(manifest);
            var node = path.Split('.').Aggregate(manifest, (inner, part) => int.TryParse(part, out var index) ? inner[index]! : inner[part]!);
            node[member] = JsonNode.Parse(value);
        }));

        Assert.Contains($"'{named}'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("255", 255)]
    [InlineData("1", 1)]
    [InlineData(null, 1)]
    public void A_label_says_how_many_components_it_keeps_and_else_keeps_one(string? written, int kept)
    {
        var opened = Open(manifest =>
        {
            Several(manifest);
            if (written is not null)
                manifest["labels"]![1]!["components"] = JsonNode.Parse(written);
        });
        Assert.Equal([1, kept], opened.Labels.Select(label => label.KeptComponents));
    }

    [Theory]
    [InlineData("'labels[0]' is null", "labels.0")]
    [InlineData("'labels[1]' is null", "labels.1")]
    [InlineData("'range.labelVolumesMl[1]' is null", "range.labelVolumesMl.1")]
    [InlineData("not a manifest", "preprocessing.spacingMm.2")]
    [InlineData("not a manifest", "inference.patch.0")]
    [InlineData("not a manifest", "inference.stride.0")]
    [InlineData("not a manifest", "inference.validationDice.whole")]
    [InlineData("not a manifest", "range.fieldOfViewMm.min.0")]
    [InlineData("not a manifest", "range.labelVolumesMl.0.min")]
    public void Null_where_something_has_to_be_is_refused(string said, string path)
    {
        var parts = path.Split('.');
        var fault = Assert.Throws<InvalidPackageException>(() => Open(manifest =>
        {
            Several(manifest);
            var node = parts[..^1].Aggregate(manifest, (inner, part) => int.TryParse(part, out var index) ? inner[index]! : inner[part]!);
            if (node is JsonArray list)
                list[int.Parse(parts[^1], CultureInfo.InvariantCulture)] = null;
            else
                node[parts[^1]] = null;
        }));

        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }

    private static void Several(JsonNode manifest)
    {
        manifest["architecture"]!["classes"] = 2;
        manifest["labels"]![0]!["name"] = "left atrium";
        manifest["labels"]![0]!["colour"] = "#e6194b";
        manifest["labels"]!.AsArray().Add(JsonNode.Parse("""{"value": 2, "name": "left ventricle", "colour": "#3cb44b"}"""));
        manifest["range"]!["labelVolumesMl"] = JsonNode.Parse("""[{"min": 1, "max": 2}, {"min": 1, "max": 2}]""");
    }

    private static ModelManifest Open(Action<JsonNode> change)
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-package-tests-");
        try
        {
            var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Phantom, "model.json")))!;
            change(manifest);
            File.WriteAllText(Path.Combine(folder.FullName, "model.json"), manifest.ToJsonString());
            File.Copy(Path.Combine(Phantom, "model.safetensors"), Path.Combine(folder.FullName, "model.safetensors"));
            return ModelPackage.Open(folder.FullName).Manifest;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
