using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Requests;

/// <summary>What every request gets: an id, a line in the log and, where it computes, a time limit.</summary>
internal static class RequestsSetup
{
    /// <summary>The policy of endpoints that compute.</summary>
    public const string ComputePolicy = "compute";

    public static void AddRequests(this IServiceCollection services)
    {
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<SassnetOptions>>((timeouts, sassnet) =>
        {
            var limit = sassnet.Value.Requests.TimeLimit;
            timeouts.AddPolicy(ComputePolicy, new RequestTimeoutPolicy
            {
                Timeout = limit,
                TimeoutStatusCode = ProblemTypes.TimeLimit.Status,
                WriteTimeoutResponse = context => context.RequestServices.GetRequiredService<ProblemResponse>().WriteAsync(
                    context,
                    ProblemTypes.TimeLimit,
                    FormattableString.Invariant($"The request was not answered within {limit.TotalSeconds:0.###} s, the limit of this service. ")
                        + "Try again later, with a smaller volume or with inference=whole."),
            });
        });
    }

    public static void UseRequests(this WebApplication app)
    {
        app.UseMiddleware<RequestId>();
        app.UseMiddleware<RequestLog>();
    }
}
