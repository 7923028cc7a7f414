using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>
/// Starts programs so that the worst they can do is fail. .NET cannot set limits between fork and exec; programs of util-linux, which every
/// Debian and Ubuntu has, do, each by replacing itself with the next: <c>setsid</c> gives the program a process group of its own, <c>prlimit</c>
/// its limits, and <c>unshare</c> the namespaces of <see cref="Isolation"/>.
/// </summary>
internal sealed class Confinement
{
    private const int OpenFiles = 64;
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(10);

    // By search path: what the kernel lets this user have stays so while the process lives, and to try it takes as long as some thirty programs do.
    private static readonly ConcurrentDictionary<string, Lazy<Confinement?>> Found = new();

    private readonly string _setsid;
    private readonly string _prlimit;
    private readonly Isolation _isolation;

    private Confinement(string setsid, string prlimit, Isolation isolation)
    {
        _setsid = setsid;
        _prlimit = prlimit;
        _isolation = isolation;
    }

    /// <summary>Whether programs see no file but other programs, libraries and their working folder.</summary>
    public bool HidesFiles => _isolation.HidesFiles;

    /// <summary>
    /// Finds the programs and tries, once in a process, which namespaces the kernel lets this user have; what is not to be had is logged and done without.
    /// </summary>
    /// <returns>Null where a program is missing without which nothing is started.</returns>
    public static Confinement? Find(string searchPath, ILogger logger)
    {
        // Where trying failed, as on a full disk, the next one tries again.
        var confinement = Found.GetOrAdd(searchPath, path => new(() => Try(path), LazyThreadSafetyMode.PublicationOnly)).Value;
        if (confinement?._isolation == Isolation.None)
            DecoderLog.NotIsolated(logger);
        else if (confinement is { HidesFiles: false })
            DecoderLog.FilesVisible(logger);
        return confinement;
    }

    /// <summary>Runs a program to its end in a folder, with no environment and no input; what it prints is dropped.</summary>
    /// <param name="program">Its full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Its working folder, the only one it can write to where files are hidden.</param>
    /// <param name="bounds">What it may use.</param>
    /// <param name="complaint">What it prints where it goes on although something is wrong.</param>
    /// <param name="ct">Kills it.</param>
    /// <exception cref="TimeoutException">It took too long, and was killed with all it had started.</exception>
    public ProcessOutcome Run(
        string program, IReadOnlyList<string> arguments, string folder, ProcessBounds bounds, string? complaint, CancellationToken ct)
    {
        var seconds = Math.Ceiling(bounds.TimeLimit.TotalSeconds);

        // Beside the working folder, which is not to have anything in it that the program has not made.
        var root = Directory.CreateDirectory($"{folder}-root");
        using var user = _isolation.ChangesUser ? DecoderUser.Take() : null;
        try
        {
            return ConfinedProcess.Run(
                _setsid,
                [
                    _prlimit, Limit("as", bounds.AddressSpaceBytes), Limit("cpu", seconds), Limit("fsize", bounds.FileBytes), Limit("nofile", OpenFiles),
                    Limit("core", 0), "--",
                    .. _isolation.Command(_prlimit, root.FullName, folder, user, program, arguments),
                ],
                folder,
                bounds.TimeLimit,
                complaint,
                ct);
        }
        finally
        {
            root.Delete();
        }
    }

    private static Confinement? Try(string searchPath)
    {
        if (DecoderTool.Find("setsid", searchPath) is not { } setsid || DecoderTool.Find("prlimit", searchPath) is not { } prlimit)
            return null;

        var tried = Isolation.Of(searchPath).Select(isolation => new Confinement(setsid, prlimit, isolation));
        var nothing = DecoderTool.Find("true", searchPath);
        return (nothing is null ? null : tried.FirstOrDefault(isolated => isolated.Works(nothing))) ?? new Confinement(setsid, prlimit, Isolation.None);
    }

    private static string Limit(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"--{name}={value:F0}");

    private bool Works(string nothing)
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-");
        try
        {
            return Run(nothing, [], folder.FullName, new ProcessBounds(1L << 30, 0, ProbeTime), null, CancellationToken.None).IsSuccess;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
