namespace Sassnet.Api.Server;

/// <summary>Answers HEAD wherever there is GET, as RFC 9110 (9.3.2) has it: by it many a watcher asks whether something is there.</summary>
internal static class HeadRequests
{
    /// <summary>The same endpoints, of which each that is mapped for GET takes HEAD too. The server sends no body then; what is costly to make looks at the method.</summary>
    public static IEndpointRouteBuilder WithHead(this IEndpointRouteBuilder app)
    {
        var endpoints = app.MapGroup(string.Empty);
        ((IEndpointConventionBuilder)endpoints).Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods is [var only] && HttpMethods.IsGet(only))
                endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
        });
        return endpoints;
    }
}
