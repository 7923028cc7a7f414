using System.Buffers.Binary;
using System.Text;

namespace Sassnet.Model.Native;

/// <summary>The two sections of an ELF-64 little-endian shared library that name the symbol versions it needs (System V gABI, LSB symbol versioning).</summary>
internal sealed class ElfSections
{
    private const uint VersionNeedType = 0x6ffffffe;
    private const int SectionHeaderSize = 64;

    private readonly Range _versions;
    private readonly Range _strings;

    private ElfSections(Range versions, Range strings)
    {
        _versions = versions;
        _strings = strings;
    }

    /// <summary>Finds <c>.gnu.version_r</c> and the string table it is linked to.</summary>
    /// <exception cref="InvalidDataException">Not such a file, or a section lies outside it.</exception>
    public static ElfSections Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < SectionHeaderSize || !file[..6].SequenceEqual<byte>([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw new InvalidDataException("not a 64-bit little-endian ELF library");
        var table = (long)BinaryPrimitives.ReadUInt64LittleEndian(file[40..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        for (var i = 0; i < count; i++)
        {
            var header = Header(file, table, i);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != VersionNeedType)
                continue;
            var linked = Header(file, table, (int)BinaryPrimitives.ReadUInt32LittleEndian(header[40..]));
            return new ElfSections(Content(file, header), Content(file, linked));
        }

        throw new InvalidDataException("the library has no .gnu.version_r section");
    }

    /// <summary>The System V ABI hash of a symbol or version name.</summary>
    public static uint Hash(string name)
    {
        var hash = 0u;
        foreach (var c in name)
        {
            hash = (hash << 4) + c;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }

    /// <summary>Replaces the hash of one needed version.</summary>
    /// <exception cref="InvalidDataException">The hash does not occur exactly once among the needed versions.</exception>
    public void ReplaceVersionHash(Span<byte> file, uint oldHash, uint newHash)
    {
        var section = file[_versions];
        var found = -1;
        foreach (var entry in AuxiliaryEntries(section))
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[entry..]) != oldHash)
                continue;
            if (found >= 0)
                throw new InvalidDataException("the version is needed from more than one library");
            found = entry;
        }

        if (found < 0)
            throw new InvalidDataException("the version is not among those the library needs");
        BinaryPrimitives.WriteUInt32LittleEndian(section[found..], newHash);
    }

    /// <summary>Replaces a whole string of the string table by a shorter one, padded with NULs.</summary>
    /// <exception cref="InvalidDataException">The string does not stand there exactly once.</exception>
    public void ReplaceString(Span<byte> file, string oldText, string newText)
    {
        var section = file[_strings];
        var pattern = Encoding.ASCII.GetBytes($"\0{oldText}\0");
        var at = section.IndexOf(pattern);
        if (at < 0 || section[(at + 1)..].IndexOf(pattern) >= 0)
            throw new InvalidDataException($"the name {oldText} does not occur exactly once");
        var target = section.Slice(at + 1, oldText.Length);
        target.Clear();
        Encoding.ASCII.GetBytes(newText, target);
    }

    // Elf64_Verneed: version(2) count(2) file(4) aux(4) next(4); Elf64_Vernaux: hash(4) flags(2) other(2) name(4) next(4).
    private static List<int> AuxiliaryEntries(ReadOnlySpan<byte> section)
    {
        var entries = new List<int>();
        for (var need = 0; need + 16 <= section.Length;)
        {
            var aux = need + Offset(section, need + 8);
            for (var i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(section[(need + 2)..]); i++)
            {
                if (aux < 0 || aux + 16 > section.Length)
                    throw new InvalidDataException("a version entry lies outside its section");
                entries.Add(aux);
                aux += Offset(section, aux + 12);
            }

            var next = Offset(section, need + 12);
            if (next == 0)
                return entries;
            need += next;
        }

        throw new InvalidDataException("the list of needed versions does not end");
    }

    private static int Offset(ReadOnlySpan<byte> section, int at) =>
        (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(section[at..]), int.MaxValue / 4);

    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> file, long table, int index)
    {
        var start = table + ((long)index * SectionHeaderSize);
        if (table <= 0 || start < 0 || start + SectionHeaderSize > file.Length)
            throw new InvalidDataException("a section header lies outside the file");
        return file.Slice((int)start, SectionHeaderSize);
    }

    private static Range Content(ReadOnlySpan<byte> file, ReadOnlySpan<byte> header)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        if (offset > (ulong)file.Length || length > (ulong)file.Length - offset)
            throw new InvalidDataException("a section lies outside the file");
        return (int)offset..(int)(offset + length);
    }
}
