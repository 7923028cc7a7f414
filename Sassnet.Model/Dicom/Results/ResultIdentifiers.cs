using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;

namespace Sassnet.Model.Dicom.Results;

/// <summary>
/// The unique identifiers of all that is made of one result. They follow from all that results repeat of the source, from what made the result and from the result
/// itself, so that objects made by two requests refer to each other, and storing a result twice makes no second one; another result never has them, nor has one over
/// the same images after their patient, their study or their place was corrected: an archive would keep the one with the old name.
/// Only the date and time of two objects of one identifier may differ.
/// </summary>
internal sealed class ResultIdentifiers
{
    private const int ValuesAtOnce = 1 << 20;

    private readonly byte[] _digest;

    private ResultIdentifiers(byte[] digest) => _digest = digest;

    /// <summary>The identifiers of a result.</summary>
    /// <param name="source">What it was made of.</param>
    /// <param name="about">What made it.</param>
    /// <param name="contents">The result itself: its labels, or the distances of each.</param>
    public static ResultIdentifiers Of<T>(DicomSource source, ResultDescription about, params IReadOnlyList<T[]> contents)
        where T : unmanaged
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, about.ModelName, about.ModelVersion, about.SoftwareVersion, about.Deidentify ? "deidentified" : "identified");
        foreach (var label in about.Labels)
            Add(hash, label.Value.ToString(CultureInfo.InvariantCulture), label.Name, label.SnomedCode ?? string.Empty, label.Colour ?? string.Empty);
        foreach (var frame in source.Frames)
        {
            var said = frame.File.DataSet;
            Add(hash, frame.Index.ToString(CultureInfo.InvariantCulture), said.Text(DicomTags.Modality) ?? string.Empty, said.Text(DicomTags.BurnedInAnnotation) ?? string.Empty);
        }

        hash.AppendData(Repeated(source, about));
        foreach (var content in contents)
        {
            for (ReadOnlySpan<T> rest = content; !rest.IsEmpty; rest = rest[Math.Min(ValuesAtOnce, rest.Length)..])
                hash.AppendData(MemoryMarshal.AsBytes(rest[..Math.Min(ValuesAtOnce, rest.Length)]));
        }

        return new ResultIdentifiers(hash.GetHashAndReset());
    }

    /// <summary>The identifier for a purpose, such as "segmentation series".</summary>
    public string this[string purpose] => DicomUid.Of(SHA256.HashData([.. _digest, .. Encoding.UTF8.GetBytes(purpose)]));

    /// <summary>What results repeat of their source, as it is written into them: patient and study, the images, and where these lie.</summary>
    private static byte[] Repeated(DicomSource source, ResultDescription about)
    {
        var characters = ResultCharacters.Of(source, about);
        var result = new DataSetBuilder(characters);
        CopiedAttributes.Copy(source.Owner, result, characters, about.Deidentify);
        result.Text(DicomTags.StudyInstanceUid, "UI", ResultModules.Repeated(source.Frames[0], DicomTags.StudyInstanceUid));
        ResultModules.AddImage(result, source);
        FunctionalGroups.AddAll(result, source.Frames);
        var bytes = new MemoryStream();
        result.WriteTo(bytes);
        return bytes.ToArray();
    }

    private static void Add(IncrementalHash hash, params ReadOnlySpan<string> texts)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
    }
}
