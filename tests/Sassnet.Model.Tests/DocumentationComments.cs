using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sassnet.Tests;

/// <summary>What a program's documentation comments say, as Markdown for a cell of a table.</summary>
/// <param name="reference">How a member or type that a comment refers to is named on the page; it is given the comment's own name of it, such as <c>P:Namespace.Type.Member</c>.</param>
internal sealed partial class DocumentationComments(Func<string, string> reference)
{
    private readonly Dictionary<string, XElement> _comments = [];

    /// <summary>Adds those of the assembly whose file of comments this is.</summary>
    public void Load(string file)
    {
        foreach (var member in XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member"))
            _comments.TryAdd(member.Attribute("name")!.Value, member);
    }

    /// <summary>The summary of a member or type, such as <c>P:Namespace.Type.Member</c>.</summary>
    public string Summary(string member) =>
        Whitespace().Replace(string.Concat(_comments[member].Element("summary")!.Nodes().Select(Markdown)), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);

    private string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{reference(see.Attribute("cref")!.Value)}`",
        _ => throw new InvalidOperationException($"The page does not know {node}."),
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
