using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>
/// Starts programs so that the worst they can do is fail. .NET cannot set limits between fork and exec; three programs of util-linux, which every
/// Debian and Ubuntu has, do, each by replacing itself with the next: <c>setsid</c> gives the program a process group of its own, <c>prlimit</c>
/// its limits, and <c>unshare</c> namespaces in which there is no network and no process outlives the first.
/// </summary>
internal sealed class Confinement
{
    private const int OpenFiles = 64;
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(10);

    private readonly string _setsid;
    private readonly string _prlimit;
    private readonly IReadOnlyList<string> _isolation;

    private Confinement(string setsid, string prlimit, IReadOnlyList<string> isolation)
    {
        _setsid = setsid;
        _prlimit = prlimit;
        _isolation = isolation;
    }

    /// <summary>Finds the programs and tries whether the kernel lets this user have namespaces; where not, that is logged and done without.</summary>
    /// <returns>Null where a program is missing without which nothing is started.</returns>
    public static Confinement? Find(string searchPath, ILogger logger)
    {
        if (DecoderTool.Find("setsid", searchPath) is not { } setsid || DecoderTool.Find("prlimit", searchPath) is not { } prlimit)
            return null;

        var limited = new Confinement(setsid, prlimit, []);
        if (DecoderTool.Find("unshare", searchPath) is { } unshare && DecoderTool.Find("true", searchPath) is { } nothing)
        {
            var isolated = new Confinement(setsid, prlimit, [unshare, "--user", "--net", "--pid", "--fork", "--kill-child", "--"]);
            if (isolated.Works(nothing))
                return isolated;
        }

        DecoderLog.NotIsolated(logger);
        return limited;
    }

    /// <summary>Runs a program to its end in a folder, with no environment and no input; what it prints is dropped.</summary>
    /// <returns>Whether it ended well.</returns>
    /// <exception cref="TimeoutException">It took too long, and was killed with all it had started.</exception>
    public bool Run(string program, IReadOnlyList<string> arguments, string folder, ProcessBounds bounds, CancellationToken ct)
    {
        var seconds = Math.Ceiling(bounds.TimeLimit.TotalSeconds);
        return ConfinedProcess.Run(
            _setsid,
            [
                _prlimit, Limit("as", bounds.AddressSpaceBytes), Limit("cpu", seconds), Limit("fsize", bounds.FileBytes), Limit("nofile", OpenFiles), Limit("core", 0), "--",
                .. _isolation, program, .. arguments,
            ],
            folder,
            bounds.TimeLimit,
            ct);
    }

    private static string Limit(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"--{name}={value:F0}");

    private bool Works(string nothing)
    {
        try
        {
            return Run(nothing, [], "/", new ProcessBounds(1L << 30, 0, ProbeTime), CancellationToken.None);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
