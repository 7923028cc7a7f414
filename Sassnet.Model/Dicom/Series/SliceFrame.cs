using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Pixels;

namespace Sassnet.Model.Dicom.Series;

/// <summary>One frame of a series with all that turns it into a slice of the volume.</summary>
/// <param name="File">The file it is in.</param>
/// <param name="Index">Its place in the file, from 0.</param>
/// <param name="IsOneOfMany">Whether the file may have others.</param>
/// <param name="Name">How faults name it: by numbers, never by the file's name.</param>
/// <param name="Layout">How its pixels are stored.</param>
/// <param name="Plane">Where it lies in the patient.</param>
/// <param name="Rescale">What its values are multiplied by and moved by.</param>
internal sealed record SliceFrame(DicomFile File, int Index, bool IsOneOfMany, string Name, PixelLayout Layout, FramePlane Plane, ModalityRescale Rescale);
