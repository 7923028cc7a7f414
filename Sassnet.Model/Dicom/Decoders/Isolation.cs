using System.Globalization;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>
/// What a program is kept from, by the kernel's namespaces: the network, other processes, and where <see cref="HidesFiles"/>, every file but
/// those it needs. Which of these a kernel grants depends on its settings, on who asks, and on the container around it, so each is tried.
/// </summary>
internal sealed class Isolation
{
    /// <summary>No namespaces.</summary>
    public static readonly Isolation None = new([], hidesFiles: false, changesUser: false);

    // The kernel counts those of the program's own user, or of its own user namespace; without either, the service's own too, and it can start none. A decoder
    // is one process; this leaves room for threads.
    private const int MostProcesses = 16;

    // Run in the new namespaces. The root becomes a small file system in memory with the folders of programs and libraries, read-only, the
    // program's own folder, two devices, and the working folder at its own path; the old root is unmounted. umount looks into /proc, which goes
    // with the old root. In the end all capabilities are given up.
    private const string Script = """
        set -e
        PATH=/usr/sbin:/usr/bin:/sbin:/bin
        root=$1 work=$2 program=$3 user=$4 processes=$5
        shift 5
        mount -n -t tmpfs -o mode=755,size=1m,nosuid,nodev none "$root"
        for folder in /usr /lib /lib32 /lib64 /libx32 /bin "${program%/*}"; do
            if [ -e "$root$folder" ]; then
                continue
            elif [ -L "$folder" ]; then
                ln -s "$(readlink "$folder")" "$root$folder"
            elif [ -d "$folder" ]; then
                mkdir -p "$root$folder"
                mount -n --rbind "$folder" "$root$folder"
                mount -n -o remount,bind,ro,nosuid,nodev "$root$folder"
            fi
        done
        mkdir -p "$root$work" "$root/dev" "$root/outside"
        for device in null zero; do
            : > "$root/dev/$device"
            mount -n --bind "/dev/$device" "$root/dev/$device"
        done
        [ -z "$user" ] || chown -R "$user:$user" "$work"
        mount -n --bind "$work" "$root$work"
        mount -n -o remount,bind,nosuid,nodev,noexec "$root$work"
        ln -s outside/proc "$root/proc"
        cd "$root"
        pivot_root . outside
        cd "$work"
        umount -n -l /outside
        mount -n -o remount,bind,ro,nosuid,nodev /
        exec env -i prlimit --nproc="$processes" -- setpriv ${user:+--reuid=$user --regid=$user --clear-groups} --inh-caps=-all --bounding-set=-all --no-new-privs -- "$program" "$@"
        """;

    private readonly IReadOnlyList<string> _prefix;

    private Isolation(IReadOnlyList<string> prefix, bool hidesFiles, bool changesUser)
    {
        _prefix = prefix;
        HidesFiles = hidesFiles;
        ChangesUser = changesUser;
    }

    /// <summary>Whether the program sees no file but programs, libraries and its working folder.</summary>
    public bool HidesFiles { get; }

    /// <summary>Whether the program runs as another user than the service.</summary>
    public bool ChangesUser { get; }

    /// <summary>Those that can be tried with what is installed, the strongest first.</summary>
    public static IEnumerable<Isolation> Of(string searchPath)
    {
        if (DecoderTool.Find("unshare", searchPath) is not { } unshare)
            yield break;
        string[] ended = ["--fork", "--kill-child", "--"];
        if (DecoderTool.Find("sh", searchPath) is { } shell)
        {
            string[] apart = ["--mount", "--net", "--ipc", "--pid"];
            string[] script = [shell, "-c", Script, "sh"];

            // Root needs no user namespace, and inside one it would still be exempt from the limit on processes.
            if (Environment.IsPrivilegedProcess)
                yield return new Isolation([unshare, .. apart, .. ended, .. script], hidesFiles: true, changesUser: true);
            yield return new Isolation([unshare, "--user", "--map-root-user", .. apart, .. ended, .. script], hidesFiles: true, changesUser: false);
        }

        yield return new Isolation([unshare, "--user", "--net", "--pid", .. ended], hidesFiles: false, changesUser: false);
    }

    /// <summary>The command that starts a program so, with a limit on the processes it starts; root, where it stays root, is exempt from that.</summary>
    /// <param name="prlimit">What sets limits.</param>
    /// <param name="root">An empty folder on which the program's root is mounted.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="user">Whom it runs as, where it <see cref="ChangesUser"/>; else null.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public IEnumerable<string> Command(string prlimit, string root, string folder, DecoderUser? user, string program, IReadOnlyList<string> arguments)
    {
        var processes = (MostProcesses + (user?.Others ?? 0)).ToString(CultureInfo.InvariantCulture);
        return HidesFiles
            ? [.. _prefix, root, folder, program, user?.Id.ToString(CultureInfo.InvariantCulture) ?? string.Empty, processes, .. arguments]
            : [.. _prefix, prlimit, $"--nproc={processes}", "--", program, .. arguments];
    }
}
