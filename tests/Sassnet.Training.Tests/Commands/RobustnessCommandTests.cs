using System.CommandLine;
using System.Globalization;
using CsvHelper;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Tests.Preparation;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Commands;

public class RobustnessCommandTests
{
    [Theory]
    [InlineData("gpu", "accepted: auto, cpu, cuda or cuda:N")]
    [InlineData("cuda:99", "LibTorch sees ")]
    public async Task A_device_that_is_not_there_is_an_error_that_names_what_is(string device, string expected)
    {
        var error = await Refused("--device", device);
        Assert.Contains($"'--device' is {device}", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    public async Task A_voxel_size_that_is_no_length_is_an_error_that_names_it(string size) =>
        Assert.Contains($"--voxel-size-mm is {size}; accepted: a length above 0.", await Refused("--voxel-size-mm", size), StringComparison.Ordinal);

    [Fact]
    public async Task A_folder_that_takes_no_result_is_refused_before_the_first_case()
    {
        var data = Directory.CreateTempSubdirectory("sassnet-robustness-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(data, "all.list"), "scan-that-is-not-there");
            var error = await Assert.ThrowsAsync<IOException>(() => Run("--data", data, "--list", "all.list", "--output", Path.Combine(data, "all.list", "robustness")));
            Assert.Contains("Nothing can be written to the folder", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_last_case_that_cannot_be_used_is_named_before_the_first_is_segmented()
    {
        var data = Directory.CreateTempSubdirectory("sassnet-robustness-").FullName;
        try
        {
            var scans = new RawScans(data);
            scans.WritePair("first", 901);
            scans.WritePair("last", 902);
            scans.Write(Path.Combine("labels", "last.nii.gz"), "no label");
            File.WriteAllLines(Path.Combine(data, "all.list"), ["first", "last"]);
            var (exitCode, output, errors) = await TrainingProcess.Run(
                TestContext.Current.CancellationToken, "robustness", "--model", Package, "--data", data, "--list", "all.list", "--output", Path.Combine(data, "robustness"), "--device", "cpu");
            Assert.Equal(1, exitCode);
            Assert.StartsWith("error: Case last: ", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("first", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Copies_that_have_nothing_of_the_label_have_no_score_and_spoil_no_mean()
    {
        var data = Directory.CreateTempSubdirectory("sassnet-robustness-").FullName;
        try
        {
            // So near the lowest face that it is pushed out where the patient moves down, and cut off.
            var scans = new RawScans(data);
            var (image, _) = PhantomGenerator.Generate(903, new PhantomOptions { Grid = new GridSize(64, 64, 40), VoxelSize = new VoxelSize(2, 2, 2) });
            scans.Write(Path.Combine("images", "low.nii.gz"), image);
            scans.Write(Path.Combine("labels", "low.nii.gz"), LowBox(image));
            File.WriteAllText(Path.Combine(data, "all.list"), "low");
            var output = Path.Combine(data, "robustness");
            Assert.Equal(0, await Run("--data", data, "--list", "all.list", "--output", output, "--device", "cpu"));

            var summary = File.ReadAllText(Path.Combine(output, "robustness.md"));
            Assert.Contains("| shifted | 5 | 0.", summary, StringComparison.Ordinal);
            Assert.Contains("nothing of the label lies in them: shifted: 1, cropped: 1.", summary, StringComparison.Ordinal);
            Assert.DoesNotContain("NaN", summary + File.ReadAllText(Path.Combine(output, "robustness.csv")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Of_CT_no_copy_has_other_Hounsfield_units_and_of_few_thick_slices_no_copy_has_none_left()
    {
        var data = Directory.CreateTempSubdirectory("sassnet-robustness-").FullName;
        try
        {
            var scans = new RawScans(data);
            var (image, label) = PhantomGenerator.Generate(903, new PhantomOptions { Grid = new GridSize(64, 64, 16), VoxelSize = new VoxelSize(2, 2, 5), MaxShift = 0.05 });
            scans.Write(Path.Combine("images", "ct.nii.gz"), new Volume(image.Size, Hounsfield(image), image.Affine));
            scans.Write(Path.Combine("labels", "ct.nii.gz"), label);
            File.WriteAllText(Path.Combine(data, "all.list"), "ct");
            var output = Path.Combine(data, "robustness");
            Assert.Equal(0, await Invoke(
                RobustnessCommand.Create(), "--model", WriteCt(Path.Combine(data, "package")), "--data", data, "--list", "all.list", "--output", output, "--device", "cpu"));

            var rows = Rows(Path.Combine(output, "robustness.csv"));
            Assert.Equal(["as it is", "axes permuted and flipped", "cropped", "padded", "shifted"], rows.Select(row => row["kind"]).Distinct().Order(StringComparer.Ordinal));
            Assert.Equal(["0, 0, -4 voxels", "0, 0, 4 voxels"], rows.Where(row => row["copy"].StartsWith("0, 0, ", StringComparison.Ordinal)).Select(row => row["copy"]).Order(StringComparer.Ordinal));
            Assert.Equal("-8, -8, -2 voxels", Assert.Single(rows, row => row["kind"] == "cropped")["copy"]);
            var summary = File.ReadAllText(Path.Combine(output, "robustness.md"));
            Assert.Contains("Not made, since the package looks at Hounsfield units (ct-window), which are the same on every scanner: rescaled: 4.", summary, StringComparison.Ordinal);
            Assert.Contains("would be no thicker than the scan's own: resampled: 1.", summary, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_copy_that_cannot_be_segmented_is_a_row_that_says_why_and_the_others_are_measured()
    {
        var data = Directory.CreateTempSubdirectory("sassnet-robustness-").FullName;
        try
        {
            // Air, but for the lowest slices: without them nothing is within the window.
            var scans = new RawScans(data);
            var (phantom, label) = PhantomGenerator.Generate(903, new PhantomOptions { Grid = new GridSize(64, 64, 40), VoxelSize = new VoxelSize(2, 2, 2), MaxShift = 0.05 });
            var image = new Volume(phantom.Size, Hounsfield(phantom), phantom.Affine);
            for (var index = image.Size.IndexOf(0, 0, 2); index < image.Voxels.Length; index++)
                image.Voxels[index] = -1000 + (index % 7);
            foreach (var name in (string[])["first", "second"])
            {
                scans.Write(Path.Combine("images", name + ".nii.gz"), image);
                scans.Write(Path.Combine("labels", name + ".nii.gz"), label);
            }

            File.WriteAllLines(Path.Combine(data, "all.list"), ["first", "second"]);
            var output = Path.Combine(data, "robustness");
            Assert.Equal(3, await Invoke(
                RobustnessCommand.Create(), "--model", WriteCt(Path.Combine(data, "package")), "--data", data, "--list", "all.list", "--output", output, "--device", "cpu"));

            var (measured, refused) = (new List<Dictionary<string, string>>(), new List<Dictionary<string, string>>());
            foreach (var row in Rows(Path.Combine(output, "robustness.csv")))
                (row["error"].Length == 0 ? measured : refused).Add(row);
            Assert.Equal(
                [("first", "0, 0, -10 voxels"), ("first", "-8, -8, -5 voxels"), ("second", "0, 0, -10 voxels"), ("second", "-8, -8, -5 voxels")],
                refused.Select(row => (row["case"], row["copy"])));
            Assert.All(refused, row => Assert.Contains("none lies within 100 to 300", row["error"], StringComparison.Ordinal));
            Assert.All(refused, row => Assert.Equal("", row["dice"]));
            Assert.Equal(["first", "second"], measured.Where(row => row["kind"] == "padded").Select(row => row["case"]));
            Assert.All(measured, row => Assert.NotEqual("", row["dice"]));
            var summary = File.ReadAllText(Path.Combine(output, "robustness.md"));
            Assert.Contains("| shifted | 10 | 0.", summary, StringComparison.Ordinal);
            Assert.Contains("in no figure here: shifted: 2, cropped: 2.", summary, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Of_several_labels_each_is_scored_as_evaluate_does_and_left_out_where_it_is_not_in_a_copy()
    {
        var data = Directory.CreateTempSubdirectory("sassnet-robustness-").FullName;
        try
        {
            // The box at the low end of an axis leaves the scan where the atrium does not.
            var scans = new RawScans(data);
            var (image, label) = PhantomGenerator.Generate(903, new PhantomOptions { Grid = new GridSize(64, 64, 40), VoxelSize = new VoxelSize(2, 2, 2), MaxShift = 0.05 });
            var labels = Array.ConvertAll(label.Labels, value => value == 1 ? (byte)9 : (byte)0);
            for (var z = 10; z < 20; z++)
            {
                for (var y = 20; y < 30; y++)
                    labels.AsSpan(label.Size.IndexOf(1, y, z), 6).Fill(5);
            }

            scans.Write(Path.Combine("images", "two.nii.gz"), image);
            scans.Write(Path.Combine("labels", "two.nii.gz"), new LabelMap(label.Size, labels, label.Affine));
            File.WriteAllText(Path.Combine(data, "all.list"), "two");
            var (output, evaluation) = (Path.Combine(data, "robustness"), Path.Combine(data, "evaluation"));
            string[] measured = ["--model", WriteAtriumAndRest(Path.Combine(data, "package")), "--data", data, "--list", "all.list", "--device", "cpu"];
            Assert.Equal(0, await Invoke(RobustnessCommand.Create(), [.. measured, "--output", output]));
            Assert.Equal(0, await Invoke(EvaluateCommand.Create(), [.. measured, "--output", evaluation]));

            var rows = Rows(Path.Combine(output, "robustness.csv"));
            foreach (var (name, value) in new[] { ("atrium", 9), ("the rest", 5) })
            {
                var expected = Assert.Single(CaseTable.Read(Path.Combine(evaluation, FormattableString.Invariant($"label-{value}"))));
                var row = Assert.Single(rows, one => one["kind"] == "as it is" && one["label"] == name);
                Assert.Equal(expected.Largest.Dice, double.Parse(row["dice"], CultureInfo.InvariantCulture), 1e-9);
                Assert.Equal(expected.HeadAgreement!.Value, double.Parse(row["head_agreement"], CultureInfo.InvariantCulture), 1e-9);
                Assert.Equal(expected.Warnings, row["warnings"]);
            }

            Assert.Equal(["as it is", "axes permuted and flipped", "padded", "resampled", "rescaled", "shifted"], rows.Where(row => row["label"] == "the rest").Select(row => row["kind"]).Distinct().Order(StringComparer.Ordinal));
            var summary = File.ReadAllText(Path.Combine(output, "robustness.md"));
            var mean = Assert.Single(CaseTable.Read(evaluation)).Largest.Dice;
            Assert.Contains(FormattableString.Invariant($"| as it is | mean | 1 | {mean:F3} | {mean:F3} |"), summary, StringComparison.Ordinal);
            Assert.Contains("| padded | the rest | 1 | 0.", summary, StringComparison.Ordinal);
            Assert.Contains("nothing of the rest lies in them: shifted: 1, cropped: 1.", summary, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<string> Refused(params string[] options)
    {
        string[] arguments = ["--data", Package, "--list", "none.list", "--output", Path.Combine(Path.GetTempPath(), "sassnet-none"), .. options];
        return (await Assert.ThrowsAsync<InvalidConfigurationException>(() => Run(arguments))).Message;
    }

    private static string Package => Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom");

    // The bundled phantom's network, with a second structure wherever the first is not.
    private static string WriteAtriumAndRest(string folder)
    {
        var phantom = ModelPackage.Open(Package);
        var filters = phantom.Manifest.Architecture.Filters;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var one = phantom.LoadNetwork();
        using var two = new VNet(filters, classes: 2);
        var source = one.state_dict();
        foreach (var (key, target) in two.state_dict())
            target.copy_(key.StartsWith("out_conv", StringComparison.Ordinal) ? cat([source[key], -source[key]], 0) : source[key]);
        Label[] labels = [new(9, "atrium", Colour: "#3cb44b"), new(5, "the rest", Colour: "#e6194b")];
        return ModelPackage.Write(folder, two, phantom.Manifest with { Architecture = new Architecture("vnet-sdm", filters, Classes: 2), Labels = labels, Range = null }).Folder;
    }

    // The bundled phantom's network, as one that looks at soft tissue.
    private static string WriteCt(string folder)
    {
        var package = ModelPackage.Open(Package).CopyTo(folder);
        var preprocessing = package.Manifest.Preprocessing with { Normalisation = Normalisation.CtWindow, WindowHu = [100, 300] };
        return package.With(package.Manifest with { Preprocessing = preprocessing }).Folder;
    }

    // Whole numbers from 110 to 290: a tenth of them lies below the window.
    private static float[] Hounsfield(Volume image)
    {
        var (lowest, highest) = (image.Voxels.Min(), image.Voxels.Max());
        return Array.ConvertAll(image.Voxels, voxel => MathF.Round(110 + (180 * (voxel - lowest) / (highest - lowest))));
    }

    private static LabelMap LowBox(Volume image)
    {
        var labels = new byte[image.Size.Count];
        for (var y = 24; y < 40; y++)
        {
            for (var z = 0; z < 2; z++)
                labels.AsSpan(image.Size.IndexOf(24, y, z), 16).Fill(1);
        }

        return new LabelMap(image.Size, labels, image.Affine);
    }

    private static List<Dictionary<string, string>> Rows(string path)
    {
        using var text = new StreamReader(path);
        using var csv = new CsvReader(text, CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        var rows = new List<Dictionary<string, string>>();
        while (csv.Read())
            rows.Add(csv.HeaderRecord!.ToDictionary(column => column, column => csv.GetField(column)!));
        return rows;
    }

    private static Task<int> Run(params string[] arguments) => Invoke(RobustnessCommand.Create(), ["--model", Package, .. arguments]);

    private static Task<int> Invoke(Command command, params string[] arguments) => command.Parse(arguments).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
}
