using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.IO.Compression;
using Razorvine.Pickle;
using Sassnet.Model.Packages;

namespace Sassnet.Training.Importing;

/// <summary>
/// Reads what <c>torch.save</c> wrote, as data alone: a pickle names Python classes and functions, and one that is not known here becomes a dictionary instead of
/// being called. Both forms are read: the zip archive of PyTorch 1.6 and later, and the one before, in which most published checkpoints of this family are.
/// </summary>
internal static class PyTorchFile
{
    private const string PickleName = "data.pkl";

    // A pickled number that the older form begins with (torch.serialization.MAGIC_NUMBER), and a pickled 1001 behind it, the form's version.
    private static readonly byte[] Magic = Convert.FromHexString("80028A0A6CFC9C46F9206AA850192E");
    private static readonly byte[] Version = Convert.FromHexString("80024DE9032E");

    /// <summary>Reads a file: dictionaries are <see cref="Hashtable"/>, tensors <see cref="PickledTensor"/>.</summary>
    /// <exception cref="InvalidPackageException">It is no such file, or is damaged.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static object? Read(string path)
    {
        using var file = File.OpenRead(path);
        var begin = new byte[Magic.Length];
        var length = file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
        file.Position = 0;
        try
        {
            if (length >= 4 && begin.AsSpan(0, 4).SequenceEqual("PK\x03\x04"u8))
                return ReadArchive(file);
            if (begin.AsSpan().SequenceEqual(Magic))
                return ReadOlder(file);
        }
        catch (Exception failure) when (failure is PickleException or InvalidDataException or IOException or InvalidCastException or InvalidOperationException
            or ArgumentException or FormatException or IndexOutOfRangeException or OverflowException or NullReferenceException or NotSupportedException)
        {
            throw new InvalidPackageException($"The file is damaged, or holds what is not read: {failure.Message} Save the state dict alone, torch.save(network.state_dict(), path).", failure);
        }

        throw new InvalidPackageException("The file is not one that torch.save writes: it begins neither as a zip archive nor as the form before PyTorch 1.6.");
    }

    private static object? ReadArchive(FileStream file)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Read);
        var pickle = archive.Entries.FirstOrDefault(entry => entry.Name == PickleName)
            ?? throw new InvalidPackageException($"The zip archive has no {PickleName}: it is not one that torch.save writes.");
        var root = pickle.FullName[..^PickleName.Length];
        if (archive.GetEntry(root + "byteorder") is { } order)
        {
            using var text = new StreamReader(order.Open());
            if (text.ReadToEnd().Trim() is var word && word != "little")
                throw new InvalidPackageException($"The file's numbers are {word}-endian; accepted: little.");
        }

        var storages = new Dictionary<string, PickledStorage>();
        using var stream = pickle.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        var bytes = content.ToArray();
        var read = TensorUnpickler.Load(unpickler => unpickler.loads(bytes), storages);
        foreach (var (key, storage) in storages)
        {
            var entry = archive.GetEntry($"{root}data/{key}") ?? throw new InvalidPackageException($"The file has no numbers '{key}': it is damaged.");
            using var numbers = entry.Open();
            storage.Fill(numbers);
        }

        return read;
    }

    // Pickles, one after the other: the magic number, the version, the system, what was saved, and the order of the storages; then each of those, with its length.
    private static object? ReadOlder(FileStream file)
    {
        using var buffered = new BufferedStream(file);
        var head = new byte[Magic.Length + Version.Length];
        buffered.ReadExactly(head);
        if (!head.AsSpan(Magic.Length).SequenceEqual(Version))
            throw new InvalidPackageException("The file is of another version of the form before PyTorch 1.6 than 1001, the accepted one.");
        var storages = new Dictionary<string, PickledStorage>();
        if (Next() is IDictionary system && system["little_endian"] is false)
            throw new InvalidPackageException("The file's numbers are big-endian; accepted: little.");
        var read = Next();
        var keys = (IEnumerable)Next()!;
        var length = new byte[sizeof(long)];
        foreach (var key in keys.Cast<object>().Select(key => Convert.ToString(key, CultureInfo.InvariantCulture)!))
        {
            buffered.ReadExactly(length);
            var (storage, count) = (storages.GetValueOrDefault(key), BinaryPrimitives.ReadInt64LittleEndian(length));
            if (storage is null || storage.Count != count)
                throw new InvalidPackageException($"The numbers '{key}' are {count}; accepted: {storage?.Count.ToString(CultureInfo.InvariantCulture) ?? "none"}. The file is damaged.");
            storage.Fill(buffered);
        }

        return read;

        object? Next()
        {
            var start = buffered.Position;
            return TensorUnpickler.Load(
                unpickler =>
                {
                    buffered.Position = start;
                    return unpickler.load(buffered);
                },
                storages);
        }
    }
}
