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
