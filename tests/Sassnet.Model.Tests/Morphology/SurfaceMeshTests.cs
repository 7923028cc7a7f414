using System.Buffers.Binary;
using System.Numerics;
using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Morphology;

public class SurfaceMeshTests
{
    private static readonly GridSize Size = new(34, 27, 19);
    private static readonly Affine Anisotropic = new([0.9, 0, 0, -11, 0, 1.1, 0, 5, 0, 0, 1.6, 40]);
    private static readonly Affine Mirrored = new([-0.9, 0, 0, 80, 0, 1.1, 0, 5, 0, 0, 1.6, 40]);
    private static readonly Affine Oblique = new([0.6, -0.8, 0.1, 3, 0.7, 0.8, 0, 5, 0, 0.1, 1.5, 40]);

    public static TheoryData<Affine> Affines => [Anisotropic, Mirrored, Oblique];

    [Theory]
    [MemberData(nameof(Affines))]
    public void A_sphere_has_the_area_and_the_volume_of_its_radius(Affine affine)
    {
        const double Radius = 8;
        var mesh = SurfaceMesh.Extract(Sphere(affine, Radius), 0);
        Assert.Equal(4 * Math.PI * Radius * Radius, mesh.AreaMm2, 0.01 * 4 * Math.PI * Radius * Radius);
        Assert.Equal(4.0 / 3 * Math.PI * Math.Pow(Radius, 3), mesh.VolumeMm3, 0.015 * 4.0 / 3 * Math.PI * Math.Pow(Radius, 3));
        AssertClosed(mesh);
        var centre = Centre(affine);
        foreach (var vertex in Positions(mesh))
            Assert.Equal(Radius, Vector3.Distance(vertex, centre), 0.1);
        foreach (var (a, b, c) in mesh.Triangles)
        {
            var (p, q, r) = (Position(mesh.Vertices[a]), Position(mesh.Vertices[b]), Position(mesh.Vertices[c]));
            Assert.True(Vector3.Dot(Vector3.Cross(q - p, r - p), ((p + q + r) / 3) - centre) >= 0, "A triangle faces inwards.");
        }
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.2, 2)]
    [InlineData(0.85, 3)]
    public void Any_field_gives_a_closed_surface(double threshold, int seed)
    {
        var random = new Random(seed);
        var noise = new Volume(new GridSize(15, 13, 11), [.. Enumerable.Range(0, 15 * 13 * 11).Select(_ => random.NextSingle())], Mirrored);
        var mesh = SurfaceMesh.Extract(noise, (float)threshold);
        AssertClosed(mesh);
        Assert.True(mesh.VolumeMm3 > 0);
        Assert.Equal(mesh.Triangles.Count, mesh.Triangles.Distinct().Count());
    }

    [Fact]
    public void Values_on_the_surface_and_values_that_are_no_number_keep_it_closed()
    {
        var random = new Random(4);
        float[] values = [0, 0, 1, -1, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        var field = new Volume(new GridSize(9, 9, 9), [.. Enumerable.Range(0, 729).Select(_ => values[random.Next(values.Length)])], Anisotropic);
        var mesh = SurfaceMesh.Extract(field, 0);
        AssertClosed(mesh);
        Assert.All(mesh.Vertices, vertex => Assert.True(double.IsFinite(vertex.R + vertex.A + vertex.S)));
    }

    [Fact]
    public void An_object_cut_by_the_border_is_closed_half_a_voxel_out()
    {
        var full = new Volume(new GridSize(6, 5, 4), [.. Enumerable.Repeat(7f, 120)], Anisotropic);
        var mesh = SurfaceMesh.Extract(full, 0.5f);
        AssertClosed(mesh);
        Assert.Equal(-11 - 0.45f, Positions(mesh).Min(vertex => vertex.X), 1e-4f);
        Assert.Equal(-11 + (5.5f * 0.9f), Positions(mesh).Max(vertex => vertex.X), 1e-4f);

        // A box whose edges and corners are cut off within half a voxel.
        var box = 120 * full.VoxelSize.Volume;
        Assert.InRange(mesh.VolumeMm3, 0.85 * box, box);
    }

    [Fact]
    public void A_vertex_lies_where_the_field_crosses_the_value()
    {
        var field = new Volume(new GridSize(3, 1, 1), [0, 4, 1], Affine.Scaling(new VoxelSize(2, 1, 1)));
        var mesh = SurfaceMesh.Extract(field, 1.5f);
        Assert.Equal(2 * 1.5f / 4, Positions(mesh).Min(vertex => vertex.X), 1e-6f);
        Assert.Equal(2 * (1 + (2.5f / 3)), Positions(mesh).Max(vertex => vertex.X), 1e-6f);
    }

    [Fact]
    public void A_scan_far_from_the_origin_has_the_same_surface_there()
    {
        var near = Sphere(Anisotropic, 8);
        var far = new Volume(Size, near.Voxels, new Affine([0.9, 0, 0, -Affine.FarthestPosition, 0, 1.1, 0, Affine.FarthestPosition, 0, 0, 1.6, Affine.FarthestPosition]));
        var (expected, mesh) = (SurfaceMesh.Extract(near, 0), SurfaceMesh.Extract(far, 0));
        var (r, a, s) = (-Affine.FarthestPosition + 11, Affine.FarthestPosition - 5, Affine.FarthestPosition - 40);
        foreach (var (vertex, there) in expected.Vertices.Zip(mesh.Vertices))
            Assert.Equal(0, Math.Abs(there.R - r - vertex.R) + Math.Abs(there.A - a - vertex.A) + Math.Abs(there.S - s - vertex.S), 1e-9);
        Assert.Equal(expected.AreaMm2, mesh.AreaMm2, 1e-6);
        Assert.Equal(expected.VolumeMm3, mesh.VolumeMm3, 1e-6);
    }

    [Fact]
    public void Voxels_outside_the_mask_given_are_outside()
    {
        var mask = new LabelMap(new GridSize(7, 3, 3), new byte[63], Anisotropic);
        var field = new Volume(mask.Size, new float[63], mask.Affine);
        foreach (var x in new[] { 1, 5 })
            field.Voxels[mask.Size.IndexOf(x, 1, 1)] = 1;
        mask.Labels[mask.Size.IndexOf(1, 1, 1)] = 1;
        var (both, one) = (SurfaceMesh.Extract(field, 0.5f), SurfaceMesh.Extract(field, 0.5f, mask));
        Assert.Equal(both.VolumeMm3 / 2, one.VolumeMm3, 1e-4);
        Assert.Equal(8, one.Triangles.Count);
        Assert.Throws<ArgumentException>(() => SurfaceMesh.Extract(field, 0.5f, new LabelMap(new GridSize(3, 7, 3), new byte[63], Anisotropic)));
    }

    [Fact]
    public void Nothing_inside_is_an_empty_surface()
    {
        var mesh = SurfaceMesh.Extract(new Volume(Size, new float[Size.Count], Anisotropic), 0.5f);
        Assert.Empty(mesh.Vertices);
        Assert.Equal(0, mesh.AreaMm2);
        Assert.Equal(0, mesh.VolumeMm3);
    }

    [Fact]
    public void The_stl_file_holds_every_triangle_with_its_outward_normal()
    {
        var mesh = SurfaceMesh.Extract(Sphere(Mirrored, 8), 0);
        using var file = new MemoryStream();
        mesh.WriteStl(file);
        var bytes = file.ToArray().AsSpan();
        Assert.False(bytes.StartsWith("solid"u8), "That word would announce a text file.");
        Assert.Equal(mesh.Triangles.Count, (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[80..]));
        Assert.Equal(84 + (50 * mesh.Triangles.Count), bytes.Length);
        for (var i = 0; i < mesh.Triangles.Count; i++)
        {
            var record = bytes.Slice(84 + (50 * i), 50);
            var (normal, a, b, c) = (Read(record), Read(record[12..]), Read(record[24..]), Read(record[36..]));
            var triangle = mesh.Triangles[i];
            Assert.Equal((Position(mesh.Vertices[triangle.A]), Position(mesh.Vertices[triangle.B]), Position(mesh.Vertices[triangle.C])), (a, b, c));
            Assert.Equal(1, normal.Length(), 1e-5f);
            Assert.True(Vector3.Dot(normal, ((a + b + c) / 3) - Centre(Mirrored)) > 0);
            Assert.Equal(0, BinaryPrimitives.ReadUInt16LittleEndian(record[48..]));
        }
    }

    private static Vector3 Position((double R, double A, double S) vertex) => new((float)vertex.R, (float)vertex.A, (float)vertex.S);

    private static IEnumerable<Vector3> Positions(SurfaceMesh mesh) => mesh.Vertices.Select(Position);

    private static Vector3 Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadSingleLittleEndian(bytes),
        BinaryPrimitives.ReadSingleLittleEndian(bytes[4..]),
        BinaryPrimitives.ReadSingleLittleEndian(bytes[8..]));

    private static Vector3 Centre(Affine affine)
    {
        var (r, a, s) = affine.Apply(16.3, 13.1, 9.2);
        return new Vector3((float)r, (float)a, (float)s);
    }

    private static Volume Sphere(Affine affine, double radius)
    {
        var voxels = new float[Size.Count];
        var centre = Centre(affine);
        for (var z = 0; z < Size.Z; z++)
        {
            for (var y = 0; y < Size.Y; y++)
            {
                for (var x = 0; x < Size.X; x++)
                {
                    var (r, a, s) = affine.Apply(x, y, z);
                    voxels[Size.IndexOf(x, y, z)] = (float)radius - Vector3.Distance(new Vector3((float)r, (float)a, (float)s), centre);
                }
            }
        }

        return new Volume(Size, voxels, affine);
    }

    /// <summary>Every edge lies between exactly two triangles, which run along it in opposite directions.</summary>
    private static void AssertClosed(SurfaceMesh mesh)
    {
        Assert.NotEmpty(mesh.Triangles);
        var directed = new HashSet<(int From, int To)>();
        foreach (var (a, b, c) in mesh.Triangles)
        {
            Assert.True(directed.Add((a, b)) && directed.Add((b, c)) && directed.Add((c, a)), "An edge belongs to two triangles on the same side.");
            Assert.True(a != b && b != c && c != a);
        }

        Assert.All(directed, edge => Assert.Contains((edge.To, edge.From), directed));
    }
}
