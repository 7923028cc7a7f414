namespace Sassnet.Model.Dicom.Results;

/// <summary>What was measured of one segment.</summary>
/// <param name="VolumeMl">Its volume in millilitres: its voxels.</param>
/// <param name="SurfaceAreaMm2">The area of its surface in mm².</param>
/// <param name="LongestDiameterMm">The largest distance between two points of its surface in mm.</param>
/// <param name="InscribedRadiusMm">The radius of the largest sphere inside in mm; null where there is none to speak of.</param>
public sealed record SegmentMeasurement(double VolumeMl, double SurfaceAreaMm2, double LongestDiameterMm, double? InscribedRadiusMm);
