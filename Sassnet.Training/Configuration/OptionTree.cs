using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sassnet.Training.Configuration;

/// <summary>A configuration as YAML nodes, which know the lines they stand on: checked for unknown keys, and changed by single values.</summary>
internal sealed class OptionTree
{
    private readonly YamlMappingNode _root;
    private readonly Dictionary<string, string> _overrides = [];

    private OptionTree(YamlMappingNode root) => _root = root;

    /// <summary>Parses YAML text.</summary>
    /// <exception cref="InvalidConfigurationException">Not YAML, a key twice, or not a mapping of keys to values.</exception>
    public static OptionTree Parse(string yaml) => new(Node(yaml, "the configuration") switch
    {
        YamlMappingNode mapping => mapping,
        YamlScalarNode { Value: null or "" } => [],
        var other => throw new InvalidConfigurationException($"Line {other.Start.Line}: the configuration is a {other.NodeType}; accepted: keys with values."),
    });

    /// <summary>Throws for the first key that a complete configuration does not have.</summary>
    /// <exception cref="InvalidConfigurationException">An unknown key; the message names its line and the keys there are.</exception>
    public void CheckKeys(OptionTree complete) => CheckKeys(_root, complete._root, "");

    /// <summary>Throws for the first value that is not of its key's type.</summary>
    /// <exception cref="InvalidConfigurationException">Names the key, the value and what is accepted.</exception>
    public void CheckTypes() => OptionTypes.Check(_root, typeof(TrainingOptions));

    /// <summary>Whether the value of a key was assigned, and is not the file's.</summary>
    public bool IsAssigned(string key) => _overrides.ContainsKey(key);

    /// <summary>The keys whose values differ, with both, as text.</summary>
    public IEnumerable<(string Key, string Own, string Other)> Differences(OptionTree other)
    {
        var (own, others) = (Leaves(_root, "").ToList(), Leaves(other._root, "").ToDictionary());
        return own.Where(leaf => others[leaf.Key] != leaf.Value).Select(leaf => (leaf.Key, leaf.Value, others[leaf.Key]));
    }

    /// <summary>Puts a value in the place of another.</summary>
    /// <param name="assignment">Such as <c>optimizer.learningRate=0.02</c>; the value is YAML, but for texts, which stand for themselves unless they are quoted.</param>
    /// <param name="complete">A configuration with every key.</param>
    /// <exception cref="InvalidConfigurationException">No assignment, an unknown key, or a value that is not YAML.</exception>
    public void Set(string assignment, OptionTree complete)
    {
        var parts = assignment.Split('=', 2);
        if (parts.Length != 2)
            throw new InvalidConfigurationException($"--set {assignment}: accepted: key=value, such as optimizer.learningRate=0.02.");
        var (known, node) = (complete._root, _root);
        var keys = parts[0].Split('.');
        for (var i = 0; i < keys.Length - 1; i++)
        {
            known = Known(known, keys[i], assignment) as YamlMappingNode
                ?? throw new InvalidConfigurationException($"--set {assignment}: '{keys[i]}' has no keys of its own; accepted: {keys[i]}={Accepted(keys[..(i + 1)])}.");
            if (!node.Children.TryGetValue(keys[i], out var child) || child is not YamlMappingNode)
                node.Children[keys[i]] = child = new YamlMappingNode();
            node = (YamlMappingNode)child;
        }

        Known(known, keys[^1], assignment);
        var isText = OptionTypes.Of(parts[0]) == typeof(string) && parts[1] is not ['"' or '\'', ..];
        node.Children[keys[^1]] = isText ? new YamlScalarNode(parts[1]) { Style = ScalarStyle.DoubleQuoted } : Node(parts[1], $"--set {assignment}");
        _overrides[parts[0]] = assignment;
    }

    /// <summary>Where the value of a key comes from, as an error's first words; nothing for a default.</summary>
    public string Where(string key)
    {
        if (_overrides.TryGetValue(key, out var assignment))
            return $"--set {assignment}: ";
        YamlNode node = _root;
        foreach (var part in key.Split('.'))
        {
            // Of an item of a list, such as labels[1].value, the list's line.
            var name = part.Split('[')[0];
            if (node is not YamlMappingNode mapping || !mapping.Children.TryGetValue(name, out var child))
                return "";
            node = child;
            if (name != part)
                break;
        }

        return $"Line {node.Start.Line}: ";
    }

    /// <summary>The tree as YAML text.</summary>
    public override string ToString()
    {
        using var text = new StringWriter();
        new YamlStream(new YamlDocument(_root)).Save(text, assignAnchors: false);
        return text.ToString();
    }

    private static string Accepted(string[] keys) => OptionTypes.Of(string.Join('.', keys)) is { } type ? OptionTypes.Accepted(type) : "";

    private static IEnumerable<KeyValuePair<string, string>> Leaves(YamlMappingNode section, string path) => section.Children.SelectMany(pair =>
        pair.Value is YamlMappingNode inner ? Leaves(inner, $"{path}{pair.Key}.") : [KeyValuePair.Create($"{path}{pair.Key}", OptionTypes.Shown(pair.Value))]);

    private static void CheckKeys(YamlMappingNode seen, YamlMappingNode known, string path)
    {
        foreach (var (key, value) in seen.Children)
        {
            if (!known.Children.TryGetValue(key, out var expected))
            {
                throw new InvalidConfigurationException(
                    $"Line {key.Start.Line}: unknown key '{path}{key}'; accepted: {string.Join(", ", known.Children.Keys)}.");
            }

            if (value is YamlMappingNode mapping && expected is YamlMappingNode inner)
                CheckKeys(mapping, inner, $"{path}{key}.");
        }
    }

    private static YamlNode Known(YamlMappingNode known, string key, string assignment) => known.Children.TryGetValue(key, out var node)
        ? node
        : throw new InvalidConfigurationException($"--set {assignment}: unknown key '{key}'; accepted: {string.Join(", ", known.Children.Keys)}.");

    private static YamlNode Node(string yaml, string what)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents.Count > 0 ? stream.Documents[0].RootNode : new YamlScalarNode("");
        }
        catch (YamlException failure)
        {
            throw new InvalidConfigurationException($"Line {failure.Start.Line} of {what}: {failure.InnerException?.Message ?? failure.Message}", failure);
        }
    }
}
