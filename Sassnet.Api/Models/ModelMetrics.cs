using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Models;

/// <summary>The figures of the models, looked at when somebody reads them.</summary>
internal sealed class ModelMetrics
{
    public ModelMetrics(IMeterFactory meters, ModelCatalogue catalogue, IOptions<ModelsOptions> options)
    {
        var (meter, budget) = (meters.Create(ServiceMetrics.MeterName), options.Value.MemoryBudget);
        meter.CreateObservableUpDownCounter(
            "sassnet.models", () => ByState(catalogue), "{model}", "Versions of models that are served, by whether they can answer.");
        meter.CreateObservableUpDownCounter(
            "sassnet.models.problems", () => catalogue.Problems.Count, "{problem}", "What is wrong in the folder of packages, as GET /models tells it.");
        meter.CreateObservableUpDownCounter(
            "sassnet.model.memory.usage", () => catalogue.MemoryTaken, "By", "The memory counted for all models that are not freed yet.");
        meter.CreateObservableUpDownCounter("sassnet.model.memory.limit", () => budget, "By", "The most of that (Sassnet:Models:MemoryBytes).");
    }

    private static IEnumerable<Measurement<int>> ByState(ModelCatalogue catalogue)
    {
        var models = catalogue.Models;
        return Enum.GetValues<ModelState>().Select(state =>
            new Measurement<int>(models.Count(model => model.State == state), new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant())));
    }
}
