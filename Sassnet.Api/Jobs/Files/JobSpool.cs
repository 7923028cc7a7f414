using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Problems;
using Sassnet.Api.Segmentation;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Files;

namespace Sassnet.Api.Jobs.Files;

/// <summary>
/// The files of jobs: the input until it has ended and the results of the attempt that its record names. Both are put together in the folder of the jobs, brought to
/// the disk and handed to the store before a record speaks of them.
/// </summary>
internal sealed class JobSpool(JobFolder folder, IJobFiles files)
{
    private const string ArchiveFile = "archive";
    private const int BufferBytes = 128 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Counted where room is made, see JobRetention.
    private static readonly DiskBudget Uncounted = new(long.MaxValue);

    /// <summary>Stores the files of a volume.</summary>
    /// <returns>What is needed to read them again, their SHA-256 and their bytes.</returns>
    public async Task<(StoredInput Input, string Hash, long Bytes)> StoreInputAsync(string id, SeriesFiles series, CancellationToken cancellation)
    {
        var set = FileSet.Input(id);
        var part = await files.NewPartAsync(set);
        var (hash, bytes) = await CopyAsync(series, part, cancellation);
        await files.PutAsync(set, part, cancellation);
        return (Describe(series), hash, bytes);
    }

    /// <summary>What is needed to read the files of a volume again.</summary>
    public static StoredInput Describe(SeriesFiles series) => new([.. series.Files.Select(file => file.Number)], series.IsDicom, series.Warnings);

    /// <summary>The SHA-256 that storing these files would give.</summary>
    public static Task<string> HashAsync(SeriesFiles series, CancellationToken cancellation) =>
        Task.Run(() => Read(series, _ => Stream.Null, cancellation).Hash, CancellationToken.None);

    /// <summary>The files of a volume as they were stored, on this machine.</summary>
    public async Task<SeriesFiles> InputAsync(string id, StoredInput input, CancellationToken cancellation)
    {
        var path = await files.FetchAsync(FileSet.Input(id), [.. input.Numbers.Select(Name)], cancellation);
        return new SeriesFiles([.. input.Numbers.Select(number => new SeriesFile(number, Path.Combine(path, Name(number))))], input.IsDicom, input.Warnings);
    }

    /// <summary>A file for an answer in the making. It goes with its folder, and so nobody need dispose it.</summary>
    /// <exception cref="ProblemException">It cannot be written.</exception>
    public async Task<TemporaryFile> NewAnswerAsync(string id, int attempt, SegmentOutput output) =>
        new(Path.Combine(await files.NewPartAsync(FileSet.Results(id, attempt)), output == SegmentOutput.Archive ? ArchiveFile : output.Name), Uncounted);

    /// <summary>Stores an answer: a zip of all as the outputs in it, each by itself.</summary>
    public async Task<IReadOnlyList<StoredResult>> KeepAsync(string id, int attempt, SegmentOutput output, CancellationToken cancellation)
    {
        var set = FileSet.Results(id, attempt);
        var part = folder.PartOf(set);
        var results = await Task.Run(() => Finish(part, output), CancellationToken.None);
        await files.PutAsync(set, part, cancellation);
        return results;
    }

    /// <summary>
    /// Makes the results of the last attempt that has all of them those of this one; false where none has. An attempt that was broken off while it took them over, and
    /// did not count, has some.
    /// </summary>
    public async Task<bool> TakeOverAsync(string id, int attempt, IReadOnlyList<StoredResult> results, CancellationToken cancellation)
    {
        var sets = (await files.ListAsync(id, cancellation)).GetValueOrDefault(id) ?? [];
        string[] names = [.. results.Select(result => result.Output)];
        foreach (var made in sets.Select(name => new FileSet(id, name)).Where(set => set.Attempt > 0).OrderByDescending(set => set.Attempt))
        {
            if (await files.HasAsync(made, names, cancellation))
                return made.Attempt == attempt || await files.CopyAsync(made, FileSet.Results(id, attempt), results, cancellation);
        }

        return false;
    }

    /// <summary>Gives results a second place; false where they are not there, all of them.</summary>
    public Task<bool> CopyAsync((string Id, int Attempt) from, (string Id, int Attempt) to, IReadOnlyList<StoredResult> results, CancellationToken cancellation) =>
        files.CopyAsync(FileSet.Results(from.Id, from.Attempt), FileSet.Results(to.Id, to.Attempt), results, cancellation);

    /// <summary>Removes an answer in the making; what cannot be removed now is swept.</summary>
    public void Discard(string id, int attempt) => folder.Discard(folder.PartOf(FileSet.Results(id, attempt)));

    /// <summary>Opens a result; null where it is gone.</summary>
    public Task<Stream?> OpenResultAsync(string id, int attempt, SegmentOutput output, CancellationToken cancellation) =>
        files.OpenAsync(FileSet.Results(id, attempt), output.Name, cancellation);

    /// <summary>Removes all of a job but the results of an attempt; what cannot be removed now is swept.</summary>
    /// <param name="id">The job.</param>
    /// <param name="attempt">The attempt; null for nothing to stay.</param>
    public async Task ClearAsync(string id, int? attempt = null)
    {
        try
        {
            await files.ClearAsync(id, attempt is { } number ? FileSet.Results(id, number) : null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException || (failure as ProblemException)?.Type == JobProblemTypes.StoreUnavailable)
        {
            // The store is away, and was said to be; or a disk is so full that it takes no change. What brought us here is what counts.
        }
    }

    // What is read lies elsewhere: that the store is what failed is so only where it cannot be written.
    private async Task<(string Hash, long Bytes)> CopyAsync(SeriesFiles series, string part, CancellationToken cancellation)
    {
        try
        {
            return await Task.Run(() => Read(series, file => Create(Path.Combine(part, Name(file.Number))), cancellation), CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException && !FullDisk.IsMeantBy(failure))
        {
            await files.ProbeAsync();
            throw;
        }
    }

    private static string Name(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static FileStream Create(string path) =>
        new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = OwnerOnly });

    // Each file's length goes before it, so that no two series of files look alike.
    private static (string Hash, long Bytes) Read(SeriesFiles series, Func<SeriesFile, Stream> copy, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var length = new byte[sizeof(long)];
        var bytes = 0L;
        try
        {
            foreach (var file in series.Files)
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

    private static IReadOnlyList<StoredResult> Finish(string part, SegmentOutput output)
    {
        if (output == SegmentOutput.Archive)
            Unpack(part);
        var results = new List<StoredResult>();
        foreach (var path in Directory.EnumerateFiles(part))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            results.Add(new StoredResult(Path.GetFileName(path), file.Length, Convert.ToHexStringLower(SHA256.HashData(file))));
            file.Flush(flushToDisk: true);
        }

        var order = SegmentOutput.All.Select(each => each.Name).ToList();
        return [.. results.OrderBy(result => order.IndexOf(result.Output))];
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
}
