using Sassnet.Model.Packages;
using Sassnet.Model.Tests.Inference;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Packages;

public sealed class ModelCardTests
{
    private static readonly ModelCard Sound = new("Research.", "Patients.", "Forty scans.", "Apache-2.0");

    public static TheoryData<string, ModelCard> Faults => new()
    {
        { "card.intendedUse", Sound with { IntendedUse = "" } },
        { "card.notFor", Sound with { NotFor = " \n" } },
        { "card.data", Sound with { Data = new string('a', 4001) } },
        { "card.licence", Sound with { Licence = "" } },
    };

    [Fact]
    public void A_package_keeps_its_card_and_need_not_have_one()
    {
        using var package = TemporaryPackage.Random();
        Assert.Null(ModelPackage.Open(package.Package.Folder).Manifest.Card);
        package.Package.With(package.Package.Manifest with { Card = Sound });
        Assert.Equal(Sound, ModelPackage.Open(package.Package.Folder).Manifest.Card);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_card_with_a_gap_is_refused_by_the_texts_name(string member, ModelCard card)
    {
        using var package = TemporaryPackage.Random();
        var failure = Assert.Throws<InvalidPackageException>(() => package.Package.With(package.Package.Manifest with { Card = card }));
        Assert.Contains($"'{member}'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"notFor\": \"Patients.\",", "")]
    [InlineData("\"licence\": \"Apache-2.0\"", "\"licence\": null")]
    [InlineData("\"licence\": \"Apache-2.0\"", "\"licence\": \"Apache-2.0\", \"author\": \"me\"")]
    public void A_card_that_lacks_a_text_or_has_an_unknown_one_is_refused(string text, string other)
    {
        using var package = TemporaryPackage.Random();
        package.Package.With(package.Package.Manifest with { Card = Sound });
        var file = Path.Combine(package.Package.Folder, ModelPackage.ManifestFile);
        File.WriteAllText(file, File.ReadAllText(file).Replace(text, other, StringComparison.Ordinal));
        Assert.Throws<InvalidPackageException>(() => ModelPackage.Open(package.Package.Folder));
    }

    [Theory]
    [InlineData("left-atrium", "not a medical device")]
    [InlineData("phantom", "never saw a scan of a patient")]
    public void The_bundled_packages_say_what_they_must_not_be_used_for(string name, string words) =>
        Assert.Contains(words, ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", name)).Manifest.Card!.NotFor, StringComparison.Ordinal);

    [Fact]
    public void Weights_that_changed_after_the_package_was_opened_are_noticed()
    {
        using var package = TemporaryPackage.Random();
        var opened = ModelPackage.Open(package.Package.Folder);
        opened.RequireWeights();
        var file = Path.Combine(opened.Folder, ModelPackage.WeightsFile);
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Contains("SHA-256", Assert.Throws<InvalidPackageException>(opened.RequireWeights).Message, StringComparison.Ordinal);
    }
}
