using Sassnet.Model.Compression;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>What the headers of one series may cost together, so that files made of nothing but attributes fill neither the memory nor, inflated, the disk.</summary>
/// <param name="limits">The limits on what is inflated.</param>
/// <param name="bytes">The bytes of all files together.</param>
internal sealed class HeaderBudget(VolumeLimits limits, long bytes)
{
    /// <summary>Elements, items and fragments a file may have: 25 000 frames with 40 each.</summary>
    public const int ElementsInFile = 1_000_000;

    private const int KeptEntries = 1_000_000;
    private const long KeptBytes = 64 << 20;

    private int _entries;
    private long _kept;

    /// <summary>What deflated files may come to.</summary>
    public ExpansionLimit Expansion { get; } = new(limits, bytes);

    /// <summary>Accounts for something that stays in memory.</summary>
    /// <exception cref="InvalidVolumeException">It is too much.</exception>
    public void Keep(int bytes)
    {
        _entries++;
        _kept += bytes;
        if (_entries > KeptEntries || _kept > KeptBytes)
            throw DicomFault.TooLarge("header-too-large", $"The DICOM headers hold more than {KeptEntries} attributes and items or {KeptBytes} bytes that describe frames; at most that many are accepted.");
    }
}
