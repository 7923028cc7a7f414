using System.Runtime.ExceptionServices;

namespace Sassnet.Model.Volumes;

/// <summary>Loops that all cores share.</summary>
internal static class SharedLoop
{
    /// <summary>
    /// Runs one. What its body throws, the first of several, is thrown as a plain loop would: whoever tells a damaged scan or memory that ran out from a fault of the
    /// program tells it by the exception's type.
    /// </summary>
    public static void Run(Action loop)
    {
        try
        {
            loop();
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
