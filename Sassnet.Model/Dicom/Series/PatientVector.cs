namespace Sassnet.Model.Dicom.Series;

/// <summary>A position in millimetres or a direction in DICOM's patient frame, LPS: x to the left, y to the back, z to the head.</summary>
internal readonly record struct PatientVector(double X, double Y, double Z)
{
    public double Length => Math.Sqrt(Dot(this));

    /// <summary>Its direction: of length 1.</summary>
    public PatientVector Unit => this * (1 / Length);

    public static PatientVector operator +(PatientVector a, PatientVector b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    public static PatientVector operator -(PatientVector a, PatientVector b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    public static PatientVector operator *(PatientVector a, double factor) => new(a.X * factor, a.Y * factor, a.Z * factor);

    public double Dot(PatientVector other) => (X * other.X) + (Y * other.Y) + (Z * other.Z);

    /// <summary>How far along a unit direction these bounds of each coordinate can reach together.</summary>
    public double Along(PatientVector direction) => (X * Math.Abs(direction.X)) + (Y * Math.Abs(direction.Y)) + (Z * Math.Abs(direction.Z));

    public PatientVector Cross(PatientVector other) =>
        new((Y * other.Z) - (Z * other.Y), (Z * other.X) - (X * other.Z), (X * other.Y) - (Y * other.X));
}
