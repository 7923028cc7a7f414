using System.Globalization;

namespace Sassnet.Benchmarks.Service;

/// <summary>The header <c>Server-Timing</c> of an answer: how long each stage of a request took.</summary>
internal static class ServerTiming
{
    /// <summary>The stages in their order, in seconds; one that ran more than once is there more than once.</summary>
    public static IReadOnlyList<(string Stage, double Seconds)> Of(HttpResponseMessage response) =>
    [
        .. response.Headers.GetValues("Server-Timing").SelectMany(value => value.Split(", "))
            .Select(stage => stage.Split(";dur="))
            .Select(stage => (stage[0], double.Parse(stage[1], CultureInfo.InvariantCulture) / 1000)),
    ];
}
