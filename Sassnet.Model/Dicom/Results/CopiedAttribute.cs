using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Results;

/// <summary>An attribute that a result takes over.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Vr">Its type, which the source need not say.</param>
/// <param name="IsRequired">Whether it has to be there, empty where the source has none (type 2).</param>
/// <param name="Identifies">Whether it tells who the patient is.</param>
internal sealed record CopiedAttribute(DicomTag Tag, string Vr, bool IsRequired = false, bool Identifies = false);
