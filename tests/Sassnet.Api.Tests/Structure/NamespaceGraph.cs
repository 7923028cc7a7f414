namespace Sassnet.Api.Tests.Structure;

/// <summary>
/// Which namespace uses which: by using directives, by names that are qualified in part or in full, and by the types of enclosing namespaces,
/// which need neither.
/// </summary>
internal sealed class NamespaceGraph
{
    private readonly Dictionary<string, HashSet<string>> _types;

    public NamespaceGraph(IReadOnlyCollection<SourceFile> files)
    {
        _types = files.GroupBy(file => file.Namespace).ToDictionary(group => group.Key, group => group.SelectMany(file => file.Types).ToHashSet());
        Uses = files
            .SelectMany(file => UsedBy(file).Select(used => (From: file.Namespace, To: used)))
            .Where(use => use.From != use.To)
            .ToHashSet();
    }

    /// <summary>Every pair of a namespace and another one that it uses.</summary>
    public IReadOnlySet<(string From, string To)> Uses { get; }

    private IEnumerable<string> UsedBy(SourceFile file)
    {
        foreach (var name in file.Usings)
        {
            if (NamespaceIn(name, 0) is { } used)
                yield return used;
        }

        foreach (var name in file.Names)
        {
            if (Enclosing(file.Namespace).Select(scope => Meant(name, scope)).FirstOrDefault(found => found is not null) is { } used)
                yield return used;
        }
    }

    /// <summary>The namespace whose type a name means when it is looked up in a scope; null where it means none there.</summary>
    private string? Meant(string name, string scope)
    {
        if (_types.TryGetValue(scope, out var types) && types.Contains(name.Split('.')[0]))
            return scope;
        var full = scope.Length == 0 ? name : $"{scope}.{name}";
        return NamespaceIn(full, scope.Length) is { } found && found.Length < full.Length && _types[found].Contains(full[(found.Length + 1)..].Split('.')[0])
            ? found
            : null;
    }

    /// <summary>The longest namespace that a name begins with, of those that are longer than a scope; null where there is none.</summary>
    private string? NamespaceIn(string name, int scopeLength) => Enclosing(name).FirstOrDefault(part => part.Length > scopeLength && _types.ContainsKey(part));

    /// <summary>A name and what is left of it without its last parts, the longest first, the empty name last.</summary>
    private static IEnumerable<string> Enclosing(string name)
    {
        for (; name.Length > 0; name = name[..Math.Max(name.LastIndexOf('.'), 0)])
            yield return name;
        yield return name;
    }
}
