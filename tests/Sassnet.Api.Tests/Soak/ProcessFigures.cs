using System.Globalization;

namespace Sassnet.Api.Tests.Soak;

/// <summary>What a process holds at one moment, as the kernel counts it.</summary>
/// <param name="Seconds">When, from the start of the load.</param>
/// <param name="Mebibytes">Its memory.</param>
/// <param name="Handles">Its open files and sockets.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="Files">Its temporary files, and the folders of its jobs.</param>
internal sealed record ProcessFigures(double Seconds, double Mebibytes, int Handles, int Threads, int Files)
{
    /// <summary>Looks at a process.</summary>
    public static ProcessFigures Of(int process, double seconds, params string[] folders)
    {
        var status = File.ReadLines(FormattableString.Invariant($"/proc/{process}/status"))
            .Select(line => line.Split(':', 2))
            .ToDictionary(parts => parts[0], parts => parts[1].Trim());
        return new(
            seconds,
            double.Parse(status["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture) / 1024,
            Directory.GetFileSystemEntries(FormattableString.Invariant($"/proc/{process}/fd")).Length,
            int.Parse(status["Threads"], CultureInfo.InvariantCulture),
            folders.Sum(FilesIn));
    }

    public override string ToString() => FormattableString.Invariant($"{Seconds:0} s: {Mebibytes:0} MiB, {Handles} handles, {Threads} threads, {Files} files");

    // A folder may go while it is looked through. The lock of the uploads and the database of the jobs stay.
    private static int FilesIn(string folder)
    {
        try
        {
            return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Count(file => Path.GetExtension(file) != ".lock" && Path.GetDirectoryName(file) != folder);
        }
        catch (DirectoryNotFoundException)
        {
            return FilesIn(folder);
        }
    }
}
