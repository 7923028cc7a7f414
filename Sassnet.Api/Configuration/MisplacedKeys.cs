using System.ComponentModel;

namespace Sassnet.Api.Configuration;

/// <summary>Finds what the framework's binder passes over without a word: a value in the place of a section, and keys below a value.</summary>
internal static class MisplacedKeys
{
    /// <summary>A sentence for each, which names the key and what is accepted.</summary>
    /// <param name="section">What is configured.</param>
    /// <param name="type">What it is bound to.</param>
    public static IEnumerable<string> In(IConfigurationSection section, Type type)
    {
        var below = section.GetChildren().ToList();

        // As the binder tells them apart.
        if (TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)))
            return below.Count == 0 ? [] : [$"{section.Path} is one value, and there are keys below it: {string.Join(", ", below.Select(key => key.Path))}."];
        var isNamed = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>);
        var accepted = isNamed ? "names of one's own" : string.Join(", ", type.GetProperties().Select(option => option.Name).Order(StringComparer.Ordinal));
        return
        [
            .. Above(section, accepted),
            .. from key in below
               let inner = isNamed ? type.GetGenericArguments()[1] : type.GetProperties().FirstOrDefault(option => option.Name.Equals(key.Key, StringComparison.OrdinalIgnoreCase))?.PropertyType
               where inner is not null
               from fault in In(key, inner)
               select fault,
        ];
    }

    /// <summary>A sentence where a section has a value. Whoever leaves one empty means none.</summary>
    /// <param name="section">The section.</param>
    /// <param name="accepted">The keys below it.</param>
    public static IEnumerable<string> Above(IConfigurationSection section, string accepted) =>
        string.IsNullOrEmpty(section.Value) ? [] : [$"{section.Path} is a section and takes no value; accepted below it: {accepted}."];
}
