using Sassnet.Model.Packages;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Tests.TensorBoard;
using SkiaSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Commands;

/// <summary>What a run makes, from its start to its package, and what is wrong with one.</summary>
public sealed class TrainCommandTests : IDisposable
{
    private readonly PhantomTraining _training = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_whose_folder_cannot_be_made_says_why()
    {
        await _training.MakePhantoms();
        const string Folder = "/sys/sassnet-run";
        var (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, "train", "--config", _training.Config, "--output", Folder);
        Assert.Equal(1, exitCode);
        Assert.Equal($"error: Access to the path '{Folder}' is denied.\n", errors);
    }

    [Theory]
    [InlineData("2", true)]
    [InlineData("1", false)]
    public async Task Copy_and_paste_whose_second_stage_never_begins_says_so(string first, bool isSaid)
    {
        await _training.MakePhantoms();
        var (exitCode, output, errors) = await _training.Train(
            "pasted", "--set", "method=bcp", "--set", $"copyPaste.pretrainIterations={first}", "--set", "iterations=2", "--set", "crops.labelled=2", "--set", "crops.unlabelled=2", "--set", "crops.sizes=[[32, 32, 16]]");
        Assert.True(exitCode == 0, errors);
        Assert.Equal(isSaid, output.Contains("WARNING 'iterations' is 2 and 'copyPaste.pretrainIterations' is 2: the second stage never begins", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_finished_run_names_its_best_checkpoint_and_the_commands_that_make_and_measure_a_package_without_the_scans_it_learned_from()
    {
        await _training.MakePhantoms();
        var (_, output, _) = await _training.Train("named", "--set", "iterations=10");
        Assert.Contains("WARNING 'preprocessing.spacingMm' has 4 mm along L, and the scans' voxels measure 1.25 mm: up to 3.2 of them become one", output, StringComparison.Ordinal);
        Assert.Contains($"Best on the validation scans: {_training.Folder}/named/checkpoints/best.safetensors, Dice ", output, StringComparison.Ordinal);
        Assert.Contains($"Make a package of the last one: export --checkpoint {_training.Folder}/named/checkpoints/0000010.safetensors ", output, StringComparison.Ordinal);
        foreach (var list in (string[])["labelled.list", "unlabelled.list"])
            File.Delete(Path.Combine(_training.Folder, "data", list));
        foreach (var verb in (string[])["export ", "evaluate "])
        {
            var command = output.Split('\n').Single(line => line.Contains($": {verb}", StringComparison.Ordinal)).Split(": ", 2)[1];
            var (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, command.Split(' '));
            Assert.True(exitCode == 0, errors);
        }

        var manifest = ModelPackage.Open(Path.Combine(_training.Folder, "named", "model")).Manifest;
        Assert.Equal((2, 2, 10), (manifest.Training.Labelled, manifest.Training.Unlabelled, manifest.Training.Iterations));
        Assert.Equal("data", manifest.Training.Data);
        Assert.NotNull(manifest.Metrics);
    }

    [Theory]
    [InlineData("method=unet", "--set method=unet", 2)]
    [InlineData("data.folder=nowhere", "/nowhere'", 2)]
    [InlineData("network.startFrom=nowhere", "The package lacks model.json", 1)]
    [InlineData("data.labelledCases=9", "'data.labelledCases' is 9", 2)]
    [InlineData("device=gpu", "'device' is gpu; accepted: auto, cpu, cuda or cuda:N.", 2)]
    [InlineData("device=cuda:99", "'device' is cuda:99: The device 'cuda:99' is not there. LibTorch sees ", 2)]
    public async Task What_is_wrong_with_a_run_is_one_line(string assignment, string expected, int code)
    {
        await _training.MakePhantoms();
        var (exitCode, _, errors) = await _training.Train("wrong", "--set", assignment);
        Assert.Equal(code, exitCode);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_training.Folder, "wrong")));
    }

    [Theory]
    [InlineData("label.value=2", " 2;")]
    [InlineData("label.fileValues=[7, 8]", " 7 or 8;")]
    public async Task Labels_without_the_configured_values_are_an_error_that_lists_the_values_found(string assignment, string configured)
    {
        await _training.MakePhantoms();
        var (exitCode, _, errors) = await _training.Train("labels", "--set", assignment);
        Assert.Equal(2, exitCode);
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("label of phantom-0001 has no voxel of value", line, StringComparison.Ordinal);
        Assert.Contains(configured, line, StringComparison.Ordinal);
        Assert.Matches("0 in [0-9]+ voxels and 1 in [0-9]+", line);
        Assert.False(Directory.Exists(Path.Combine(_training.Folder, "labels")));
    }

    [Fact]
    public async Task A_run_that_starts_from_a_package_begins_with_its_weights_and_goes_on_when_the_package_is_gone()
    {
        await _training.MakePhantoms();
        Assert.Equal(0, (await _training.Train("first", "--set", "iterations=2", "--set", "label.colour='#12ab9f'")).ExitCode);
        var package = await Export("first", 2);
        Assert.Equal("#12ab9f", ModelPackage.Open(package).Manifest.Labels[0].Colour);
        AssertRange(ModelPackage.Open(package).Manifest.Range!);

        // So small a step leaves the weights where they were.
        string[] still = ["--set", "iterations=1", "--set", "optimizer.learningRate=1e-12"];
        Assert.Equal(0, (await _training.Train("second", [.. still, "--set", $"network.startFrom={package}"])).ExitCode);
        var (expected, actual) = (Weights(package), Weights(await Export("second", 1)));
        Assert.Equal(expected, actual);

        Directory.Delete(package, recursive: true);
        Assert.Equal(0, (await _training.Train("second", "--resume")).ExitCode);
        Assert.Equal("left-atrium@0.1.0", ModelPackage.Open(await Export("second", 1)).Manifest.Training.StartedFrom);
        Assert.Null(ModelPackage.Open(await Export("first", 2)).Manifest.Training.StartedFrom);
    }

    [Fact]
    public async Task A_run_that_finds_nothing_in_the_validation_scans_says_so_and_not_that_there_were_none()
    {
        await _training.MakePhantoms();
        var (blind, like) = (Path.Combine(_training.Folder, "blind"), ModelPackage.Open(SegmentedFolder.Phantom));
        using (var network = like.LoadNetwork())
        using (no_grad())
        {
            network.state_dict()["out_conv2.bias"].fill_(-100);
            ModelPackage.Write(blind, network, like.Manifest);
        }

        var (exitCode, output, errors) = await _training.Train(
            "found-nothing", "--set", "iterations=1", "--set", "optimizer.learningRate=1e-12", "--set", $"network.filters={like.Manifest.Architecture.Filters}", "--set", $"network.startFrom={blind}");
        Assert.True(exitCode == 0, errors);
        Assert.Contains("which training begins with, is of synthetic left atrium, and what is to be learned is left atrium: ", output, StringComparison.Ordinal);
        Assert.Contains($"done: 1 iteration. Best on the validation scans: {_training.Folder}/found-nothing/checkpoints/best.safetensors, Dice 0.0000 after 1 iteration", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_structures_are_trained_validated_packaged_and_measured_each_by_itself()
    {
        await PhantomFiles.Write(
            Path.Combine(_training.Folder, "data"), "--labelled", "2", "--unlabelled", "2", "--validation", "2", "--ventricle", "--seed", "110");
        var labels = "labels=[{value: 1, name: left atrium, colour: '#e6194b'}, {value: 5, fileValues: [2], name: left ventricle, snomedCode: '87878005'}]";
        var (exitCode, output, errors) = await _training.Train("two", "--set", labels, "--set", "iterations=10", "--set", "network.dropout=0", "--evaluate");
        Assert.True(exitCode == 0, errors);
        Assert.DoesNotContain("augmentation.flip", output, StringComparison.Ordinal);
        Assert.Contains(_training.Metrics("two"), line => line.Contains("\"validationDice.1\":", StringComparison.Ordinal) && line.Contains("\"validationDice.5\":", StringComparison.Ordinal));

        // The console, whose line stays short, has the means of the losses alone.
        string[] own = ["lossDice.1", "lossDice.5", "lossSdm.1", "lossSdm.5"];
        Assert.All(_training.Metrics("two"), line => Assert.All(own, name => Assert.Contains($"\"{name}\":", line, StringComparison.Ordinal)));
        var shown = EventFileReader.Read(Directory.GetFiles(Path.Combine(_training.Folder, "two"), "events.*").Single());
        Assert.All(own, name => Assert.Equal(10, shown.Count(one => one.Tag == $"train/{name}")));
        Assert.Contains("lossSdm ", output, StringComparison.Ordinal);
        Assert.All(own, name => Assert.DoesNotContain(name, output, StringComparison.Ordinal));
        Assert.Matches(@"phantom-0114  Dice [\d.]+ \(1: [\d.]+, 5: [\d.]+\)", output);

        var manifest = ModelPackage.Open(Path.Combine(_training.Folder, "two", "model")).Manifest;
        Assert.Equal(2, manifest.Architecture.Classes);
        Assert.Equal([1, 5], manifest.Labels.Select(label => (int)label.Value));
        Assert.Equal(("left ventricle", "87878005"), (manifest.Labels[1].Name, manifest.Labels[1].SnomedCode));
        Assert.Equal("#e6194b", manifest.Labels[0].Colour);
        Assert.NotNull(manifest.Labels[1].Colour);
        Assert.Equal(2, manifest.Range!.LabelVolumesMl!.Count);
        Assert.InRange(manifest.Range.LabelVolumesMl[1].Max, 0.1, manifest.Range.LabelVolumesMl[0].Max);

        var evaluation = Path.Combine(_training.Folder, "two", "evaluation");
        var (mean, atrium, ventricle) = (CaseTable.Read(evaluation), CaseTable.Read(Path.Combine(evaluation, "label-1")), CaseTable.Read(Path.Combine(evaluation, "label-5")));
        Assert.Equal(["phantom-0114", "phantom-0115"], mean.Select(score => score.Case));
        foreach (var (both, first, second) in mean.Zip(atrium, ventricle))
            Assert.Equal((first.Largest.Dice + second.Largest.Dice) / 2, both.Largest.Dice, 1e-5);
        Assert.NotEqual(atrium[0].All.Dice, ventricle[0].All.Dice);

        // The contours and, on the left, the surfaces of the labels are in the package's colours.
        using var slices = SKBitmap.Decode(Path.Combine(evaluation, "best.png"));
        Assert.Contains(SKColor.Parse("#e6194b"), slices.Pixels);
        using var surfaces = SKBitmap.Decode(Path.Combine(evaluation, "best-surface.png"));
        var drawn = surfaces.Pixels.Where((_, index) => index % surfaces.Width < surfaces.Width / 2).ToList();
        Assert.All(manifest.Labels, label => Assert.InRange(drawn.Count(pixel => IsShadeOf(SKColor.Parse(label.Colour!), pixel)), 100, drawn.Count));

        var measured = PackageEvaluation.Read(evaluation)!.Labels!;
        Assert.Equal([1, 5], measured.Select(label => (int)label.Value));
        Assert.Equal(atrium.Average(score => score.Largest.Dice), measured[0].Dice.Mean, 1e-5);
        Assert.Equal(ventricle.Min(score => score.Largest.Dice), measured[1].Dice.Worst, 1e-5);
        Assert.Contains("label 5 (left ventricle): Dice ", output, StringComparison.Ordinal);

        // What an earlier version measured has none of them, so that nothing says whether each reaches a floor.
        (PackageEvaluation.Read(evaluation)! with { Labels = null }).Write(evaluation);
        string[] publishing = ["publish", "--run", Path.Combine(_training.Folder, "two"), "--models", Path.Combine(_training.Folder, "models"), "--min-dice", "0"];
        (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, publishing);
        Assert.Equal(1, exitCode);
        Assert.Contains("has 2 labels, and its evaluation.json has not the figures of each", errors, StringComparison.Ordinal);
        (exitCode, _, errors) = await _training.Train("two", "--set", labels, "--set", "iterations=10", "--set", "network.dropout=0", "--resume", "--evaluate");
        Assert.True(exitCode == 0, errors);
        (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, publishing);
        Assert.True(exitCode == 0, errors);

        // The label files have the ventricle as 2, which the package does not know.
        string[] measuring = ["evaluate", "--model", Path.Combine(_training.Folder, "two", "model"), "--data", Path.Combine(_training.Folder, "data"), "--list", "validation.list", "--output", Path.Combine(_training.Folder, "again")];
        (exitCode, output, errors) = await TrainingProcess.Run(Cancelled, measuring);
        Assert.True(exitCode == 0, errors);
        Assert.Contains("WARNING No case has a voxel of left ventricle (value 5): no Dice of it is measured. Where label files have it under another value, ", output, StringComparison.Ordinal);
        Assert.Contains("no label's count as background: 2 in ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_training.Folder, "again", "label-5")));
        (exitCode, output, errors) = await TrainingProcess.Run(Cancelled, [.. measuring, "--label-values", "5=2"]);
        Assert.True(exitCode == 0, errors);
        Assert.DoesNotContain("count as background", output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Path.Combine(evaluation, "label-5", "cases.csv")), File.ReadAllText(Path.Combine(_training.Folder, "again", "label-5", "cases.csv")));
        (exitCode, output, errors) = await TrainingProcess.Run(Cancelled, [.. measuring, "--label-values", "1=2", "5=1"]);
        Assert.True(exitCode == 0, errors);
        Assert.NotEqual(File.ReadAllText(Path.Combine(evaluation, "label-5", "cases.csv")), File.ReadAllText(Path.Combine(_training.Folder, "again", "label-5", "cases.csv")));

        static bool IsShadeOf(SKColor colour, SKColor pixel) => pixel.Red + pixel.Green > 80
            && Math.Abs((pixel.Red * colour.Green) - (pixel.Green * colour.Red)) < 12 * 255
            && Math.Abs((pixel.Blue * colour.Green) - (pixel.Green * colour.Blue)) < 12 * 255;
    }

    [Fact]
    public async Task Mirrored_crops_of_structures_that_differ_in_their_side_alone_are_warned_of()
    {
        await PhantomFiles.Write(
            Path.Combine(_training.Folder, "data"), "--labelled", "2", "--unlabelled", "2", "--validation", "2", "--ventricle", "--seed", "110");
        var (exitCode, output, errors) = await _training.Train("sides", "--set", "labels=[{value: 1, name: heart_left}, {value: 2, name: heart_right}]", "--set", "iterations=1");
        Assert.True(exitCode == 0, errors);
        Assert.Contains("WARNING 'augmentation.flip' mirrors every crop, and the names of 'heart_left' and 'heart_right' differ in the side alone", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_structure_that_few_crops_meet_is_warned_of_unless_some_have_to_hold_one()
    {
        Assert.Equal(0, (await TrainingProcess.Run(
            Cancelled, "phantom", "--output", Path.Combine(_training.Folder, "data"), "--labelled", "2", "--unlabelled", "2", "--validation", "1", "--size", "256", "256", "32")).ExitCode);
        string[] fine = ["--set", "preprocessing.spacingMm=[1.25, 1.25, 1.25]", "--set", "data.validation=", "--set", "iterations=1"];
        var (exitCode, output, errors) = await _training.Train("seldom", fine);
        Assert.True(exitCode == 0, errors);
        Assert.Matches("WARNING 'crops.foreground' is 0, so that labelled crops lie anywhere in a scan, and of these at the most [0-9]+ % meet 'left atrium': ", output);
        (exitCode, output, errors) = await _training.Train("held", [.. fine, "--set", "crops.foreground=0.33"]);
        Assert.True(exitCode == 0, errors);
        Assert.DoesNotContain("crops.foreground", output, StringComparison.Ordinal);
        Assert.Contains("foreground: 0.33", _training.Stored("held"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scan_that_cannot_be_read_is_named()
    {
        await _training.MakePhantoms();
        var broken = Directory.GetFiles(Path.Combine(_training.Folder, "data", "images")).Order().First();
        var bytes = await File.ReadAllBytesAsync(broken, Cancelled);
        await File.WriteAllBytesAsync(broken, bytes[..(bytes.Length / 2)], Cancelled);
        var (exitCode, _, errors) = await _training.Train("broken");
        Assert.Equal(1, exitCode);
        Assert.Contains("Case phantom-0001: ", errors, StringComparison.Ordinal);
    }

    public void Dispose() => _training.Dispose();

    // Phantoms of 64 x 64 x 64 voxels of 1.25 mm, two of them with labels.
    private static void AssertRange(TrainingRange range)
    {
        Assert.Equal([1.25, 1.25, 1.25], range.VoxelSizeMm.Min);
        Assert.Equal([1.25, 1.25, 1.25], range.VoxelSizeMm.Max);
        Assert.Equal([80, 80, 80], range.FieldOfViewMm.Min);
        Assert.Equal([80, 80, 80], range.FieldOfViewMm.Max);
        Assert.InRange(range.VolumeMl.Min, 10, range.VolumeMl.Max);
        Assert.InRange(range.VolumeMl.Max, range.VolumeMl.Min, 110);
    }

    private async Task<string> Export(string run, int iterations)
    {
        var (checkpoint, package) = (Path.Combine(_training.Folder, run, "checkpoints", $"{iterations:D7}.safetensors"), Path.Combine(_training.Folder, run, "model"));
        Assert.Equal(0, (await TrainingProcess.Run(Cancelled, "export", "--checkpoint", checkpoint, "--output", package)).ExitCode);
        return package;
    }

    // All but BatchNorm's running statistics, which follow every batch.
    private static List<Half[]> Weights(string package)
    {
        using var file = SafetensorsFile.Open(Path.Combine(package, ModelPackage.WeightsFile));
        return [.. file.Entries.Keys.Where(key => !key.Contains("running", StringComparison.Ordinal) && !key.Contains("num_batches", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(key => file.ReadArray<Half>(key))];
    }
}
