using System.Globalization;
using Sassnet.Model.Pictures;

namespace Sassnet.Training.TensorBoard;

/// <summary>
/// Writes scalars and pictures to a TensorBoard event file. Every start of a run writes a file of its own, whose name sorts after those of earlier starts;
/// TensorBoard reads all of a folder's files as one run.
/// </summary>
public sealed class EventFileWriter : IDisposable
{
    /// <summary>Finds the event files of a folder.</summary>
    public const string FilePattern = FilePrefix + "*";

    private const string FilePrefix = "events.out.tfevents.";

    private readonly TimeProvider _time;
    private readonly FileStream _file;

    /// <summary>Creates the folder where needed, and a new event file in it.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="time">Gives the time stamps.</param>
    /// <param name="resumedAtStep">For a resumed run, the first step it will write: readers drop what earlier files hold from there on.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="resumedAtStep"/> is negative.</exception>
    public EventFileWriter(string folder, TimeProvider time, long? resumedAtStep = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(time);
        if (resumedAtStep is { } step)
            ArgumentOutOfRangeException.ThrowIfNegative(step, nameof(resumedAtStep));
        _time = time;
        Directory.CreateDirectory(folder);
        _file = CreateNext(folder, time.GetUtcNow());
        RecordWriter.Write(_file, EventMessage.Version(time.GetUtcNow()));
        if (resumedAtStep is { } resumed)
            RecordWriter.Write(_file, EventMessage.Restart(time.GetUtcNow(), resumed));
    }

    /// <summary>Where the events go.</summary>
    public string Path => _file.Name;

    /// <summary>Adds one scalar, with a write of its own.</summary>
    /// <param name="tag">The curve's name; slashes group curves.</param>
    /// <param name="value">Any float; TensorBoard shows NaN and infinity as such.</param>
    /// <param name="step">The iteration, at least 0.</param>
    public void WriteScalar(string tag, float value, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        RecordWriter.Write(_file, EventMessage.Scalar(_time.GetUtcNow(), tag, value, step));
    }

    /// <summary>Adds one picture, with a write of its own.</summary>
    /// <param name="tag">The picture's name; slashes group pictures.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="step">The iteration, at least 0.</param>
    public void WritePicture(string tag, Picture picture, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        RecordWriter.Write(_file, EventMessage.Picture(_time.GetUtcNow(), tag, picture.Width, picture.Height, picture.ToPng(), step));
    }

    /// <summary>Brings what was written to the disk.</summary>
    public void Flush() => _file.Flush(flushToDisk: true);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    // TensorBoard reads files in the order of their names: seconds since 1970, then a count for starts within one second. Where the clock is behind that of an
    // earlier start, as another machine's may be, the name has that start's seconds.
    private static FileStream CreateNext(string folder, DateTimeOffset now)
    {
        var seconds = Directory.EnumerateFiles(folder, FilePattern).Select(SecondsOf).Append(now.ToUnixTimeSeconds()).Max();
        for (var start = 0; ; start++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{FilePrefix}{seconds:D10}.{start:D3}");
            var path = System.IO.Path.Combine(folder, name);
            try
            {
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
            }
            catch (IOException) when (File.Exists(path))
            {
            }
        }
    }

    // 0 of a file that something else has named.
    private static long SecondsOf(string path) =>
        long.TryParse(System.IO.Path.GetFileName(path)[FilePrefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
}
