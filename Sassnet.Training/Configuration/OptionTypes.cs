using System.Globalization;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace Sassnet.Training.Configuration;

/// <summary>The types of the options by their keys: a value of another type is told with its key and what is accepted, before anything is made of it.</summary>
internal static class OptionTypes
{
    /// <summary>The options of a record by their names in a configuration.</summary>
    public static IReadOnlyDictionary<string, PropertyInfo> Keys(Type options) => options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite)
        .ToDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

    /// <summary>Whether a type has keys of its own.</summary>
    public static bool HasKeys(Type type) => type.IsClass && !type.IsArray && type.Namespace == typeof(TrainingOptions).Namespace;

    /// <summary>Whether a type is a list whose items have keys of their own.</summary>
    public static bool IsList(Type type) => type.IsArray && HasKeys(type.GetElementType()!);

    /// <summary>The type of the value of a key such as <c>optimizer.learningRate</c>; null where there is no such key.</summary>
    public static Type? Of(string key)
    {
        var type = typeof(TrainingOptions);
        foreach (var part in key.Split('.'))
        {
            if (!HasKeys(type) || !Keys(type).TryGetValue(part, out var property))
                return null;
            type = property.PropertyType;
        }

        return type;
    }

    /// <summary>What a type accepts, in words.</summary>
    public static string Accepted(Type type) => type switch
    {
        _ when HasKeys(type) => $"the keys {string.Join(", ", Keys(type).Keys)}",
        _ when IsList(type) => $"a list, each with some of the keys {string.Join(", ", Keys(type.GetElementType()!).Keys)}",
        _ when type.IsEnum => string.Join(", ", Words(type)),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(byte) => "a whole number, 0 to 255",
        _ when type == typeof(int) => "a whole number",
        _ when type == typeof(double) => "a number, such as 0.5 or 1e-4",
        _ when type == typeof(int[]) => "a list of whole numbers, such as [112, 112, 80]",
        _ when type == typeof(double[]) => "a list of numbers, such as [0.625, 0.625, 0.625]",
        _ when type == typeof(int[][]) => "a list of lists of whole numbers, such as [[112, 112, 80]]",
        _ => "text",
    };

    /// <summary>The words of a choice.</summary>
    public static IEnumerable<string> Words(Type choice) =>
        choice.GetFields(BindingFlags.Public | BindingFlags.Static).Select(Word);

    /// <summary>The word of one of a choice's values.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => Word(typeof(T).GetField(value.ToString()) ?? throw new ArgumentOutOfRangeException(nameof(value), value, $"Not of {typeof(T).Name}."));

    /// <summary>Throws for the first value of another type. A section without a value counts as left out, and is taken away.</summary>
    /// <exception cref="InvalidConfigurationException">Names the key, the value and what is accepted.</exception>
    public static void Check(YamlMappingNode section, Type options, string path = "")
    {
        foreach (var (name, property) in Keys(options))
        {
            if (!section.Children.TryGetValue(name, out var value))
                continue;
            if (HasKeys(property.PropertyType) && value is YamlMappingNode inner)
                Check(inner, property.PropertyType, $"{path}{name}.");
            else if ((HasKeys(property.PropertyType) || IsList(property.PropertyType)) && IsNothing(value))
                section.Children.Remove(name);
            else if (IsList(property.PropertyType) && value is YamlSequenceNode list)
                CheckItems(list, property.PropertyType.GetElementType()!, $"{path}{name}");
            else if (!Fits(value, property.PropertyType))
                throw new InvalidConfigurationException($"{path}{name}", $"'{path}{name}' is {Shown(value)}; accepted: {Accepted(property.PropertyType)}.");
        }
    }

    private static string Word(FieldInfo field) => field.GetCustomAttribute<EnumMemberAttribute>()?.Value ?? field.Name;

    private static void CheckItems(YamlSequenceNode list, Type item, string path)
    {
        var known = Keys(item).Keys;
        for (var index = 0; index < list.Children.Count; index++)
        {
            var key = $"{path}[{index}]";
            if (list.Children[index] is not YamlMappingNode section)
                throw new InvalidConfigurationException(key, $"'{key}' is {Shown(list.Children[index])}; accepted: {Accepted(item)}.");
            if (section.Children.Keys.FirstOrDefault(name => !known.Contains(Shown(name))) is { } unknown)
                throw new InvalidConfigurationException($"Line {unknown.Start.Line}: unknown key '{key}.{unknown}'; accepted: {string.Join(", ", known)}.");
            Check(section, item, $"{key}.");
        }
    }

    /// <summary>A value in words.</summary>
    public static string Shown(YamlNode node) => node switch
    {
        YamlSequenceNode list => $"[{string.Join(", ", list.Children.Select(Shown))}]",
        YamlMappingNode section => $"{{{string.Join(", ", section.Children.Select(pair => $"{pair.Key}: {Shown(pair.Value)}"))}}}",
        YamlScalarNode { Value.Length: > 0 } scalar => scalar.Value,
        _ => "empty",
    };

    private static bool Fits(YamlNode value, Type type) => (value, type) switch
    {
        (YamlSequenceNode list, { IsArray: true }) => list.Children.All(item => Fits(item, type.GetElementType()!)),
        (YamlScalarNode text, { IsArray: false }) => !IsNothing(text) && Fits(text.Value ?? "", type),
        _ => false,
    };

    // A number stands as it would be written: YAML's octal 010 and 1_000 would surprise, and 0,5 would be read as 5.
    private static bool Fits(string text, Type type) => type switch
    {
        _ when type == typeof(string) => true,
        _ when type == typeof(bool) => bool.TryParse(text, out _),
        _ when type.IsEnum => Words(type).Contains(text, StringComparer.OrdinalIgnoreCase),
        _ when type == typeof(double) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        _ when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
            number.ToString(CultureInfo.InvariantCulture) == text.TrimStart('+') && (type == typeof(int) || number is >= byte.MinValue and <= byte.MaxValue),
        _ => false,
    };

    private static bool IsNothing(YamlNode node) => node is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: null or "" or "~" or "null" };
}
