using Sassnet.Api.Models;
using Sassnet.Api.Problems;
using Sassnet.Api.Scheduling;

namespace Sassnet.Api.Health;

/// <summary>What keeps the service from serving, told as the problem that a request would meet.</summary>
internal sealed class Readiness(ModelCatalogue catalogue, DeviceScheduler scheduler, RoomCheck room)
{
    private static readonly TimeSpan LoadingRetry = TimeSpan.FromSeconds(2);

    /// <summary>Requires that every device works: one that has stopped works again only in another process.</summary>
    /// <exception cref="ProblemException">A device does not work.</exception>
    public void RequireDevices()
    {
        if (scheduler.Devices.Fault is { } fault)
            throw fault;
    }

    /// <summary>Requires that whoever names no model is served.</summary>
    /// <exception cref="ProblemException">A device does not work, the default model is not on all of them, or an upload would find no room.</exception>
    public void Require()
    {
        Require(catalogue.Default);
        room.Require();
    }

    /// <summary>Requires that a model serves.</summary>
    /// <exception cref="ProblemException">A device does not work, or the model is loading, or could not be loaded.</exception>
    public void Require(ServedModel model)
    {
        RequireDevices();
        if (model.Fault is not null)
            throw model.Unavailable();
        if (model.State == ModelState.Loading)
            throw new ProblemException(ProblemTypes.NotReady, $"The model {model.Identifier} is still loading. Try again in a moment.", LoadingRetry);
    }
}
