using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Data;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Tests.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Evaluation;

public sealed class PackageMeasurementTests : IDisposable
{
    private const string Small = "small";
    private const string Large = "large";

    // What the small scan has on the model's grid, with padding.
    private static readonly GridSize SmallGrid = new(16, 16, 16);

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-measurement-").FullName;
    private readonly ModelPackage _package;
    private readonly Segmenter _segmenter;
    private readonly Evaluator _evaluator;

    public PackageMeasurementTests()
    {
        TorchRuntime.Load();
        WriteScans();
        _package = ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom")).CopyTo(Path.Combine(_folder, "package"));
        _segmenter = Segmenter.Load(_package, JustForTheSmallScan(_package), NullLogger.Instance);
        _evaluator = new Evaluator(_segmenter, new CaseFiles(_folder, VoxelSize.Unit), [new EvaluatedLabel(1, [1])]);
    }

    [Fact]
    public void A_mode_in_which_a_case_had_to_be_led_in_windows_is_neither_recorded_nor_chosen()
    {
        using var console = new StringWriter();
        var evaluation = new PackageMeasurement(_package, _evaluator, [Small, Large], "validation.list")
            .Write(Path.Combine(_folder, "evaluation"), InferenceMode.Auto, record: true, console, TestContext.Current.CancellationToken);

        Assert.Equal("window", evaluation.Inference);
        var recorded = Assert.Single(ModelPackage.Open(_package.Folder).Manifest.Inference.ValidationDice);
        Assert.Equal("window", recorded.Key);
        Assert.Equal(evaluation.Dice.Mean, recorded.Value, 1e-4);
        foreach (var mode in (string[])["whole", "whole-flips"])
            Assert.Contains($"{mode} is neither recorded nor chosen from: 1 of 2 cases was led in windows, for want of memory", console.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("window is neither", console.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InferenceMode.Whole, 1)]
    [InlineData(InferenceMode.WholeFlips, 1)]
    [InlineData(InferenceMode.Window, 2)]
    [InlineData(InferenceMode.Auto, 2)]
    public void Cases_that_came_to_windows_were_not_led_as_asked(InferenceMode mode, int expected)
    {
        var scored = _evaluator.Score([Small, Large], mode, TextWriter.Null, TestContext.Current.CancellationToken);
        Assert.Equal((2, expected), (scored.Scores.Count, scored.LedAsAsked));
    }

    [Theory]
    [InlineData(InferenceMode.Whole, "whole", 1)]
    [InlineData(InferenceMode.Window, "window", null)]
    public void An_evaluation_says_over_how_many_scans_the_network_was_led_otherwise(InferenceMode mode, string word, int? otherwise)
    {
        var output = Path.Combine(_folder, "evaluation");
        using var console = new StringWriter();
        new PackageMeasurement(_package, _evaluator, [Small, Large], "validation.list").Write(output, mode, record: false, console, TestContext.Current.CancellationToken);
        var evaluation = PackageEvaluation.Read(output)!;
        Assert.Equal((word, otherwise), (evaluation.Inference, evaluation.LedOtherwise));
        Assert.Equal(new MeasuredLabel(1, _package.Manifest.Labels[0].Name), evaluation.Label);
        Assert.Equal(otherwise is not null, console.ToString().Contains($"These figures are not of {word} alone: 1 of 2 cases was led in another mode.", StringComparison.Ordinal));
    }

    [Fact]
    public void Figures_do_not_lie_beside_pictures_of_what_was_measured_before()
    {
        var output = Directory.CreateDirectory(Path.Combine(_folder, "evaluation")).FullName;
        foreach (var role in (string[])["best", "median", "worst"])
        {
            File.WriteAllText(Path.Combine(output, role + ".png"), "another's");
            File.WriteAllText(Path.Combine(output, role + "-surface.png"), "another's");
        }

        using var stop = new CancellationTokenSource();
        using var console = new StoppingConsole(stop, "2/2");
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new PackageMeasurement(_package, _evaluator, [Small, Large], "validation.list").Write(output, InferenceMode.Window, record: false, console, stop.Token));
        Assert.True(File.Exists(Path.Combine(output, "cases.csv")));
        Assert.Empty(Directory.EnumerateFiles(output, "*.png"));
    }

    public void Dispose()
    {
        _segmenter.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static SegmenterOptions JustForTheSmallScan(ModelPackage package) => new()
    {
        Device = "cpu",
        Precision = Precision.Float32,
        WholeMemoryBytes = ActivationMemory.OfMirroredPasses(SmallGrid, package.Manifest.Architecture.Filters, sizeof(float), atOnce: 1),
    };

    // A phantom, and 24 voxels of 1.25 mm around its atrium's centre, which are 15 of the model's 2 mm.
    private void WriteScans()
    {
        const int Side = 24;
        var (image, label) = PhantomGenerator.Generate(901, new PhantomOptions());
        var atrium = GridBox.Bounding(label.Labels, label.Size)!.Value;
        var corner = (((atrium.Start.X + atrium.End.X) - Side) / 2, ((atrium.Start.Y + atrium.End.Y) - Side) / 2, ((atrium.Start.Z + atrium.End.Z) - Side) / 2);
        var middle = new GridBox(corner, new GridSize(Side, Side, Side));
        var scans = new RawScans(_folder);
        foreach (var (name, frame) in new[] { (Small, middle), (Large, GridBox.Whole(image.Size)) })
        {
            scans.Write(Path.Combine("images", name + ".nii.gz"), frame.Apply(image, padding: 0));
            scans.Write(Path.Combine("labels", name + ".nii.gz"), frame.Apply(label));
        }
    }
}
