using Sassnet.Model.Packages;

namespace Sassnet.Model.Dicom.Results;

/// <summary>What made a result, and what it may say of the patient.</summary>
/// <param name="ModelName">The model's name.</param>
/// <param name="ModelVersion">The model's version.</param>
/// <param name="Label">What is segmented.</param>
/// <param name="SoftwareVersion">The version of this software.</param>
/// <param name="Created">When the result was made, in local time.</param>
/// <param name="Deidentify">Whether attributes that identify the patient stay out.</param>
public sealed record ResultDescription(string ModelName, string ModelVersion, Label Label, string SoftwareVersion, DateTimeOffset Created, bool Deidentify);
