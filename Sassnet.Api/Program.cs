using Sassnet.Api.Access;
using Sassnet.Api.Archive;
using Sassnet.Api.Configuration;
using Sassnet.Api.Health;
using Sassnet.Api.Jobs;
using Sassnet.Api.Jobs.Endpoints;
using Sassnet.Api.Models;
using Sassnet.Api.OpenApi;
using Sassnet.Api.Page;
using Sassnet.Api.Problems;
using Sassnet.Api.Reloading;
using Sassnet.Api.Requests;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Server;
using Sassnet.Api.Telemetry;
using Sassnet.Api.Uploads;
using Sassnet.Model.Native;
using Sassnet.Model.Outgoing;

if (KeysCommand.IsMeant(args))
    return KeysCommand.Run(args, TimeProvider.System);

return StartFailure.Explain(() =>
{
    OpenFiles.ThrowIfTooFew();
    TorchRuntime.Load();
    OutgoingProxy.Use();

    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddServer();
    builder.AddTelemetry();
    builder.Services.AddOpenApiDocument();
    builder.Services.AddProblems();
    builder.Services.AddRequests();
    builder.Services.AddAccess();
    builder.Services.AddUploads();
    builder.Services.AddModels();
    builder.Services.AddScheduling();
    builder.Services.AddReloading();
    builder.Services.AddSegmentation();
    builder.Services.AddArchive();
    builder.Services.AddJobs();
    builder.Services.AddHealth();

    var app = builder.Build();
    app.CheckConfiguration();
    app.CheckAccess();
    app.OpenModels();
    app.PrepareServer();
    app.UseProxies();
    app.UseSecurityHeaders();
    app.UseUploads();
    app.UseArchive();
    app.UseJobs();
    app.UseRequests();
    app.UseProblems();
    app.UseHostNames();
    app.UseRouting();
    app.MapOpenApiDocument();
    app.MapPage();
    app.UseAccess();
    app.UseRequestTimeouts();
    var endpoints = app.WithHead();
    endpoints.MapLogin();
    endpoints.MapSegment();
    endpoints.MapJobs();
    endpoints.MapModels();
    endpoints.MapReloading();
    endpoints.MapHealth();
    endpoints.MapKServeHealth();
    app.MapTelemetry().RequireScope(Scope.Metrics);
    app.Run();
});
