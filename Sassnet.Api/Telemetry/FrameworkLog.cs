using Microsoft.Extensions.Options;

namespace Sassnet.Api.Telemetry;

/// <summary>
/// Keeps what clients write out of the log, whatever the configuration asks for. Below Information the framework logs paths, headers and broken requests as they
/// were sent, and two of its categories do so above it; the service's own lines take their place.
/// </summary>
internal sealed class FrameworkLog : IPostConfigureOptions<LoggerFilterOptions>
{
    private static readonly string[] Framework = ["Microsoft.", "System.", "OpenTelemetry", "Swashbuckle."];

    // Addresses as sent; what stands in tokens.
    private static readonly string[] Silent = ["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Authentication"];

    // A rule more wins over others only where it is more specific; so each gets the condition, and there is one for what no rule is for.
    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        var rules = options.Rules.Prepend(new LoggerFilterRule(null, null, options.MinLevel, null)).ToList();
        options.Rules.Clear();
        foreach (var rule in rules)
        {
            options.Rules.Add(new LoggerFilterRule(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) =>
                IsFreeOfClientText(category ?? string.Empty, level) && rule.Filter?.Invoke(provider, category, level) != false));
        }
    }

    private static bool IsFreeOfClientText(string category, LogLevel level)
    {
        return !Framework.Any(Begins) || (level >= LogLevel.Information && !Silent.Any(Begins));

        bool Begins(string prefix) => category.StartsWith(prefix, StringComparison.Ordinal);
    }
}
