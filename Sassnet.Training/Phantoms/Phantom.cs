using Sassnet.Model.Volumes;

namespace Sassnet.Training.Phantoms;

/// <summary>A synthetic scan and its truth, on one grid.</summary>
/// <param name="Image">The scan: whole numbers from 0 that fit 16 signed bits, as scanners store them.</param>
/// <param name="Label">1 in the atrium and the stumps of its veins, 0 elsewhere.</param>
public sealed record Phantom(Volume Image, LabelMap Label);
