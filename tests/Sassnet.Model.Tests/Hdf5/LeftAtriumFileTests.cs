using PureHDF;
using PureHDF.Filters;
using PureHDF.VOL.Native;
using Sassnet.Model.Hdf5;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Hdf5;

public sealed class LeftAtriumFileTests : IDisposable
{
    private static readonly GridSize Size = new(37, 6, 41);
    private static readonly VoxelSize Voxel = new(0.625, 0.7, 1.25);

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.h5");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Compressed_chunked_image_comes_back_with_x_fastest()
    {
        var image = new H5Dataset(Fill((x, y, z) => (float)((100 * x) + (10 * y) + z)), chunks: [8, 4, 9], datasetCreation: Deflate);
        Write(new H5File { ["image"] = image });

        var volume = LeftAtriumFile.ReadImage(_path, Voxel);

        Assert.Equal(Size, volume.Size);
        Assert.Equal(Voxel, volume.VoxelSize);
        Assert.Equal("LPS", Orientation.Of(volume.Affine).Code);
        Assert.Equal((36 * 100) + (5 * 10) + 40, volume.Voxels[^1]);
        Assert.Equal(100, volume.Voxels[1]);
        Assert.Equal((7 * 100) + (3 * 10) + 33, volume.Voxels[Size.IndexOf(7, 3, 33)]);
    }

    [Fact]
    public void Labels_come_back_with_x_fastest()
    {
        Write(new H5File { ["label"] = Fill((x, y, z) => (byte)(x == 5 && y == 2 && z == 30 ? 1 : 0)) });

        var labels = LeftAtriumFile.ReadLabels(_path, Voxel, Size);

        Assert.Equal(Size.IndexOf(5, 2, 30), Array.IndexOf(labels.Labels, (byte)1));
        Assert.Equal(1, labels.Labels.Sum(label => label));
    }

    [Fact]
    public void Image_of_an_unlabelled_scan_is_readable_and_its_label_is_a_clear_fault()
    {
        Write(new H5File { ["image"] = Fill((_, _, _) => 1f) });

        Assert.Equal(Size, LeftAtriumFile.ReadImage(_path, Voxel).Size);
        Assert.Contains("no dataset 'label'", Fault(() => LeftAtriumFile.ReadLabels(_path, Voxel)).Message);
    }

    [Fact]
    public void A_voxel_size_that_makes_the_grid_longer_than_any_scanner_is_refused()
    {
        Write(new H5File { ["image"] = Fill((_, _, _) => 1f), ["label"] = Fill((_, _, _) => (byte)1) });
        var metresForMillimetres = new VoxelSize(1, 1, 3000);

        Assert.Contains("120000 mm long", Fault(() => LeftAtriumFile.ReadImage(_path, metresForMillimetres)).Message);
        Assert.Contains("'label'", Fault(() => LeftAtriumFile.ReadLabels(_path, metresForMillimetres)).Message);
    }

    [Fact]
    public void Wrong_type_names_the_type_seen()
    {
        Write(new H5File { ["image"] = Fill((_, _, _) => 1d), ["label"] = Fill((_, _, _) => (short)1) });

        Assert.Contains("8-byte FloatingPoint", Fault(() => LeftAtriumFile.ReadImage(_path, Voxel)).Message);
        Assert.Contains("2-byte FixedPoint", Fault(() => LeftAtriumFile.ReadLabels(_path, Voxel)).Message);
    }

    [Fact]
    public void Wrong_rank_names_the_rank_seen()
    {
        Write(new H5File { ["image"] = new float[4, 5] });

        Assert.Contains("2 axes", Fault(() => LeftAtriumFile.ReadImage(_path, Voxel)).Message);
    }

    [Fact]
    public void Label_on_another_grid_than_the_image_names_both()
    {
        Write(new H5File { ["label"] = Fill((_, _, _) => (byte)0) });

        var message = Fault(() => LeftAtriumFile.ReadLabels(_path, Voxel, new GridSize(37, 6, 40))).Message;

        Assert.Contains("37x6x41", message);
        Assert.Contains("37x6x40", message);
    }

    [Fact]
    public void Bytes_that_are_not_hdf5_are_an_unsupported_file()
    {
        File.WriteAllText(_path, string.Concat(Enumerable.Repeat("not an HDF5 file. ", 200)));

        var fault = Fault(() => LeftAtriumFile.ReadImage(_path, Voxel));

        Assert.Equal(InvalidVolumeKind.Unsupported, fault.Kind);
    }

    [Fact]
    public void Truncated_file_is_an_invalid_volume()
    {
        Write(new H5File { ["image"] = Fill((x, y, z) => (float)(x * y * z)) });
        var bytes = File.ReadAllBytes(_path);
        foreach (var length in new[] { 0, 4, 100, bytes.Length / 2, bytes.Length - 1000 })
        {
            File.WriteAllBytes(_path, bytes[..length]);
            Fault(() => LeftAtriumFile.ReadImage(_path, Voxel));
        }
    }

    [Fact]
    public void Scans_of_the_benchmark_read_with_image_and_label_on_one_grid()
    {
        foreach (var path in Directory.GetFiles(RepositoryFiles.Shared("la"), "*.h5").Order().Take(3))
        {
            var image = LeftAtriumFile.ReadImage(path, Voxel);
            var labels = LeftAtriumFile.ReadLabels(path, Voxel, image.Size);

            Assert.All(image.Voxels, voxel => Assert.True(float.IsFinite(voxel)));
            Assert.InRange(labels.Labels.Max(), 1, 1);
            Assert.InRange(labels.Labels.Average(label => label), 0.005, 0.3);
        }
    }

    private static H5DatasetCreation Deflate => new(Filters: [DeflateFilter.Id]);

    private static InvalidVolumeException Fault(Func<object> read) => Assert.Throws<InvalidVolumeException>(read);

    private void Write(H5File file) => file.Write(_path);

    private static T[,,] Fill<T>(Func<int, int, int, T> value)
    {
        var result = new T[Size.X, Size.Y, Size.Z];
        for (var x = 0; x < Size.X; x++)
        {
            for (var y = 0; y < Size.Y; y++)
            {
                for (var z = 0; z < Size.Z; z++)
                    result[x, y, z] = value(x, y, z);
            }
        }

        return result;
    }
}
