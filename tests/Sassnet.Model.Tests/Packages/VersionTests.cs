using Sassnet.Model.Packages;
using Sassnet.Model.Tests.Inference;
using Semver;
using Xunit;

namespace Sassnet.Model.Tests.Packages;

public sealed class VersionTests
{
    [Fact]
    public void Newer_versions_come_after_older_ones()
    {
        string[] ordered = ["0.9.10", "1.0.0-alpha.9", "1.0.0-alpha.10", "1.0.0-rc.1", "1.0.0", "1.2", "1.9.0", "1.10.0", "2026.01.05"];
        using var package = TemporaryPackage.Random();
        var read = ordered.Reverse().Select(version => package.Package.With(package.Package.Manifest with { Version = version }));
        Assert.Equal(ordered, read.OrderBy(one => one.Version, SemVersion.SortOrderComparer).Select(one => one.Manifest.Version));
    }

    [Theory]
    [InlineData("mine@1.2", "mine@1.2.0", true)]
    [InlineData("mine@2", "mine@2.0.0", true)]
    [InlineData("mine@2026.01.05", "mine@2026.1.5", true)]
    [InlineData("mine@1.0.0-rc.01", "mine@1.0.0-rc.1", true)]
    [InlineData("mine@1.2.0", "mine@1.2.0-rc.1", false)]
    [InlineData("mine@1.2.0+a", "mine@1.2.0+b", false)]
    [InlineData("mine@1.2.0", "mine@1.2.1", false)]
    [InlineData("mine@1.2.0", "other@1.2.0", false)]
    [InlineData("mine@final", "mine@final", false)]
    public void Two_spellings_are_of_one_version_where_neither_is_newer(string identifier, string other, bool same)
    {
        Assert.Equal(same, ManifestRules.AreOfOneVersion(identifier, other));
        Assert.Equal(same, ManifestRules.AreOfOneVersion(other, identifier));
    }

    [Theory]
    [InlineData("")]
    [InlineData("final")]
    [InlineData("v1.0.0")]
    [InlineData("1.2.3.4")]
    [InlineData("1.0 beta")]
    public void What_has_no_place_in_that_order_is_no_version(string version)
    {
        using var package = TemporaryPackage.Random();
        var failure = Assert.Throws<InvalidPackageException>(() => package.Package.With(package.Package.Manifest with { Version = version }));
        Assert.Equal($"model.json: 'version' is {version}; accepted: a semantic version, such as 1.2.0 or 1.2.0-rc.1 (semver.org).", failure.Message);
    }
}
