using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;
using Sassnet.Tests;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Tests.Configuration;

/// <summary>docs/configuration.md, made of what the options say of themselves: their documentation comments, their defaults and their rules.</summary>
internal sealed class ConfigurationPage
{
    private static readonly Assembly Product = typeof(TrainingOptions).Assembly;

    private readonly DocumentationComments _comments = new(reference => JsonNamingPolicy.CamelCase.ConvertName(reference.Split('.')[^1]));
    private readonly List<string> _lines = [];

    private ConfigurationPage()
    {
        _comments.Load(Path.ChangeExtension(Product.Location, ".xml"));

        // What types of the model (normalisation) say of themselves is in that assembly's file.
        _comments.Load(Path.Combine(Path.GetDirectoryName(Product.Location)!, "Sassnet.Model.xml"));
    }

    /// <summary>The page's text.</summary>
    public static string Text(string command)
    {
        var page = new ConfigurationPage();
        page._lines.AddRange(
        [
            "# Configuration of a training run",
            "",
            "A YAML file for `train --config FILE`; `--set key=value` takes the place of one value. Keys that are left out have their defaults.",
            "Paths in the file are relative to the file; those after `--set` to the current folder. The run's folder gets a `config.yaml` with every value",
            "as it was used, and full paths, so that it means the same data wherever the run is gone on with.",
            "",
            $"Made from the documentation comments in `Sassnet.Training/Configuration` by `{command}`; change them, not this page.",
        ]);
        page.Section("Keys at the top", typeof(TrainingOptions), "");
        foreach (var (name, section) in OptionTypes.Keys(typeof(TrainingOptions)).Where(key => OptionTypes.HasKeys(key.Value.PropertyType)))
            page.Section($"`{name}`", section.PropertyType, name + ".");
        foreach (var (name, list) in OptionTypes.Keys(typeof(TrainingOptions)).Where(key => OptionTypes.IsList(key.Value.PropertyType)))
            page.Section($"Each of `{name}`", list.PropertyType.GetElementType()!, name + "[].");
        foreach (var choice in Choices(typeof(TrainingOptions)).Distinct())
            page.Words(choice);
        return string.Join('\n', page._lines) + "\n";
    }

    private void Section(string title, Type options, string path)
    {
        var defaults = Activator.CreateInstance(options);
        _lines.AddRange(["", $"## {title}", "", _comments.Summary($"T:{options.FullName}"), "", "| key | default | accepted | meaning |", "|---|---|---|---|"]);
        foreach (var (name, property) in OptionTypes.Keys(options).Where(key => !OptionTypes.HasKeys(key.Value.PropertyType)))
        {
            var rules = OptionRules.All.Where(rule => rule.Key == path + name).Select(rule => rule.Accepted).ToList();
            var accepted = rules.Count > 0 ? string.Join("; ", rules) : OptionTypes.Accepted(property.PropertyType);
            var meaning = _comments.Summary($"P:{options.FullName}.{property.Name}");
            _lines.Add($"| `{path}{name}` | {Default(property.GetValue(defaults))} | {accepted.Replace("|", "\\|", StringComparison.Ordinal)} | {meaning} |");
        }
    }

    private void Words(Type choice)
    {
        _lines.AddRange(["", $"## Words of `{JsonNamingPolicy.CamelCase.ConvertName(NameOf(choice))}`", "", _comments.Summary($"T:{choice.FullName}"), "", "| word | meaning |", "|---|---|"]);
        foreach (var field in choice.GetFields(BindingFlags.Public | BindingFlags.Static))
            _lines.Add($"| `{field.GetCustomAttribute<EnumMemberAttribute>()?.Value ?? field.Name}` | {_comments.Summary($"F:{choice.FullName}.{field.Name}")} |");
    }

    private static IEnumerable<Type> Choices(Type options) => OptionTypes.Keys(options).Values.SelectMany(property =>
        OptionTypes.HasKeys(property.PropertyType) ? Choices(property.PropertyType) : property.PropertyType.IsEnum ? [property.PropertyType] : []);

    // The key that has the choice.
    private static string NameOf(Type choice) => AllProperties(typeof(TrainingOptions)).First(property => property.PropertyType == choice).Name;

    private static IEnumerable<PropertyInfo> AllProperties(Type options) => OptionTypes.Keys(options).Values.SelectMany(property =>
        OptionTypes.HasKeys(property.PropertyType) ? AllProperties(property.PropertyType) : [property]);

    private static string Default(object? value) => value switch
    {
        "" => "empty",
        Enum choice => $"`{choice.GetType().GetField(choice.ToString())!.GetCustomAttribute<EnumMemberAttribute>()?.Value ?? choice.ToString()}`",
        int[][] lists => $"`[{string.Join(", ", lists.Select(list => $"[{string.Join(", ", list)}]"))}]`",
        System.Collections.IEnumerable list and not string => $"`[{FormattableString.Invariant($"{string.Join(", ", list.Cast<object>().Select(item => FormattableString.Invariant($"{item}")))}")}]`",
        bool flag => flag ? "`true`" : "`false`",
        double number => FormattableString.Invariant($"`{number:0.######}`"),
        _ => FormattableString.Invariant($"`{value}`"),
    };
}
