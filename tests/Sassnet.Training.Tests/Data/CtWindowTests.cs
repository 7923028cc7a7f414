using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Phantoms;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class CtWindowTests : IDisposable
{
    private const string Window = "preprocessing: { spacingMm: [3, 3, 3], orientation: RAS, normalisation: ct-window, windowHu: [-100, 300] }";

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-ct-").FullName;

    [Fact]
    public void Training_sees_the_window_that_the_exported_package_serves()
    {
        var (image, label) = PhantomGenerator.Generate(5, new PhantomOptions());
        foreach (var (kind, write) in new (string, Action<string>)[]
        {
            ("images", path => NiftiWriter.Write(path, image, NiftiGeometry.FromAffine(image.Size, image.Affine))),
            ("labels", path => NiftiWriter.Write(path, label, NiftiGeometry.FromAffine(label.Size, label.Affine))),
        })
        {
            Directory.CreateDirectory(Path.Combine(_folder, kind));
            write(Path.Combine(_folder, kind, "scan.nii.gz"));
        }

        File.WriteAllText(Path.Combine(_folder, "labelled.list"), "scan\n");
        var options = TrainingOptionsFile.Parse($"method: vnet-sdm\ndata: {{ folder: {_folder} }}\n{Window}\n");
        var trained = Assert.Single(ScanDataset.Load(options).Labelled);
        var served = PreparedScan.Of(image, options.Preprocessing.ToSpecification()).Image;
        Assert.Equal(served.Voxels, trained.Image);
        Assert.InRange(trained.Image.Min(), -1, 0);
        Assert.InRange(trained.Image.Max(), 0, 1);

        // A smaller field of view is the same tissue with the same numbers.
        var box = new GridBox((2, 3, 4), new GridSize(10, 8, 6));
        Assert.Equal(Crop.Cut(trained, box).Image, trained.Narrowed(box, options.Preprocessing.Normalisation).Image);
    }

    [Theory]
    [InlineData("preprocessing: { normalisation: ct-window }")]
    [InlineData("preprocessing: { normalisation: ct-window, windowHu: [300, -100] }")]
    [InlineData("preprocessing: { normalisation: robust-zscore, windowHu: [-100, 300] }")]
    public void A_window_that_is_missing_wrong_or_of_another_normalisation_is_refused(string yaml)
    {
        var failure = Assert.Throws<InvalidConfigurationException>(() => TrainingOptionsFile.Parse(yaml));
        Assert.Contains("'preprocessing.windowHu' is", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the lower first", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runs_stored_configuration_keeps_the_window()
    {
        var options = TrainingOptionsFile.Parse(Window);
        var again = TrainingOptionsFile.Parse(TrainingOptionsFile.Write(options));
        Assert.Equal(Normalisation.CtWindow, again.Preprocessing.Normalisation);
        Assert.Equal([-100, 300], again.Preprocessing.ToSpecification().WindowHu);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
