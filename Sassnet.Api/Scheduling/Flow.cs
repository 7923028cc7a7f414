using Sassnet.Api.Access;

namespace Sassnet.Api.Scheduling;

/// <summary>Between whom the devices are shared: callers, or addresses where nobody asks who calls.</summary>
/// <param name="Id">The caller's id, or the address.</param>
internal readonly record struct Flow(string Id)
{
    /// <summary>The flow of a request.</summary>
    public static Flow Of(HttpContext context) => new(Caller.ShareOf(context));
}

/// <summary>What goes first: all that is of a lower value before all that is of a higher one.</summary>
internal enum Priority
{
    /// <summary>Someone waits for the answer on an open connection.</summary>
    Interactive,

    /// <summary>A stored job: it can wait.</summary>
    Job,
}
