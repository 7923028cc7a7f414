using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Phantoms;
using SkiaSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Commands;

public sealed class EvaluateCommandTests : IDisposable
{
    private static readonly string Phantom = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom");

    // The files of the phantoms by their seeds, each made once.
    private static readonly Dictionary<ulong, (byte[] Image, byte[] Label)> Made = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-evaluate-").FullName;

    [Fact]
    public async Task Phantoms_are_scored_and_the_best_the_median_and_the_worst_drawn()
    {
        WritePhantoms(901, 902, 903);
        Assert.Equal(0, await Evaluate(Phantom, "--device", "cpu"));
        var scores = CaseTable.Read(Path.Combine(_folder, "evaluation"));
        Assert.Equal(["phantom-901", "phantom-902", "phantom-903"], scores.Select(score => score.Case));
        Assert.All(scores, score => Assert.InRange(score.Largest.Dice, 0.85, 1));
        Assert.All(scores, score => Assert.InRange(score.HeadAgreement!.Value, 0.7, 1));
        Assert.All(scores, score => Assert.NotNull(score.Warnings));
        using var summary = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "evaluation", "summary.json"), TestContext.Current.CancellationToken));
        Assert.Equal((3, 0), (summary.RootElement.GetProperty("headAgreement").GetProperty("cases").GetInt32(), summary.RootElement.GetProperty("headAgreement").GetProperty("bad").GetInt32()));

        // The phantoms are of 1.25 mm, which their files say.
        Assert.All(scores, score => Assert.Equal(1.25 * score.Largest.Hd95, score.Largest.Hd95Mm!.Value, 1e-3));
        foreach (var name in (string[])["best", "median", "worst", "best-surface", "median-surface", "worst-surface"])
        {
            using var picture = SKBitmap.Decode(Path.Combine(_folder, "evaluation", name + ".png"));
            Assert.InRange(picture.Width, 500, 3000);
        }
    }

    [Fact]
    public async Task Recording_measures_all_modes_and_writes_the_figures_into_the_package()
    {
        WritePhantoms(901, 902);
        var copy = Directory.CreateDirectory(Path.Combine(_folder, "package")).FullName;
        foreach (var file in Directory.EnumerateFiles(Phantom))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        Assert.Equal(0, await Evaluate(copy, "--record"));
        var manifest = ModelPackage.Open(copy).Manifest;
        var mean = CaseTable.Read(Path.Combine(_folder, "evaluation")).Average(score => score.Largest.Dice);
        Assert.Equal(["whole", "whole-flips", "window"], manifest.Inference.ValidationDice.Keys.Order());
        Assert.Equal(mean, manifest.Metrics!.Dice, 1e-4);
        Assert.StartsWith("validation.list, 2 scans", manifest.Metrics.Set, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warnings_are_those_of_the_answer_of_the_service_which_has_the_largest_component_alone()
    {
        // Twice the same heart behind one another, of which a model that knows smaller atria takes one to be plausible and two not.
        WritePhantoms(901);
        var (image, label) = PhantomGenerator.Generate(901, new PhantomOptions());
        var size = new GridSize(image.Size.X, image.Size.Y, 2 * image.Size.Z);
        var geometry = NiftiGeometry.FromAffine(size, image.Affine);
        NiftiWriter.Write(Path.Combine(_folder, "images", "phantom-901.nii.gz"), new Volume(size, [.. image.Voxels, .. image.Voxels], image.Affine), geometry);
        NiftiWriter.Write(Path.Combine(_folder, "labels", "phantom-901.nii.gz"), new LabelMap(size, [.. label.Labels, .. new byte[label.Labels.Length]], image.Affine), geometry);
        var package = ModelPackage.Open(Phantom).CopyTo(Path.Combine(_folder, "package"));
        var volume = label.Labels.Count(voxel => voxel != 0) * 1.25 * 1.25 * 1.25 / 1000;
        package.With(package.Manifest with { Range = package.Manifest.Range! with { VolumeMl = new Extremes(0.5 * volume, 0.7 * volume) } });
        Assert.Equal(0, await Evaluate(package.Folder, "--device", "cpu"));
        var score = Assert.Single(CaseTable.Read(Path.Combine(_folder, "evaluation")));
        Assert.InRange(score.Components, 2, 50);
        Assert.NotEqual(score.Largest.Dice, score.All.Dice);
        using var segmenter = Segmenter.Load(ModelPackage.Open(package.Folder), new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        var scan = VolumeFile.Read(Path.Combine(_folder, "images", "phantom-901.nii.gz"), ct: TestContext.Current.CancellationToken).Volume;
        var answer = segmenter.Segment(scan, new SegmentationRequest(), TestContext.Current.CancellationToken);
        Assert.Equal(Warning.Slugs(answer.Warnings), score.Warnings);
        Assert.DoesNotContain("implausible-volume", score.Warnings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_with_nothing_in_it_is_an_error_and_not_a_score()
    {
        WritePhantoms(901);
        var path = Path.Combine(_folder, "labels", "phantom-901.nii.gz");
        var label = VolumeFile.Read(path, ct: TestContext.Current.CancellationToken);
        NiftiWriter.Write(path, new LabelMap(label.Volume.Size, new byte[label.Volume.Size.Count], label.Volume.Affine), label.Geometry);
        var error = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Evaluate(Phantom));
        Assert.Contains("phantom-901 has no voxel of value 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_label_files_have_besides_counts_as_background_and_is_said()
    {
        WritePhantoms(901, 902);
        var path = Path.Combine(_folder, "labels", "phantom-902.nii.gz");
        var label = VolumeFile.Read(path, ct: TestContext.Current.CancellationToken);
        var values = Array.ConvertAll(label.Volume.Voxels, voxel => (byte)voxel);
        values[0] = 3;
        NiftiWriter.Write(path, new LabelMap(label.Volume.Size, values, label.Volume.Affine), label.Geometry);
        var (exitCode, output, errors) = await TrainingProcess.Run(TestContext.Current.CancellationToken, ["evaluate", .. Arguments(Phantom, "--device", "cpu")]);
        Assert.True(exitCode == 0, errors);
        Assert.Contains("Values of label files that are no label's count as background: 3 in 1 case.", output, StringComparison.Ordinal);
        (exitCode, output, errors) = await TrainingProcess.Run(TestContext.Current.CancellationToken, ["evaluate", .. Arguments(Phantom, "--device", "cpu", "--label-values", "1", "3")]);
        Assert.True(exitCode == 0, errors);
        Assert.DoesNotContain("count as background", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_found_in_any_case_no_distance_is_stated()
    {
        WritePhantoms(901, 902);
        var like = ModelPackage.Open(Phantom);
        using (var network = like.LoadNetwork())
        using (no_grad())
        {
            network.state_dict()["out_conv2.bias"].fill_(-100);
            ModelPackage.Write(Path.Combine(_folder, "package"), network, like.Manifest);
        }

        var (exitCode, output, errors) = await TrainingProcess.Run(TestContext.Current.CancellationToken, ["evaluate", .. Arguments(Path.Combine(_folder, "package"), "--device", "cpu")]);
        Assert.True(exitCode == 0, errors);
        Assert.Contains("2 cases: Dice 0.0000 (95 % interval 0.0000 to 0.0000), Jaccard 0.0000, no 95HD and ASD, since nothing was found in any case, 2 empty;", output, StringComparison.Ordinal);
        Assert.Contains("1/2  phantom-901  Dice 0.0000, all components 0.0000  95HD not defined (no voxel found)  ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", output, StringComparison.Ordinal);
        Assert.Contains(",Infinity,", await File.ReadAllTextAsync(Directory.GetFiles(_folder, "cases.csv", SearchOption.AllDirectories).Single(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_case_that_cannot_be_used_is_named_before_the_first_is_segmented()
    {
        WritePhantoms(901, 902);
        var last = Path.Combine(_folder, "images", "phantom-902.nii.gz");
        File.WriteAllBytes(last, File.ReadAllBytes(last)[..^1000]);
        var (exitCode, output, errors) = await TrainingProcess.Run(TestContext.Current.CancellationToken, ["evaluate", .. Arguments(Phantom, "--device", "cpu")]);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("error: Case phantom-902: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("phantom-901", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_case_that_no_network_can_have_is_named_before_the_first_is_segmented()
    {
        WritePhantoms(901, 902);
        foreach (var kind in (string[])["images", "labels"])
        {
            // As where the header is wrong about the voxels.
            var path = Path.Combine(_folder, kind, "phantom-902.nii.gz");
            var volume = VolumeFile.Read(path, ct: TestContext.Current.CancellationToken).Volume;
            var large = new Volume(volume.Size, volume.Voxels, Affine.Scaling(new VoxelSize(100, 100, 100)));
            NiftiWriter.Write(path, large, NiftiGeometry.FromAffine(large.Size, large.Affine));
        }

        var (exitCode, output, errors) = await TrainingProcess.Run(TestContext.Current.CancellationToken, ["evaluate", .. Arguments(Phantom, "--device", "cpu")]);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("error: Case phantom-902: ", errors, StringComparison.Ordinal);
        Assert.Contains("Check the voxel size", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("phantom-901", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--voxel-size-mm", "-1")]
    [InlineData("--record", "--inference", "whole")]
    [InlineData("--device", "gpu")]
    [InlineData("--device", "cuda:99")]
    public async Task A_wrong_option_is_an_error_that_names_it(params string[] options)
    {
        WritePhantoms(901);
        var error = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Evaluate(Phantom, options));
        Assert.Contains(options[0], error.Message, StringComparison.Ordinal);
        Assert.Contains("accepted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_takes_no_result_is_refused_before_the_first_case()
    {
        WritePhantoms(901);
        File.Delete(Path.Combine(_folder, "images", "phantom-901.nii.gz"));
        File.WriteAllText(Path.Combine(_folder, "evaluation"), "no folder");
        var error = await Assert.ThrowsAsync<IOException>(() => Evaluate(Phantom));
        Assert.Contains("Nothing can be written to the folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGTERM_ends_an_evaluation_in_one_line_and_without_a_result()
    {
        using var process = await Begin();
        process.Terminate();
        var (exitCode, _, errors) = await process.End(TestContext.Current.CancellationToken);
        Assert.Equal(75, exitCode);
        Assert.Equal("stopped before the end", errors.Trim());
        Assert.False(Directory.Exists(Path.Combine(_folder, "evaluation")));
    }

    [Fact]
    public async Task A_second_Ctrl_C_ends_an_evaluation_at_once_and_without_a_stack_trace()
    {
        using var process = await Begin();
        process.Send("SIGINT");
        process.Send("SIGINT");
        var (exitCode, _, errors) = await process.End(TestContext.Current.CancellationToken);

        // Where the first one was answered already, the second one finds nothing.
        Assert.True(exitCode is 75 or 130, $"{exitCode}: {errors}");
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "evaluation")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<TrainingProcess> Begin()
    {
        WritePhantoms(901);

        // More cases than can be measured before the signal arrives; all are looked at before the first is measured.
        var names = Enumerable.Range(0, 60).Select(number => $"phantom-{number}").ToList();
        foreach (var (folder, name) in names.SelectMany(name => new[] { ("images", name), ("labels", name) }))
            File.CreateSymbolicLink(Path.Combine(_folder, folder, name + ".nii.gz"), Path.Combine(_folder, folder, "phantom-901.nii.gz"));
        File.WriteAllLines(Path.Combine(_folder, "validation.list"), names);
        var process = TrainingProcess.Start(["evaluate", .. Arguments(Phantom)]);
        await process.WaitUntil(() => process.Output.Contains("1/60", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        return process;
    }

    private string[] Arguments(string package, params string[] options) =>
        ["--model", package, "--data", _folder, "--list", "validation.list", "--output", Path.Combine(_folder, "evaluation"), .. options];

    private Task<int> Evaluate(string package, params string[] options) => EvaluateCommand.Create().Parse(Arguments(package, options)).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);

    private void WritePhantoms(params ulong[] seeds)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        Directory.CreateDirectory(Path.Combine(_folder, "labels"));
        foreach (var seed in seeds)
        {
            var (imageFile, labelFile) = (Path.Combine(_folder, "images", $"phantom-{seed}.nii.gz"), Path.Combine(_folder, "labels", $"phantom-{seed}.nii.gz"));
            if (Made.TryGetValue(seed, out var files))
            {
                File.WriteAllBytes(imageFile, files.Image);
                File.WriteAllBytes(labelFile, files.Label);
                continue;
            }

            var (image, label) = PhantomGenerator.Generate(seed, new PhantomOptions());
            var geometry = NiftiGeometry.FromAffine(image.Size, image.Affine);
            NiftiWriter.Write(imageFile, image, geometry);
            NiftiWriter.Write(labelFile, label, geometry);
            Made[seed] = (File.ReadAllBytes(imageFile), File.ReadAllBytes(labelFile));
        }

        File.WriteAllLines(Path.Combine(_folder, "validation.list"), seeds.Select(seed => $"phantom-{seed}"));
    }
}
