namespace Sassnet.Api.Requests;

/// <summary>What there is to say of a request once it is over; filled in by whoever learns it first. Holds names of this service only, never the client's.</summary>
internal sealed class RequestOutcome
{
    /// <summary>The model that served it, <c>name@version</c>.</summary>
    public string? Model { get; set; }

    /// <summary>The output that was asked for.</summary>
    public string? Output { get; set; }

    /// <summary>The slug of the problem it ended with.</summary>
    public string? Problem { get; set; }

    /// <summary>The outcome of a request, made at the first call.</summary>
    public static RequestOutcome Of(HttpContext context)
    {
        if (context.Features.Get<RequestOutcome>() is { } known)
            return known;
        var outcome = new RequestOutcome();
        context.Features.Set(outcome);
        return outcome;
    }
}
