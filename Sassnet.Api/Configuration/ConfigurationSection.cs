using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sassnet.Api.Configuration;

/// <summary>
/// A part of the configuration section <c>Sassnet</c> that a feature has taken for its options (environment: <c>Sassnet__Models__Folder</c> and so
/// on). A key that no feature knows, or that is not where one is read, stops the start, so that a misspelled one is never silently without effect.
/// </summary>
/// <param name="Name">Its name below <c>Sassnet</c>.</param>
/// <param name="Options">The type of the options.</param>
internal sealed record ConfigurationSection(string Name, Type Options)
{
    private const string Root = "Sassnet";

    /// <summary>The keys of the section are below this one.</summary>
    public string Path => ConfigurationPath.Combine(Root, Name);

    /// <summary>Throws for a part of <c>Sassnet</c> that none of the features has taken, and for what the framework would pass over of those that one has.</summary>
    /// <exception cref="StartException">Names the keys that are not known, or not where they are read, and those that are.</exception>
    public static void ThrowIfUnread(IConfiguration configuration, IReadOnlyCollection<ConfigurationSection> taken)
    {
        var accepted = string.Join(", ", taken.Select(section => section.Name).Order(StringComparer.Ordinal));
        var root = configuration.GetSection(Root);
        var others = root.GetChildren()
            .Where(found => taken.All(section => !section.Name.Equals(found.Key, StringComparison.OrdinalIgnoreCase)))
            .Select(found => found.Path)
            .ToList();
        if (others.Count > 0)
            throw new StartException($"There is no option {string.Join(", ", others)}; accepted below {Root}: {accepted}.");
        string[] misplaced = [.. MisplacedKeys.Above(root, accepted), .. taken.SelectMany(section => MisplacedKeys.In(configuration.GetSection(section.Path), section.Options))];
        if (misplaced.Length > 0)
            throw new StartException(string.Join(" ", misplaced));
    }
}

/// <summary>Checks the annotated ranges of a section's options.</summary>
internal sealed class SectionValidator<TOptions>(ConfigurationSection section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var failures = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), failures, validateAllProperties: true)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(failures.Select(failure => $"{section.Path}: {failure.ErrorMessage}{Seen(options, failure)}"));
    }

    // The framework's words name the range alone, and a time of 75 that was meant as seconds is read as days.
    private static string Seen(TOptions options, ValidationResult failure) =>
        failure.MemberNames.SingleOrDefault() is { } member && typeof(TOptions).GetProperty(member)?.GetValue(options) is { } value and not ""
            ? FormattableString.Invariant($" It is {value}.")
            : string.Empty;
}
