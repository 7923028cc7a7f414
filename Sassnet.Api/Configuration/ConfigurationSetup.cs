using Microsoft.Extensions.Options;

namespace Sassnet.Api.Configuration;

/// <summary>Binds options strictly.</summary>
internal static class ConfigurationSetup
{
    /// <summary>Binds a feature's options to their own section below <c>Sassnet</c>.</summary>
    public static void AddSection<TOptions>(this IServiceCollection services, string name)
        where TOptions : class
    {
        var section = new ConfigurationSection(name, typeof(TOptions));
        services.AddSingleton(section);
        services.AddSingleton<IValidateOptions<TOptions>>(new SectionValidator<TOptions>(section));
        services.AddOptions<TOptions>().BindConfiguration(section.Path, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
    }

    /// <summary>Checks every section now, before anything is made of one, so that all that is wrong is said at once.</summary>
    /// <exception cref="StartException">There is a key that no feature reads.</exception>
    public static void CheckConfiguration(this WebApplication app)
    {
        ConfigurationSection.ThrowIfUnread(app.Configuration, [.. app.Services.GetServices<ConfigurationSection>()]);
        app.Services.GetRequiredService<IStartupValidator>().Validate();
    }
}
