using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;

namespace Sassnet.Api.Server;

/// <summary>Gives the server its address, its limits and its headers, and its place behind a proxy.</summary>
internal static partial class ServerSetup
{
    private const string DefaultAddress = "http://localhost:8080";
    private const double SlowestBytesPerSecond = 2048;

    private static readonly TimeSpan StandstillAllowed = TimeSpan.FromSeconds(30);

    // Twice that: a client may be busy with what it has, and the system of one that reads into megabytes tells of a good part of them at once.
    private static readonly TimeSpan StallAllowed = TimeSpan.FromMinutes(1);

    public static void AddServer(this WebApplicationBuilder builder)
    {
        builder.Services.AddSection<ServerOptions>("Server");
        builder.Services.AddSingleton(TimeProvider.System);

        // A default in appsettings.json would win over ASPNETCORE_URLS, which is read before that file.
        if (NamesNoAddress(builder.Configuration))
            builder.WebHost.UseUrls(DefaultAddress);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton<SocketTransportFactory>();
        builder.Services.AddSingleton(provider => new StallWatch(new MinDataRate(SlowestBytesPerSecond, StallAllowed), provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IConnectionListenerFactory, BoundedListeners>();
    }

    /// <summary>Sets the limits of the server. Not where its options are set up: the builder makes the server, and would meet these before they are checked.</summary>
    public static void PrepareServer(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value;
        var limits = app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        limits.MaxConcurrentConnections = options.MaxConnections ?? OpenFiles.MaxConnections();
        limits.KeepAliveTimeout = options.KeepAlive;
        limits.RequestHeadersTimeout = options.HeadersTimeLimit;

        // An answer has no time limit of its own as an upload has, and is counted against the room for all until it is sent. No line over which one works with scans is
        // as slow; some stand still for a moment. This is the average from its beginning on; StallWatch sees to it that nobody lives on a fast start.
        limits.MinResponseDataRate = new MinDataRate(SlowestBytesPerSecond, StandstillAllowed);
        app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout = options.ShutdownTimeLimit;
        LogConnections(app.Logger, limits.MaxConcurrentConnections.Value);
    }

    /// <summary>Restores the address that the client sees, before anything looks at it.</summary>
    public static void UseProxies(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value;
        if (options.ProxyNetworks.Count > 0)
            app.UseForwardedHeaders(Forwarded(options));
        if (options.PathBase.Length > 0)
            app.Use(next => context => next(Below(options.PathBase, context)));
    }

    /// <summary>Sets the headers for browsers.</summary>
    public static void UseSecurityHeaders(this WebApplication app) => app.UseMiddleware<SecurityHeaders>();

    /// <summary>Refuses names that are not the service's; after whatever turns exceptions into answers.</summary>
    public static void UseHostNames(this WebApplication app) => app.UseMiddleware<HostNames>();

    private static ForwardedHeadersOptions Forwarded(ServerOptions options)
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };

        // Loopback is in these lists by default, where any user of the machine is.
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.ProxyNetworks)
            forwarded.KnownIPNetworks.Add(network);
        return forwarded;
    }

    // The framework's UsePathBase leaves the base empty where the proxy has taken it off, and addresses made from it would be wrong.
    private static HttpContext Below(string pathBase, HttpContext context)
    {
        var request = context.Request;
        if (request.Path.StartsWithSegments(pathBase, StringComparison.Ordinal, out var rest))
            request.Path = rest;
        request.PathBase = pathBase;
        return context;
    }

    private static bool NamesNoAddress(ConfigurationManager configuration) =>
        configuration[WebHostDefaults.ServerUrlsKey] is null
        && configuration[WebHostDefaults.HttpPortsKey] is null
        && configuration[WebHostDefaults.HttpsPortsKey] is null
        && !configuration.GetSection("Kestrel:Endpoints").Exists();

    [LoggerMessage(EventId = 31, Level = LogLevel.Information, Message = "Taking up to {MaxConnections} connections at once")]
    private static partial void LogConnections(ILogger logger, long maxConnections);
}
