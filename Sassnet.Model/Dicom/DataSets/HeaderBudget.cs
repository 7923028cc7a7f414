namespace Sassnet.Model.Dicom.DataSets;

/// <summary>What the headers of one series may cost together, so that files made of nothing but attributes do not fill the memory.</summary>
internal sealed class HeaderBudget
{
    /// <summary>Elements, items and fragments a file may have: 25 000 frames with 40 each.</summary>
    public const int ElementsInFile = 1_000_000;

    private const int KeptEntries = 1_000_000;
    private const long KeptBytes = 64 << 20;

    private int _entries;
    private long _bytes;

    /// <summary>Accounts for something that stays in memory.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">It is too much.</exception>
    public void Keep(int bytes)
    {
        _entries++;
        _bytes += bytes;
        if (_entries > KeptEntries || _bytes > KeptBytes)
            throw DicomFault.TooLarge("header-too-large", $"The DICOM headers hold more than {KeptEntries} attributes and items or {KeptBytes} bytes that describe frames; at most that many are accepted.");
    }
}
