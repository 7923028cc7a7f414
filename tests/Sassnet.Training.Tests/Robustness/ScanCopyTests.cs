using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Robustness;
using Xunit;

namespace Sassnet.Training.Tests.Robustness;

public class ScanCopyTests
{
    // Half the diagonal of the coarsest copy's voxel: resampling may move the label's centre by less.
    private const double ToleranceMm = 0.2;

    private static readonly Phantom Scan = PhantomGenerator.Generate(
        7, new PhantomOptions { Grid = new(112, 104, 88), VoxelSize = new VoxelSize(0.625, 0.625, 0.625) });

    private static readonly IReadOnlyList<ScanCopy> Copies = ScanCopies.Of(Scan.Image.Size, Scan.Image.VoxelSize, Normalisation.RobustZScore).Made;

    public static TheoryData<string> Names => [.. Copies.Select(copy => copy.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_copy_shows_the_same_patient_at_the_same_place(string name)
    {
        var (image, label) = Copy(name).Make(Scan.Image, Scan.Label);
        Assert.Equal(image.Size, label.Size);
        Assert.Equal(image.Affine, label.Affine);
        if (Copy(name).Kind is "shifted" or "cropped")
            return; // part of the label may have left the grid

        var (expected, actual) = (Centre(Scan.Label), Centre(label));
        Assert.All([expected.R - actual.R, expected.A - actual.A, expected.S - actual.S], difference => Assert.InRange(difference, -ToleranceMm, ToleranceMm));
    }

    [Theory]
    [InlineData("20, 0, 0 voxels", 20, 0, 0)]
    [InlineData("0, 0, -20 voxels", 0, 0, -20)]
    [InlineData("-10 voxels", -10, -10, -10)]
    [InlineData("30 voxels", 30, 30, 30)]
    public void A_frame_moves_voxels_and_keeps_their_positions(string name, int dx, int dy, int dz)
    {
        var (image, label) = Copy(name).Make(Scan.Image, Scan.Label);
        var (from, size) = (Scan.Image.Size, image.Size);
        var (x, y, z) = (from.X / 2, from.Y / 2, from.Z / 2);
        Assert.Equal(Scan.Image.Voxels[from.IndexOf(x, y, z)], image.Voxels[size.IndexOf(x + dx, y + dy, z + dz)]);
        Assert.Equal(Scan.Label.Labels[from.IndexOf(x, y, z)], label.Labels[size.IndexOf(x + dx, y + dy, z + dz)]);
        Assert.Equal(Scan.Image.Affine.Apply(x, y, z), image.Affine.Apply(x + dx, y + dy, z + dz));
    }

    [Fact]
    public void Padding_takes_the_lowest_value_and_the_background()
    {
        var (image, label) = Copy("30 voxels").Make(Scan.Image, Scan.Label);
        Assert.Equal(new GridSize(172, 164, 148), image.Size);
        Assert.Equal(Scan.Image.Voxels.Min(), image.Voxels[0]);
        Assert.Equal(0, label.Labels[0]);
    }

    [Fact]
    public void Rescaling_maps_every_value_and_no_label()
    {
        var (image, label) = Copy("x 3 + -200").Make(Scan.Image, Scan.Label);
        Assert.Equal((3 * Scan.Image.Voxels[1234]) - 200, image.Voxels[1234], 1e-3f);
        Assert.Same(Scan.Label, label);
    }

    [Fact]
    public void Resampling_keeps_the_value_and_the_place_of_every_label()
    {
        var two = PhantomGenerator.Generate(
            7, new PhantomOptions { Grid = new(160, 160, 128), VoxelSize = new VoxelSize(0.625, 0.625, 0.625), MaxShift = 0.05, MaxScale = 0.86, Ventricle = true });
        var chambers = new LabelMap(two.Label.Size, Array.ConvertAll(two.Label.Labels, value => value == 2 ? (byte)7 : value), two.Label.Affine);
        var (_, label) = Copy("0.625 x 0.625 x 1.25 mm").Make(two.Image, chambers);
        Assert.Equal((byte[])[1, 7], label.Values);
        foreach (var value in label.Values)
        {
            var (expected, actual) = (Centre(chambers.Only(value)), Centre(label.Only(value)));
            Assert.All([expected.R - actual.R, expected.A - actual.A, expected.S - actual.S], difference => Assert.InRange(difference, -ToleranceMm, ToleranceMm));
        }
    }

    [Fact]
    public void Resampling_opens_no_gap_where_labels_touch()
    {
        // Five slices make one of the copy's: no label has half of any, two of three have more than half with all their labels together.
        byte[] slices = [2, 2, 1, 7, 0, 2, 2, 0, 0, 0, 1, 7, 7, 0, 0];
        var size = new GridSize(4, 4, slices.Length);
        var voxels = new byte[size.Count];
        for (var z = 0; z < size.Z; z++)
            voxels.AsSpan(size.IndexOf(0, 0, z), size.X * size.Y).Fill(slices[z]);
        var affine = Affine.Scaling(new VoxelSize(0.625, 0.625, 0.25));
        var (_, label) = ScanCopy.Resampled(new VoxelSize(0.625, 0.625, 1.25)).Make(new Volume(size, new float[size.Count], affine), new LabelMap(size, voxels, affine));
        Assert.Equal(new GridSize(4, 4, 3), label.Size);
        Assert.Equal((2, 0, 7), (label.Labels[0], label.Labels[16], label.Labels[32]));
    }

    private static ScanCopy Copy(string name) => Copies.Single(copy => copy.Name == name);

    private static (double R, double A, double S) Centre(LabelMap label)
    {
        var (x, y, z, count) = (0.0, 0.0, 0.0, 0);
        for (var index = 0; index < label.Labels.Length; index++)
        {
            if (label.Labels[index] == 0)
                continue;
            x += index % label.Size.X;
            y += index / label.Size.X % label.Size.Y;
            z += index / label.Size.X / label.Size.Y;
            count++;
        }

        return label.Affine.Apply(x / count, y / count, z / count);
    }
}
