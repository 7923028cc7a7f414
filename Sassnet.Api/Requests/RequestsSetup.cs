using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Requests;

/// <summary>How long an answer may take.</summary>
public sealed class RequestOptions
{
    /// <summary>
    /// The longest a segmentation may take from its first byte to its answer's first byte, waiting included; then 504. Default: 10 minutes.
    /// Range: 10 milliseconds to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(10);
}

/// <summary>What every request gets: an id, a line in the log and the audit and, where it computes, a time limit.</summary>
internal static class RequestsSetup
{
    /// <summary>The policy of endpoints that compute.</summary>
    public const string ComputePolicy = "compute";

    public static void AddRequests(this IServiceCollection services)
    {
        services.AddSection<RequestOptions>("Requests");
        services.AddSection<AuditOptions>("Audit");
        services.AddSingleton<AuditFile>();
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<RequestOptions>>((timeouts, options) =>
        {
            var limit = options.Value.TimeLimit;
            timeouts.AddPolicy(ComputePolicy, new RequestTimeoutPolicy
            {
                Timeout = limit,
                TimeoutStatusCode = ProblemTypes.TimeLimit.Status,
                WriteTimeoutResponse = context => ProblemResponse.WriteAsync(
                    context,
                    ProblemTypes.TimeLimit,
                    FormattableString.Invariant($"The request was not answered within {limit.TotalSeconds:0.###} s, the limit of this service. ")
                        + "Try again later, with a smaller volume or with inference=whole."),
            });
        });
    }

    /// <summary>Opens the audit file now, so that one that cannot be written stops the start, and handles requests.</summary>
    public static void UseRequests(this WebApplication app)
    {
        app.Services.GetRequiredService<AuditFile>();
        app.UseMiddleware<RequestId>();
        app.UseMiddleware<RequestLog>();
    }
}
