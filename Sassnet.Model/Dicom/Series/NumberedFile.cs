using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Series;

/// <summary>A file with pixels and its number in the input, from 1, by which faults name it.</summary>
internal sealed record NumberedFile(int Number, DicomFile File);
