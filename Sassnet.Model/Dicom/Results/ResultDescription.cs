using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Packages;

namespace Sassnet.Model.Dicom.Results;

/// <summary>What made a result, and what it may say of the patient.</summary>
/// <param name="ModelName">The model's name.</param>
/// <param name="ModelVersion">The model's version.</param>
/// <param name="Labels">What is segmented, at least one; segments are numbered from 1 in this order.</param>
/// <param name="SoftwareVersion">The version of this software.</param>
/// <param name="Created">When the result was made, in local time; it is written in the source's zone where that is known.</param>
/// <param name="Deidentify">Whether attributes that identify the patient stay out.</param>
/// <param name="Encoding">How the pixels of a segmentation object are to be stored.</param>
public sealed record ResultDescription(
    string ModelName,
    string ModelVersion,
    IReadOnlyList<Label> Labels,
    string SoftwareVersion,
    DateTimeOffset Created,
    bool Deidentify,
    SegmentationEncoding Encoding = SegmentationEncoding.Auto)
{
    /// <summary>All that is segmented, as a text that the value representation LO holds.</summary>
    internal string Subject => string.Join(", ", Labels.Select(label => label.Name)) is { Length: <= ResultModules.LongestText } names ? names : $"{Labels.Count} structures";

    /// <summary>Why no DICOM result can be made over a series; null where one can.</summary>
    public string? ObstacleOver(DicomSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Obstacle ?? ResultCharacters.Obstacle(source, this);
    }

    /// <summary>Refuses to make a result that would not be valid, would refer to nothing, or would garble a name.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">There is an obstacle.</exception>
    internal void RequirePossibleOver(DicomSource source)
    {
        if (ObstacleOver(source) is { } obstacle)
        {
            throw DicomFault.NotServable(
                "source-incomplete", $"No DICOM result can be made over this series: {obstacle} Ask for another output, such as output=segmentation.");
        }
    }
}
