namespace Sassnet.Training;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Something is wrong with the input or the run.</summary>
    public const int Failure = 1;

    /// <summary>
    /// What it was given cannot be worked with: arguments, configuration, a device or a LibTorch that is not there. A scheduler must not try again.
    /// </summary>
    public const int WrongConfiguration = 2;

    /// <summary>Some of many scans, or copies of them, could not be worked with, and the others are done; the report says which.</summary>
    public const int PartlyFailed = 3;

    /// <summary>Stopped by SIGTERM or SIGINT; a training has written a checkpoint, so start it again with --resume (EX_TEMPFAIL of sysexits.h).</summary>
    public const int Interrupted = 75;
}
