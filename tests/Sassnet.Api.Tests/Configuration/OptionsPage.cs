using System.Reflection;
using Sassnet.Api.Configuration;
using Sassnet.Tests;

namespace Sassnet.Api.Tests.Configuration;

/// <summary>docs/service.md, made of what the options say of themselves: their documentation comments and their defaults.</summary>
internal sealed class OptionsPage
{
    private readonly DocumentationComments _comments;
    private readonly IReadOnlyDictionary<Type, string> _sections;
    private readonly List<string> _lines = [];

    private OptionsPage(IEnumerable<ConfigurationSection> sections)
    {
        _sections = sections.ToDictionary(section => section.Options, section => section.Path);
        _comments = new DocumentationComments(NameOf);
        _comments.Load(Path.ChangeExtension(typeof(ConfigurationSection).Assembly.Location, ".xml"));
    }

    /// <summary>The page's text.</summary>
    public static string Text(IEnumerable<ConfigurationSection> sections, string command)
    {
        var page = new OptionsPage(sections);
        page._lines.AddRange(
        [
            "# Configuration of the service",
            "",
            "Each key is set in the environment, with `__` for `:` (`Sassnet__Queue__Length=16`), as an argument (`./run --Sassnet:Queue:Length=16`), or in the",
            "`appsettings.json` beside the program; an argument counts before the environment, and that before the file. Times are written `hh:mm:ss` or `d.hh:mm:ss`: a number",
            "alone is days. Words of a choice may be in any case. All of it is checked at the start, and a key below `Sassnet` that is not listed here stops it.",
            "",
            "The framework's own: `ASPNETCORE_URLS` or `--urls` (addresses), `Kestrel` (certificates), `Logging`, and `OTEL_EXPORTER_OTLP_ENDPOINT` with OpenTelemetry's other",
            "variables. `SASSNET_LIBTORCH` names another LibTorch ([README](../README.md#gpu)).",
            "",
            "What the service asks over HTTP (archives, an issuer, callbacks, a bucket, a collector) it asks through the proxy that `http_proxy`, `https_proxy` or `all_proxy` names, but for",
            "the hosts in `no_proxy` and what is on this machine (`localhost`, `127.0.0.1`, `::1`), which is asked without.",
            "",
            $"Made from the documentation comments of the options in `Sassnet.Api` by `{command}`; change them, not this page.",
        ]);
        foreach (var (options, path) in page._sections)
            page.Section(path, options);
        return string.Join('\n', page._lines) + "\n";
    }

    private void Section(string path, Type options)
    {
        var defaults = Activator.CreateInstance(options);
        _lines.AddRange(["", $"## `{path}`", "", _comments.Summary($"T:{options.FullName}"), "", "| key | default | meaning |", "|---|---|---|"]);
        var sections = new List<(string Path, Type Options)>();
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var meaning = _comments.Summary($"P:{options.FullName}.{property.Name}");
            if (Below(property) is { } below)
            {
                sections.Add(($"{path}:{below.Name}", below.Options));
                _lines.Add($"| `{below.Name}:…` | | {meaning} |");
            }
            else
            {
                _lines.Add($"| `{property.Name}` | {Default(property.GetValue(defaults))} | {meaning} |");
            }
        }

        foreach (var (name, type) in sections)
            Section(name, type);
    }

    // A section of its own, or one below each name that whoever configures it chooses.
    private static (string Name, Type Options)? Below(PropertyInfo property) =>
        property.PropertyType.Assembly == typeof(ConfigurationSection).Assembly && property.PropertyType.IsClass ? (property.Name, property.PropertyType)
        : property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? ($"{property.Name}:NAME", property.PropertyType.GenericTypeArguments[1])
        : null;

    private string NameOf(string reference)
    {
        var name = reference.Split('.')[^1];
        return _sections.FirstOrDefault(section => $"T:{section.Key.FullName}" == reference).Value ?? name;
    }

    private static string Default(object? value) => value switch
    {
        null => "–",
        "" => "empty",
        bool flag => flag ? "`true`" : "`false`",
        _ => FormattableString.Invariant($"`{value}`"),
    };
}
