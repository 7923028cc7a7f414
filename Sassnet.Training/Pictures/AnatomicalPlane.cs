namespace Sassnet.Training.Pictures;

/// <summary>The planes scans are looked at in, each shown as radiologists do: the patient's right on the left, the front or the head at the top.</summary>
public enum AnatomicalPlane
{
    /// <summary>Across the body: right to left, front to back.</summary>
    Axial,

    /// <summary>Parallel to the chest: right to left, head to feet.</summary>
    Coronal,

    /// <summary>Parallel to the side: front to back, head to feet.</summary>
    Sagittal,
}
