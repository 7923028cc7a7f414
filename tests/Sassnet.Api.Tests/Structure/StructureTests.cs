using System.Xml.Linq;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Structure;

/// <summary>What may know what in this repository. A folder is a namespace.</summary>
public sealed class StructureTests
{
    private static readonly string[] Projects = ["Sassnet.Model", "Sassnet.Api", "Sassnet.Training"];

    [Theory]
    [InlineData("Sassnet.Model")]
    [InlineData("Sassnet.Api")]
    [InlineData("Sassnet.Training")]
    public void The_folders_of_a_project_form_no_circle(string project)
    {
        var uses = new NamespaceGraph(FilesOf(project)).Uses;
        Assert.True(uses.Count > 10, $"{project} seems to have no folders that use one another: {uses.Count} uses found");
        var circles = Circles.In(uses);
        var within = uses.Where(use => circles.Any(circle => circle.Contains(use.From) && circle.Contains(use.To))).Select(use => $"{use.From} uses {use.To}");
        Assert.True(circles.Count == 0, $"{circles.Count} circles:\n{string.Join('\n', within.Order(StringComparer.Ordinal))}");
    }

    [Theory]
    [InlineData("Sassnet.Model")]
    [InlineData("Sassnet.Api", "Sassnet.Model")]
    [InlineData("Sassnet.Training", "Sassnet.Model")]
    public void A_project_knows_no_other_than_those_it_stands_on(string project, params string[] known)
    {
        var references = XDocument.Load(Path.Combine(RepositoryFiles.Root, project, $"{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));
        Assert.Equal(known, references);
        var own = FilesOf(project).Select(file => file.Namespace).ToHashSet();
        var uses = new NamespaceGraph([.. Projects.SelectMany(FilesOf)]).Uses.Where(use => use.From.Length > 0 && own.Contains(use.From));
        string[] allowed = [project, .. known];
        Assert.DoesNotContain(uses, use => !allowed.Any(name => use.To == name || use.To.StartsWith(name + ".", StringComparison.Ordinal)));
    }

    private static IReadOnlyList<SourceFile> FilesOf(string project) => SourceFile.OfProject(Path.Combine(RepositoryFiles.Root, project));
}
