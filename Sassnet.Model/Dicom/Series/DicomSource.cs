using System.Security.Cryptography;
using System.Text;
using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Series;

/// <summary>The DICOM series a volume was read from, as far as results refer to it.</summary>
public sealed class DicomSource
{
    private static readonly DicomTag PatientName = new(0x0010, 0x0010);
    private static readonly DicomTag PatientId = new(0x0010, 0x0020);

    private static readonly (DicomTag Tag, string Name)[] Identifiers =
    [
        (DicomTags.StudyInstanceUid, "StudyInstanceUID"), (DicomTags.SeriesInstanceUid, "SeriesInstanceUID"),
        (DicomTags.FrameOfReferenceUid, "FrameOfReferenceUID"), (DicomTags.SopInstanceUid, "SOPInstanceUID"),
    ];

    private static readonly (DicomTag Tag, string Name, string Owner)[] Owners =
    [
        (DicomTags.StudyInstanceUid, "StudyInstanceUID", "study"), (PatientId, "PatientID", "patient"),
    ];

    internal DicomSource(IReadOnlyList<SliceFrame> frames)
    {
        Frames = frames;
        Owner = frames.MaxBy(frame => (Has(frame, PatientId), Has(frame, PatientName)))!.File.DataSet;
        Obstacle = FindObstacle();
    }

    /// <summary>Why no DICOM result can be made over the series: an identifier that it has to repeat is missing or unsound, or not one. Null where one can.</summary>
    public string? Obstacle { get; }

    /// <summary>What made it, <c>MR</c> or <c>CT</c> as far as it says the truth; null where it says nothing.</summary>
    public string? Modality => Owner.Text(DicomTags.Modality);

    /// <summary>Whether its lowest values are white for who looks at it (PhotometricInterpretation MONOCHROME1); its values stay what they are.</summary>
    public bool IsInverted => Frames.Any(frame => frame.File.DataSet.Text(DicomTags.PhotometricInterpretation) == "MONOCHROME1");

    /// <summary>
    /// Equal for series of one PatientID: its SHA-256, in hexadecimal digits; null where there is none. It is for comparing and not for keeping: who knows what an
    /// identifier looks like can try all.
    /// </summary>
    public string? PatientHash => Owner.Text(PatientId) is { } id ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id))) : null;

    /// <summary>Its frames, in the order of the volume's slices.</summary>
    internal IReadOnlyList<SliceFrame> Frames { get; }

    /// <summary>Whose patient and study the results have: of the frames, which may say nothing of him and do not contradict each other, the first that says most.</summary>
    internal DicomDataSet Owner { get; }

    private static bool Has(SliceFrame frame, DicomTag tag) => frame.File.DataSet.Text(tag) is not null;

    // A new identifier in place of an unsound one would refer to an object that nobody has.
    private string? FindObstacle()
    {
        foreach (var frame in Frames)
        {
            foreach (var (tag, name) in Identifiers)
            {
                var uid = frame.File.DataSet.Text(tag);
                if (uid is null)
                    return $"{name} {tag} is missing in {frame.Name}, and a result has to repeat it.";
                if (!DicomUid.IsValid(uid))
                    return $"{name} {tag} in {frame.Name} is no unique identifier (at most 64 digits and dots), and a result has to repeat it.";
            }
        }

        // It would go to the owner of the first slice, whoever the others are of.
        foreach (var (tag, name, owner) in Owners)
        {
            if (DifferingFrames.In(Frames, tag) is var (one, other))
                return $"{name} {tag} in {other.Name} is not that in {one.Name}, and a result belongs to one {owner}.";
        }

        // Which of them a frame was made from, nobody could tell.
        var alike = Frames.DistinctBy(frame => frame.File).GroupBy(frame => frame.File.DataSet.Text(DicomTags.SopInstanceUid)).FirstOrDefault(same => same.Skip(1).Any());
        return alike is null
            ? null
            : $"SOPInstanceUID {DicomTags.SopInstanceUid} in {alike.ElementAt(1).Name} is that in {alike.First().Name} too, and a result has to tell them apart.";
    }
}
