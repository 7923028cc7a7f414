using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Packages;

namespace Sassnet.Model.Dicom.Results;

/// <summary>What made a result, and what it may say of the patient.</summary>
/// <param name="ModelName">The model's name.</param>
/// <param name="ModelVersion">The model's version.</param>
/// <param name="Label">What is segmented.</param>
/// <param name="SoftwareVersion">The version of this software.</param>
/// <param name="Created">When the result was made, in local time.</param>
/// <param name="Deidentify">Whether attributes that identify the patient stay out.</param>
public sealed record ResultDescription(string ModelName, string ModelVersion, Label Label, string SoftwareVersion, DateTimeOffset Created, bool Deidentify)
{
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
