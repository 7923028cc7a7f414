using System.Numerics;

namespace Sassnet.Model.Pictures.Surfaces;

/// <summary>From where a surface is looked at; the head is up.</summary>
/// <param name="AzimuthDegrees">0 from the front, 90 from the patient's left, 180 from the back.</param>
/// <param name="ElevationDegrees">Above −90 and below 90; positive from above.</param>
public sealed record SurfaceView(double AzimuthDegrees, double ElevationDegrees)
{
    /// <summary>From the front, a little from the patient's left and from above.</summary>
    public static SurfaceView Front { get; } = new(25, 15);

    /// <summary>From the back, opposite to <see cref="Front"/>.</summary>
    public static SurfaceView Back { get; } = new(205, 15);

    /// <summary>Turns RAS millimetres to the viewer: x to the right, y up, z towards the eye.</summary>
    internal Vector3 Turn(Vector3 position)
    {
        var (azimuth, elevation) = ((float)(AzimuthDegrees * Math.PI / 180), (float)(ElevationDegrees * Math.PI / 180));
        var toEye = new Vector3(-MathF.Sin(azimuth) * MathF.Cos(elevation), MathF.Cos(azimuth) * MathF.Cos(elevation), MathF.Sin(elevation));
        var up = Vector3.Normalize(Vector3.UnitZ - (toEye.Z * toEye));
        var right = Vector3.Cross(up, toEye);
        return new Vector3(Vector3.Dot(position, right), Vector3.Dot(position, up), Vector3.Dot(position, toEye));
    }
}
