using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Sassnet.Training.Configuration;

/// <summary>Reads and writes training options as YAML; whatever is wrong fails with its line and what is accepted.</summary>
public static class TrainingOptionsFile
{
    /// <summary>
    /// Reads and validates a file. Paths in it are relative to its folder, so that they mean the same wherever it is used from; those of assignments, as
    /// any on a command line, to the current folder. What is read has full paths.
    /// </summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="assignments">Values that take the place of the file's, each as <c>key.key=value</c>.</param>
    /// <exception cref="InvalidConfigurationException">Not YAML, an unknown or repeated key, a wrong type or a value out of range.</exception>
    public static TrainingOptions Read(string path, params IReadOnlyCollection<string> assignments)
    {
        ArgumentNullException.ThrowIfNull(assignments);
        if (!File.Exists(path))
            throw new InvalidConfigurationException($"There is no configuration file {path}.");
        var (options, tree) = Parse(OptionTree.Parse(File.ReadAllText(path)), assignments);
        return options with
        {
            Data = options.Data with { Folder = Full("data.folder", options.Data.Folder) },
            Network = options.Network with { StartFrom = options.Network.StartFrom.Length > 0 ? Full("network.startFrom", options.Network.StartFrom) : "" },
        };

        string Full(string key, string value) => Path.GetFullPath(value, tree.IsAssigned(key) ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Reads and validates what describes something made elsewhere, where a default would be a guess; paths stay as they are.</summary>
    /// <param name="path">The YAML file; null for none.</param>
    /// <param name="assignments">Values that take the place of the file's, each as <c>key.key=value</c>.</param>
    /// <param name="required">Keys that must be given, by what is.</param>
    /// <exception cref="InvalidConfigurationException">As <see cref="Read"/>, or required keys are not given; the message names them.</exception>
    internal static TrainingOptions ReadGiven(string? path, IReadOnlyCollection<string> assignments, Func<TrainingOptions, IReadOnlyCollection<string>> required)
    {
        if (path is not null && !File.Exists(path))
            throw new InvalidConfigurationException($"There is no configuration file {path}.");
        var (options, tree) = Parse(OptionTree.Parse(path is null ? "" : File.ReadAllText(path)), assignments);
        var missing = required(options).Where(key => tree.Where(key).Length == 0).ToList();
        return missing.Count == 0
            ? options
            : throw new InvalidConfigurationException($"Not given: {string.Join(", ", missing)}; accepted: each of them, in --config or by --set.");
    }

    /// <summary>Parses and validates YAML text; paths stay as they are.</summary>
    /// <exception cref="InvalidConfigurationException">As <see cref="Read"/>.</exception>
    public static TrainingOptions Parse(string yaml, params IReadOnlyCollection<string> assignments)
    {
        ArgumentNullException.ThrowIfNull(assignments);
        return Parse(OptionTree.Parse(yaml), assignments).Options;
    }

    /// <summary>The options with every default filled in, as YAML.</summary>
    public static string Write(TrainingOptions options) => new SerializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .Build()
        .Serialize(options);

    private static (TrainingOptions Options, OptionTree Tree) Parse(OptionTree tree, IReadOnlyCollection<string> assignments)
    {
        var complete = OptionTree.Parse(Write(new TrainingOptions()));
        tree.CheckKeys(complete);
        foreach (var assignment in assignments)
            tree.Set(assignment, complete);
        try
        {
            tree.CheckTypes();
            var options = Deserialize(tree);
            OptionRules.Check(options);
            return (options, tree);
        }
        catch (InvalidConfigurationException failure) when (failure.Key is { } key)
        {
            throw new InvalidConfigurationException($"{tree.Where(key)}{failure.Message}", failure);
        }
    }

    private static TrainingOptions Deserialize(OptionTree tree)
    {
        try
        {
            return new DeserializerBuilder()
                .WithNamingConvention(CamelCaseNamingConvention.Instance)
                .Build()
                .Deserialize<TrainingOptions?>(tree.ToString()) ?? new TrainingOptions();
        }
        catch (YamlException failure)
        {
            throw new InvalidConfigurationException($"The configuration cannot be read: {failure.InnerException?.Message ?? failure.Message}", failure);
        }
    }
}
