using System.Text.RegularExpressions;

namespace Sassnet.Api.Tests.Structure;

/// <summary>A file of C# as far as its place in the structure goes.</summary>
/// <param name="Namespace">Its namespace; empty for a program's top-level statements.</param>
/// <param name="Types">The types it declares.</param>
/// <param name="Usings">What its using directives name.</param>
/// <param name="Names">The dotted names in its code and in its comments' references; not those in strings or in a comment's prose.</param>
internal sealed partial record SourceFile(string Namespace, IReadOnlySet<string> Types, IReadOnlySet<string> Usings, IReadOnlySet<string> Names)
{
    /// <summary>Reads a file's text.</summary>
    public static SourceFile Parse(string text)
    {
        var code = StringOrComment().Replace(text, " ");
        return new SourceFile(
            NamespaceLine().Match(code).Groups[1].Value,
            Found(TypeDeclaration(), code),
            Found(UsingLine(), code),
            Found(DottedName(), UsingLine().Replace(NamespaceLine().Replace(code, " "), " ")).Union(Found(CommentReference(), text)).ToHashSet());
    }

    /// <summary>The files of a project, without what builds make.</summary>
    public static IReadOnlyList<SourceFile> OfProject(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => Path.GetRelativePath(folder, path).Split('/')[0] is not ("bin" or "obj"))
            .Select(path => Parse(File.ReadAllText(path))),
    ];

    private static HashSet<string> Found(Regex pattern, string text) =>
        [.. pattern.Matches(text).Select(match => Blank().Replace(match.Groups[1].Value, string.Empty))];

    [GeneratedRegex("""
        \"{3}[\s\S]*?\"{3} | \$?@\$?"(?:""|[^"])*" | \$?"(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])+' | //[^\n]* | /\*[\s\S]*?\*/
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex StringOrComment();

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?:global::)?(\w+(?:\.\w+)*)[^;\n(]*;", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record|delegate\s+[\w.<>\[\]?]+)\s+(?!class\b|struct\b)(\w+)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"(?<![\w.])([A-Z]\w*(?:\s*\.\s*[A-Z]\w*)*)")]
    private static partial Regex DottedName();

    [GeneratedRegex("""cref="(?:[A-Z]:)?([\w.]+)""")]
    private static partial Regex CommentReference();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
