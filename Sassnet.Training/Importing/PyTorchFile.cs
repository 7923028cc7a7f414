using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using Sassnet.Model.Packages;

namespace Sassnet.Training.Importing;

/// <summary>
/// Reads what <c>torch.save</c> wrote, as data alone: a pickle names Python classes and functions, and of one that is not known here nothing but the name is kept.
/// Both forms are read, in any protocol of pickles: the zip archive of PyTorch 1.6 and later, and the one before, in which most published checkpoints of this family are.
/// </summary>
internal static class PyTorchFile
{
    private const string PickleName = "data.pkl";

    // The form's version, which the older form has, pickled, behind the magic number.
    private const long OlderVersion = 1001;

    // More than the magic number takes in any protocol of pickles.
    private const int LongestMagic = 64;

    // The number that the older form begins with, pickled (torch.serialization.MAGIC_NUMBER).
    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    /// <summary>Reads a file: dictionaries are <see cref="Hashtable"/>, tensors <see cref="PickledTensor"/>.</summary>
    /// <exception cref="InvalidPackageException">It is no such file, or is damaged.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static object? Read(string path)
    {
        using var file = File.OpenRead(path);
        var begin = new byte[LongestMagic];
        var length = file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
        file.Position = 0;
        try
        {
            if (begin.AsSpan().StartsWith("PK\x03\x04"u8))
                return ReadArchive(file);
            if (BeginsAsOlder(begin[..length]))
                return ReadOlder(file);
        }
        catch (Exception failure) when (IsOfTheContent(failure))
        {
            throw new InvalidPackageException($"The file is damaged, or holds what is not read: {failure.Message} Save the state dict alone, torch.save(network.state_dict(), path).", failure);
        }

        throw new InvalidPackageException("The file is not one that torch.save writes: it begins neither as a zip archive nor as the form before PyTorch 1.6.");
    }

    // What reading a pickle, an archive or numbers meets in bytes that are none.
    private static bool IsOfTheContent(Exception failure) => failure is InvalidDataException or IOException or InvalidCastException or InvalidOperationException
        or ArgumentException or FormatException or IndexOutOfRangeException or OverflowException or NullReferenceException or NotSupportedException;

    // By the number itself: what stands before it differs between the protocols of pickles.
    private static bool BeginsAsOlder(byte[] begin)
    {
        try
        {
            using var stream = new MemoryStream(begin);
            return new TensorUnpickler(stream, []).Read() is BigInteger number && number == Magic;
        }
        catch (Exception failure) when (failure is InvalidPackageException || IsOfTheContent(failure))
        {
            return false;
        }
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
        content.Position = 0;
        var read = new TensorUnpickler(content, storages).Read();
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
        var storages = new Dictionary<string, PickledStorage>();
        Next();
        if (Next() is not OlderVersion)
            throw new InvalidPackageException(FormattableString.Invariant($"The file is of another version of the form before PyTorch 1.6 than {OlderVersion}, the accepted one."));
        if (Next() is IDictionary system && system["little_endian"] is false)
            throw new InvalidPackageException("The file's numbers are big-endian; accepted: little.");
        var read = Next();
        if (Next() is not ArrayList keys)
            throw new InvalidDataException("It does not say which numbers follow.");
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

        object? Next() => new TensorUnpickler(buffered, storages).Read();
    }
}
