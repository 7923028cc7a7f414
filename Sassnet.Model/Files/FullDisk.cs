namespace Sassnet.Model.Files;

/// <summary>A disk without room, which has to be told from all else that is wrong with files: making room helps against it alone.</summary>
public static class FullDisk
{
    /// <summary>ENOSPC, the kernel's number, which .NET hands on as <see cref="Exception.HResult"/>.</summary>
    public const int NoSpace = 28;

    // EDQUOT.
    private const int OverQuota = 122;

    /// <summary>Whether a failure says that the disk is full, or what one may have of it.</summary>
    public static bool IsMeantBy(Exception failure) => failure is IOException { HResult: NoSpace or OverQuota };
}
