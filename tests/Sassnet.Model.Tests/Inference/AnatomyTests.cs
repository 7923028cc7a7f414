using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Hdf5;
using Sassnet.Model.Inference;
using Sassnet.Model.Metrics;
using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

/// <summary>Whether the bundled model and the scans it was trained on name the patient's axes as they are: by what lies where, not by agreement with each other.</summary>
public class AnatomyTests
{
    private static readonly VoxelSize Voxel = new(0.625, 0.625, 0.625);

    [Fact]
    public void Behind_the_left_atrium_the_descending_aorta_lies_to_the_left()
    {
        var toTheLeft = Names().Count(name =>
        {
            var (image, label) = Read(name);
            return BrightestBehind(image, label) is var (right, middle) && right < middle;
        });

        // Where the atrium fills the field of view, something else may be brighter.
        Assert.InRange(toTheLeft, 8, 10);
    }

    [Fact]
    public void The_network_gets_the_array_of_the_release_as_it_was_trained_on_it()
    {
        // Of the voxel size the network works at, so that nothing is resampled and voxels can be compared.
        var preprocessing = Package().Manifest.Preprocessing;
        var spacing = preprocessing.SpacingMm;
        var image = LeftAtriumFile.ReadImage(RepositoryFiles.Shared("la", Names()[0] + ".h5"), new VoxelSize(spacing[0], spacing[1], spacing[2]));
        var expected = (float[])image.Voxels.Clone();
        IntensityNormaliser.Normalise(expected, preprocessing.Normalisation);

        Assert.Equal(expected, PreparedScan.Of(FromNifti(image, left: -1, back: -1), preprocessing).Image.Voxels);
        Assert.NotEqual(expected, PreparedScan.Of(FromNifti(image, left: 1, back: 1), preprocessing).Image.Voxels);
    }

    [Fact]
    public void A_scan_in_its_true_orientation_is_segmented_well_and_better_than_upside_down()
    {
        using var segmenter = Segmenter.Load(Package(), new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        foreach (var name in new[] { Names()[0], Names()[^1] })
        {
            var (image, label) = Read(name);

            // Mirrored in plane the scans were trained on too, and the mean of mirrored passes is the same for both.
            var (right, wrong) = (Dice(FromNifti(image, left: -1, back: -1)), Dice(FromNifti(image, left: -1, back: 1, up: -1)));
            Assert.True(right >= 0.85 && right > wrong + 0.02, $"Dice {right:F3} in the true orientation, {wrong:F3} upside down.");

            double Dice(Volume scan) =>
                Overlap.Between(segmenter.Segment(scan, new SegmentationRequest(), TestContext.Current.CancellationToken).Segmentation.Labels, label.Labels).Dice;
        }
    }

    private static List<string> Names() =>
        [.. File.ReadLines(RepositoryFiles.Shared("la", "validation.list")).Select(line => line.Trim()).Where(line => line.Length > 0)];

    private static ModelPackage Package() => ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "left-atrium"));

    private static (Volume Image, LabelMap Label) Read(string name)
    {
        var path = RepositoryFiles.Shared("la", name + ".h5");
        return (LeftAtriumFile.ReadImage(path, Voxel), LeftAtriumFile.ReadLabels(path, Voxel));
    }

    /// <summary>The voxels by way of a NIfTI file whose first two axes run in the directions told.</summary>
    private static Volume FromNifti(Volume image, int left, int back, int up = 1)
    {
        var size = image.VoxelSize;
        var affine = new Affine([left * size.X, 0, 0, 0, 0, back * size.Y, 0, 0, 0, 0, up * size.Z, 0]);
        using var file = new MemoryStream();
        NiftiWriter.Write(file, new Volume(image.Size, image.Voxels, affine), NiftiGeometry.FromAffine(image.Size, affine), compress: false);
        return VolumeFile.Read(file, ct: TestContext.Current.CancellationToken).Volume;
    }

    /// <summary>
    /// Vessels from head to feet stay bright in the mean over all slices: where the brightest of them, behind the last quarter of the atrium, and the atrium's
    /// middle lie, in millimetres to the patient's right.
    /// </summary>
    private static (double Right, double Middle) BrightestBehind(Volume image, LabelMap label)
    {
        const int Radius = 8;
        var turn = new Reorientation(image.Size, image.Affine, Orientation.Parse("LPS"));
        var (scan, box) = (turn.Apply(image), GridBox.Bounding(turn.Apply(label).Labels, turn.TargetSize)!.Value);
        var (size, brightest, at) = (scan.Size, double.NegativeInfinity, 0);
        for (var y = box.End.Y - (box.Size.Y / 4); y < size.Y - Radius; y++)
        {
            for (var x = Radius; x < size.X - Radius; x++)
            {
                var brightness = Disc(scan, x, y, Radius);
                if (brightness > brightest)
                    (brightest, at) = (brightness, x);
            }
        }

        return (scan.Affine.Apply(at, 0, 0).R, scan.Affine.Apply(box.Start.X + (box.Size.X / 2), 0, 0).R);
    }

    private static double Disc(Volume scan, int atX, int atY, int radius)
    {
        var (sum, count) = (0.0, 0);
        for (var y = -radius; y <= radius; y += 2)
        {
            for (var x = -radius; x <= radius; x += 2)
            {
                if ((x * x) + (y * y) > radius * radius)
                    continue;
                for (var z = 0; z < scan.Size.Z; z += 2, count++)
                    sum += scan.Voxels[scan.Size.IndexOf(atX + x, atY + y, z)];
            }
        }

        return sum / count;
    }
}
