using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Sassnet.Api.Segmentation;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Model.Dicom.Archives;

namespace Sassnet.Api.Jobs;

/// <summary>
/// The files of jobs: a folder for each, with the input until it has ended and the results of the attempt that its record names. Both are written under another
/// name, brought to the disk and renamed before a record speaks of them; what no record speaks of is swept away.
/// </summary>
internal sealed class JobSpool(JobFolder folder)
{
    private const string InputFolder = "input";
    private const string ResultsFolder = "results-";
    private const string Unfinished = ".part";
    private const string ArchiveFile = "archive";
    private const int BufferBytes = 128 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Counted where room is made, see JobRetention.
    private static readonly DiskBudget Uncounted = new(long.MaxValue);

    /// <summary>Stores the files of a volume.</summary>
    /// <returns>What is needed to read them again, their SHA-256 and their bytes.</returns>
    public (StoredInput Input, string Hash, long Bytes) StoreInput(string id, SeriesFiles files, CancellationToken cancellation)
    {
        var target = Path.Combine(FolderOf(id), InputFolder);
        var part = target + Unfinished;

        // Of an attempt that ended before the record knew of it.
        foreach (var left in ((string[])[target, part]).Where(Directory.Exists))
            Delete(left);
        Directory.CreateDirectory(part);
        var (hash, bytes) = Read(files, file => Create(Path.Combine(part, Name(file.Number))), cancellation);
        DurableFiles.Rename(part, target);
        DurableFiles.Sync(folder.Path);
        return (new StoredInput([.. files.Files.Select(file => file.Number)], files.IsDicom, files.Warnings), hash, bytes);
    }

    /// <summary>The SHA-256 that storing these files would give.</summary>
    public static string Hash(SeriesFiles files, CancellationToken cancellation) => Read(files, _ => Stream.Null, cancellation).Hash;

    /// <summary>The files of a volume as they were stored.</summary>
    public SeriesFiles Input(string id, StoredInput input) => new(
        [.. input.Numbers.Select(number => new SeriesFile(number, Path.Combine(FolderOf(id), InputFolder, Name(number))))], input.IsDicom, input.Warnings);

    /// <summary>A file for an answer in the making. It goes with its folder, and so nobody need dispose it.</summary>
    public TemporaryFile NewAnswer(string id, int attempt, SegmentOutput output)
    {
        Discard(id, attempt);
        var part = AttemptFolder(id, attempt) + Unfinished;
        Directory.CreateDirectory(part);
        return new TemporaryFile(Path.Combine(part, output == SegmentOutput.Archive ? ArchiveFile : output.Name), Uncounted);
    }

    /// <summary>Brings an answer to the disk under the name that it keeps: a zip of all as the outputs in it, each by itself.</summary>
    public IReadOnlyList<StoredResult> Keep(string id, int attempt, SegmentOutput output)
    {
        var target = AttemptFolder(id, attempt);
        var part = target + Unfinished;
        if (output == SegmentOutput.Archive)
            Unpack(part);
        var results = new List<StoredResult>();
        foreach (var path in Directory.EnumerateFiles(part))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            results.Add(new StoredResult(Path.GetFileName(path), file.Length, Convert.ToHexStringLower(SHA256.HashData(file))));
            file.Flush(flushToDisk: true);
        }

        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        DurableFiles.Rename(part, target);
        var order = SegmentOutput.All.Select(each => each.Name).ToList();
        return [.. results.OrderBy(result => order.IndexOf(result.Output))];
    }

    /// <summary>Makes the results of an earlier attempt those of this one; false where they are not there, all of them.</summary>
    public bool TakeOver(string id, int attempt, IReadOnlyList<StoredResult> results)
    {
        var target = AttemptFolder(id, attempt);
        var earlier = Directory.Exists(FolderOf(id))
            ? Directory.EnumerateDirectories(FolderOf(id), ResultsFolder + "*")
                .FirstOrDefault(path => !path.EndsWith(Unfinished, StringComparison.Ordinal) && results.All(result => File.Exists(Path.Combine(path, result.Output))))
            : null;
        if (earlier is not null && earlier != target)
            DurableFiles.Rename(earlier, target);
        return earlier is not null;
    }

    /// <summary>Removes an answer in the making.</summary>
    public void Discard(string id, int attempt)
    {
        var part = AttemptFolder(id, attempt) + Unfinished;
        if (Directory.Exists(part))
            Delete(part);
    }

    /// <summary>Opens a result; null where it is gone.</summary>
    public FileStream? OpenResult(string id, int attempt, SegmentOutput output)
    {
        try
        {
            return new FileStream(
                Path.Combine(AttemptFolder(id, attempt), output.Name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.Asynchronous);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Removes all of a job but the results of an attempt.</summary>
    /// <param name="id">The job.</param>
    /// <param name="attempt">The attempt; null for nothing to stay.</param>
    public void Clear(string id, int? attempt = null)
    {
        var (job, kept) = (FolderOf(id), attempt is { } number ? AttemptFolder(id, number) : null);
        if (!Directory.Exists(job))
            return;
        foreach (var inside in Directory.EnumerateDirectories(job).Where(inside => inside != kept))
            Delete(inside);
        if (kept is null || !Directory.Exists(kept))
            Delete(job);
    }

    /// <summary>The jobs that have a folder; what else may lie beside them is nobody's here.</summary>
    public IReadOnlyList<string> Ids() =>
        [.. Directory.EnumerateDirectories(folder.Path).Select(path => Path.GetFileName(path)!).Where(name => Guid.TryParseExact(name, "N", out _))];

    // Of two that clear at once, one finds nothing left.
    private static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    private static string Name(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static FileStream Create(string path) =>
        new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = OwnerOnly });

    // Each file's length goes before it, so that no two series of files look alike.
    private static (string Hash, long Bytes) Read(SeriesFiles files, Func<SeriesFile, Stream> copy, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var length = new byte[sizeof(long)];
        var bytes = 0L;
        try
        {
            foreach (var file in files.Files)
            {
                using var source = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
                using var target = copy(file);
                BinaryPrimitives.WriteInt64LittleEndian(length, source.Length);
                hash.AppendData(length);
                int count;
                while ((count = source.Read(buffer)) > 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    hash.AppendData(buffer, 0, count);
                    target.Write(buffer, 0, count);
                    bytes += count;
                }

                (target as FileStream)?.Flush(flushToDisk: true);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset()), bytes);
    }

    private static void Unpack(string part)
    {
        var path = Path.Combine(part, ArchiveFile);
        using (var archive = ZipFile.OpenRead(path))
        {
            foreach (var output in SegmentOutput.All)
            {
                if (archive.GetEntry(output.FileName) is not { } entry)
                    continue;
                using var source = entry.Open();
                using var target = Create(Path.Combine(part, output.Name));
                source.CopyTo(target, BufferBytes);
            }
        }

        File.Delete(path);
    }

    private string FolderOf(string id) => Path.Combine(folder.Path, id);

    private string AttemptFolder(string id, int attempt) => Path.Combine(FolderOf(id), string.Create(CultureInfo.InvariantCulture, $"{ResultsFolder}{attempt}"));
}
