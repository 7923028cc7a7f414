using System.Buffers.Binary;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Morphology;

/// <summary>A closed triangle surface in RAS millimetres.</summary>
public sealed class SurfaceMesh
{
    private const int StlHeaderBytes = 80;
    private const int StlTriangleBytes = 50;

    internal SurfaceMesh(IReadOnlyList<(double R, double A, double S)> vertices, IReadOnlyList<(int A, int B, int C)> triangles)
    {
        Vertices = vertices;
        Triangles = triangles;
    }

    /// <summary>
    /// Positions in RAS millimetres; triangles that meet share them. In double precision: a scan may lie up to <see cref="Affine.FarthestPosition"/> from the
    /// origin, where single precision ends at a hundredth of a millimetre.
    /// </summary>
    public IReadOnlyList<(double R, double A, double S)> Vertices { get; }

    /// <summary>Vertex indices, counter-clockwise seen from outside.</summary>
    public IReadOnlyList<(int A, int B, int C)> Triangles { get; }

    /// <summary>The surface's area in mm²; 0 when there is none.</summary>
    public double AreaMm2 => Triangles.Sum(triangle =>
    {
        var (a, b, c) = Corners(triangle);
        return Length(Cross(Minus(b, a), Minus(c, a))) / 2;
    });

    /// <summary>The enclosed volume in mm³ (divergence theorem); 0 when there is no surface.</summary>
    public double VolumeMm3
    {
        get
        {
            // Seen from a point of the surface the tetrahedra are as small as they can be, and so are their rounding errors.
            var origin = Vertices.Count == 0 ? default : Vertices[0];
            return Triangles.Sum(triangle =>
            {
                var (a, b, c) = Corners(triangle);
                return Dot(Minus(a, origin), Cross(Minus(b, origin), Minus(c, origin))) / 6;
            });
        }
    }

    /// <summary>The largest distance between two points of the surface in millimetres, exactly (IBSI L0JK, maximum 3D diameter); 0 when there is none.</summary>
    public double LongestDiameterMm => PointSetDiameter.Of(Vertices);

    /// <summary>
    /// The surface where a field crosses <paramref name="isoValue"/>, its vertices placed by linear interpolation between voxel centres (marching cubes).
    /// Inside is where the field is greater: negate a signed distance that is negative inside. NaN is outside.
    /// </summary>
    /// <param name="field">Any scalar volume; its affine, mirrored or not, places the surface.</param>
    /// <param name="isoValue">The value on the surface.</param>
    /// <param name="within">
    /// When given, voxels that are 0 in it are outside whatever the field says: a segmentation whose smaller components were removed, say.
    /// </param>
    /// <returns>
    /// A closed surface: every edge belongs to exactly two triangles. Where the object is cut by the grid's border, or by <paramref name="within"/>, it is
    /// closed half a voxel from the centre of its last voxel. Empty when nothing is inside.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="within"/> has another grid, or the iso value is not finite.</exception>
    public static SurfaceMesh Extract(Volume field, float isoValue, LabelMap? within = null)
    {
        ArgumentNullException.ThrowIfNull(field);
        if (!float.IsFinite(isoValue))
            throw new ArgumentException($"An iso value is a finite number; got {isoValue}.", nameof(isoValue));
        if (within is not null && within.Size != field.Size)
            throw new ArgumentException($"The field's grid is {field.Size}; the mask's is {within.Size}.", nameof(within));
        return new SurfaceExtraction(field, isoValue, within?.Labels).Run();
    }

    /// <summary>Writes the surface as binary STL: RAS millimetres (the header says so in the way 3D Slicer reads), single precision, outward normals.</summary>
    public void WriteStl(Stream stream) => WriteStl(stream, [(this, 0)]);

    /// <summary>Writes surfaces one after the other into one binary STL, each triangle with its surface's number in the attribute bytes, which the format gives no meaning.</summary>
    public static void WriteStl(Stream stream, IReadOnlyList<(SurfaceMesh Surface, ushort Attribute)> surfaces)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(surfaces);
        var buffered = new BufferedStream(stream, 1 << 16);
        Span<byte> header = stackalloc byte[StlHeaderBytes + sizeof(uint)];
        header.Clear();
        "Sassnet surface, millimetres, SPACE=RAS"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[StlHeaderBytes..], (uint)surfaces.Sum(one => one.Surface.Triangles.Count));
        buffered.Write(header);
        Span<byte> record = stackalloc byte[StlTriangleBytes];
        foreach (var (surface, attribute) in surfaces)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(record[48..], attribute);
            foreach (var triangle in surface.Triangles)
            {
                var (a, b, c) = surface.Corners(triangle);
                var normal = Cross(Minus(b, a), Minus(c, a));
                var length = Length(normal);
                Write(record, length > 0 ? (normal.R / length, normal.A / length, normal.S / length) : default);
                Write(record[12..], a);
                Write(record[24..], b);
                Write(record[36..], c);
                buffered.Write(record);
            }
        }

        buffered.Flush();
    }

    private static void Write(Span<byte> bytes, (double R, double A, double S) vector)
    {
        BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)vector.R);
        BinaryPrimitives.WriteSingleLittleEndian(bytes[4..], (float)vector.A);
        BinaryPrimitives.WriteSingleLittleEndian(bytes[8..], (float)vector.S);
    }

    private static (double R, double A, double S) Minus((double R, double A, double S) p, (double R, double A, double S) q) =>
        (p.R - q.R, p.A - q.A, p.S - q.S);

    private static (double R, double A, double S) Cross((double R, double A, double S) p, (double R, double A, double S) q) =>
        ((p.A * q.S) - (p.S * q.A), (p.S * q.R) - (p.R * q.S), (p.R * q.A) - (p.A * q.R));

    private static double Dot((double R, double A, double S) p, (double R, double A, double S) q) => (p.R * q.R) + (p.A * q.A) + (p.S * q.S);

    private static double Length((double R, double A, double S) p) => Math.Sqrt(Dot(p, p));

    private ((double R, double A, double S) A, (double R, double A, double S) B, (double R, double A, double S) C) Corners((int A, int B, int C) triangle) =>
        (Vertices[triangle.A], Vertices[triangle.B], Vertices[triangle.C]);
}
