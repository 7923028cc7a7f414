using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Sassnet.Training.Configuration;

/// <summary>Reads and writes training options as YAML; unknown and repeated keys fail with their line.</summary>
public static class TrainingOptionsFile
{
    /// <summary>Reads and validates a file.</summary>
    /// <exception cref="InvalidConfigurationException">Not YAML, an unknown key, a wrong type or a value out of range.</exception>
    public static TrainingOptions Read(string path)
    {
        if (!File.Exists(path))
            throw new InvalidConfigurationException($"There is no configuration file {path}.");
        return Parse(File.ReadAllText(path));
    }

    /// <summary>Parses and validates YAML text.</summary>
    /// <exception cref="InvalidConfigurationException">As <see cref="Read"/>.</exception>
    public static TrainingOptions Parse(string yaml)
    {
        try
        {
            var deserializer = new DeserializerBuilder()
                .WithNamingConvention(CamelCaseNamingConvention.Instance)
                .WithDuplicateKeyChecking()
                .WithCaseInsensitivePropertyMatching()
                .Build();
            var options = deserializer.Deserialize<TrainingOptions?>(yaml) ?? new TrainingOptions();
            TrainingOptionsRules.Check(options);
            return options;
        }
        catch (YamlException failure)
        {
            var reason = failure.InnerException?.Message ?? failure.Message;
            throw new InvalidConfigurationException($"Line {failure.Start.Line}: {reason}", failure);
        }
    }

    /// <summary>The options with every default filled in, as YAML.</summary>
    public static string Write(TrainingOptions options) => new SerializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .Build()
        .Serialize(options);
}
