using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Sassnet.Training.Configuration;

/// <summary>Reads and writes training options as YAML; whatever is wrong fails with its line and what is accepted.</summary>
public static class TrainingOptionsFile
{
    /// <summary>Reads and validates a file.</summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="assignments">Values that take the place of the file's, each as <c>key.key=value</c>.</param>
    /// <exception cref="InvalidConfigurationException">Not YAML, an unknown or repeated key, a wrong type or a value out of range.</exception>
    public static TrainingOptions Read(string path, params IReadOnlyCollection<string> assignments)
    {
        if (!File.Exists(path))
            throw new InvalidConfigurationException($"There is no configuration file {path}.");
        return Parse(File.ReadAllText(path), assignments);
    }

    /// <summary>Parses and validates YAML text.</summary>
    /// <exception cref="InvalidConfigurationException">As <see cref="Read"/>.</exception>
    public static TrainingOptions Parse(string yaml, params IReadOnlyCollection<string> assignments)
    {
        ArgumentNullException.ThrowIfNull(assignments);
        var (tree, complete) = (OptionTree.Parse(yaml), OptionTree.Parse(Write(new TrainingOptions())));
        tree.CheckKeys(complete);

        // The text itself, so that a value of the wrong type is reported with the line it has in the file.
        var options = Deserialize(yaml, "");
        foreach (var assignment in assignments)
        {
            tree.Set(assignment, complete);
            options = Deserialize(tree.ToString(), $"--set {assignment}: ");
        }

        try
        {
            TrainingOptionsRules.Check(options);
            return options;
        }
        catch (InvalidConfigurationException failure) when (failure.Key is { } key)
        {
            throw new InvalidConfigurationException($"{tree.Where(key)}{failure.Message}", failure);
        }
    }

    /// <summary>The options with every default filled in, as YAML.</summary>
    public static string Write(TrainingOptions options) => new SerializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .Build()
        .Serialize(options);

    private static TrainingOptions Deserialize(string yaml, string source)
    {
        try
        {
            return new DeserializerBuilder()
                .WithNamingConvention(CamelCaseNamingConvention.Instance)
                .Build()
                .Deserialize<TrainingOptions?>(yaml) ?? new TrainingOptions();
        }
        catch (YamlException failure)
        {
            var where = source.Length > 0 ? source : $"Line {failure.Start.Line}: ";
            throw new InvalidConfigurationException($"{where}{failure.InnerException?.Message ?? failure.Message}", failure);
        }
    }
}
