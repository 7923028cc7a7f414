namespace Sassnet.Training;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Something is wrong with the input or the run; trying again will not help.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration cannot be used here: a wrong word or value, a device that is not there. Never worth a retry.</summary>
    public const int WrongConfiguration = 2;

    /// <summary>Stopped by SIGTERM or SIGINT; a training has written a checkpoint, so start it again with --resume (EX_TEMPFAIL of sysexits.h).</summary>
    public const int Interrupted = 75;
}
