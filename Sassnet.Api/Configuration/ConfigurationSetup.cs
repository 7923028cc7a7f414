using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Sassnet.Api.Configuration;

/// <summary>Binds the options strictly and gives the server its address and limits.</summary>
internal static class ConfigurationSetup
{
    private const string DefaultAddress = "http://localhost:8080";

    public static void AddSassnetOptions(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<SassnetOptions>, SassnetOptionsValidator>();
        builder.Services.AddOptions<SassnetOptions>()
            .Bind(builder.Configuration.GetSection(SassnetOptions.Section), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        builder.Services.AddSingleton(TimeProvider.System);

        // A default in appsettings.json would win over ASPNETCORE_URLS, which is read before that file.
        if (NamesNoAddress(builder.Configuration))
            builder.WebHost.UseUrls(DefaultAddress);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<SassnetOptions>>(
            (kestrel, sassnet) => kestrel.Limits.MaxRequestBodySize = sassnet.Value.Uploads.MaxBodyBytes);
    }

    private static bool NamesNoAddress(ConfigurationManager configuration) =>
        configuration[WebHostDefaults.ServerUrlsKey] is null
        && configuration[WebHostDefaults.HttpPortsKey] is null
        && configuration[WebHostDefaults.HttpsPortsKey] is null
        && !configuration.GetSection("Kestrel:Endpoints").Exists();
}
