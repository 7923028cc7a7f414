using Sassnet.Model.Packages;
using Sassnet.Tests;
using Sassnet.Training.Configuration;
using Xunit;

namespace Sassnet.Training.Tests.Configuration;

public class TrainingOptionsFileTests
{
    [Fact]
    public void An_empty_file_is_the_papers_setting()
    {
        var options = TrainingOptionsFile.Parse("");
        Assert.Equal(6000, options.Iterations);
        Assert.Equal([112, 112, 80], options.Crops.Sizes[0]);
        Assert.Equal(0.01, options.Optimizer.LearningRateAt(2499, options.Iterations), 1e-12);
        Assert.Equal(0.001, options.Optimizer.LearningRateAt(2500, options.Iterations), 1e-12);
    }

    [Theory]
    [InlineData(0, 0.01)]
    [InlineData(3000, 0.01 * 0.535886731268146)]
    [InlineData(5999, 0.01 * 0.000397799171843)]
    public void The_polynomial_schedule_falls_from_the_first_iteration_to_nothing_after_the_last(int iteration, double expected)
    {
        var options = TrainingOptionsFile.Parse("optimizer: {schedule: polynomial}");
        Assert.Equal(expected, options.Optimizer.LearningRateAt(iteration, options.Iterations), 1e-9);
        Assert.Equal(0, options.Optimizer.LearningRateAt(options.Iterations, options.Iterations));
    }

    [Fact]
    public void Written_options_read_back_the_same()
    {
        var options = TrainingOptionsFile.Parse("preprocessing: {normalisation: robust-zscore, spacingMm: [1.25, 1.25, 2]}\nprecision: bfloat16");
        var again = TrainingOptionsFile.Parse(TrainingOptionsFile.Write(options));
        Assert.Equal(Normalisation.RobustZScore, again.Preprocessing.Normalisation);
        Assert.Equal([1.25, 1.25, 2], again.Preprocessing.SpacingMm);
        Assert.Equal(TrainingPrecision.BFloat16, again.Precision);
        Assert.Contains("precision: bfloat16", TrainingOptionsFile.Write(options), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_structures_read_back_the_same_and_one_is_that_of_the_label()
    {
        var options = TrainingOptionsFile.Parse("labels:\n- {value: 2, name: ventricle, fileValues: [4, 5]}\n- {value: 1, name: atrium, snomedCode: '82471001', colour: '#12ab9f'}");
        var again = TrainingOptionsFile.Parse(TrainingOptionsFile.Write(options)).Structures;
        Assert.Equal(["ventricle", "atrium"], again.Select(one => one.Name));
        Assert.Equal([[4, 5], [1]], again.Select(one => one.Foreground));
        Assert.Equal((1, "82471001", "#12ab9f"), (again[1].Value, again[1].SnomedCode, again[1].Colour));

        var single = Assert.Single(TrainingOptionsFile.Parse("label: {value: 3, name: aorta, fileValues: [7]}").Structures);
        Assert.Equal((3, "aorta", 7), (single.Value, single.Name, single.Foreground[0]));
    }

    [Theory]
    [InlineData("seed: 1\nlabels: [{value: 0, name: a}]", "Line 2: 'labels[].value' is 0", "1 to 255, another one for each")]
    [InlineData("labels: [{value: 1, name: a}, {value: 1, name: b}]", "'labels[].value' is 1", "another one for each")]
    [InlineData("labels: [{value: 1, name: a}, {value: 2, name: a}]", "'labels[].name' is 'a'", "another one for each")]
    [InlineData("labels: [{value: 1}]", "'labels[].name' is ''", "a text of 1 to 64 characters")]
    [InlineData("label: {name: ''}", "'label.name' is ''", "a text of 1 to 64 characters")]
    [InlineData("label: {name: 'left\\atrium'}", "'label.name' is 'left\\atrium'", "without backslashes")]
    [InlineData("label: {name: left atrium of the heart as seen in late gadolinium enhanced images}", "'label.name' is 'left atrium of", "1 to 64 characters")]
    [InlineData("label: {snomedCode: 82471001 atrium}", "'label.snomedCode' is 82471001 atrium", "1 to 16 letters, digits, '.' and '-'; or empty")]
    [InlineData("name: left-atrium-of-the-heart-in-late-gadolinium-enhanced-images\nversion: 1.0.0-rc.1", "'name' is left-atrium-of-", "with the version at most 64 characters together, with a space between")]
    [InlineData("labels: [{value: 1, name: a}, {value: 2, name: b, fileValues: [1]}]", "'labels[].fileValues' is [1]", "each of one structure alone")]
    [InlineData("labels: [{value: 1, name: a, fileValues: [0]}]", "'labels[].fileValues' is [0]", "other than 0")]
    [InlineData("labels: [{value: 1, name: a, colour: red}]", "'labels[].colour' is red", "#rrggbb")]
    [InlineData("labels: [{value: 1, name: a, snomedCode: '1 2'}]", "'labels[].snomedCode' is 1 2", "letters, digits")]
    [InlineData("labels: [{value: 1, name: a, components: -1}]", "'labels[].components' is -1", "0 for all of them, or 1 to 255")]
    [InlineData("labels: [{value: 1, name: a, components: 256}]", "'labels[].components' is 256", "0 for all of them, or 1 to 255")]
    [InlineData("labels: [{value: 1, name: a, color: red}]", "unknown key 'labels[0].color'", "value, fileValues, name, snomedCode, colour")]
    [InlineData("labels: [{value: 1, name: a}, {value: many, name: b}]", "'labels[1].value' is many", "a whole number")]
    [InlineData("labels: [atrium]", "'labels[0]' is atrium", "the keys value, fileValues")]
    [InlineData("labels: atrium", "'labels' is atrium", "a list, each with some of the keys value")]
    [InlineData("label: {value: 2}\nlabels: [{value: 1, name: a}]", "'label' is set beside 'labels'", "takes its place")]
    public void Structures_that_do_not_fit_together_are_refused(string yaml, string seen, string accepted)
    {
        var error = Assert.Throws<InvalidConfigurationException>(() => TrainingOptionsFile.Parse(yaml));
        Assert.Contains(seen, error.Message, StringComparison.Ordinal);
        Assert.Contains(accepted, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed: 1\nitterations: 5", "Line 2", "itterations")]
    [InlineData("seed: 1\nseed: 2", "Line 2", "seed")]
    [InlineData("iterations: many", "Line 1: 'iterations' is many", "accepted: a whole number.")]
    [InlineData("iterations: 010", "'iterations' is 010", "a whole number")]
    [InlineData("iterations:", "Line 1: 'iterations' is empty", "a whole number")]
    [InlineData("name: ~", "'name' is ~", "text")]
    [InlineData("seed: 1\nprecision: double", "Line 2: 'precision' is double", "accepted: auto, float32, bfloat16.")]
    [InlineData("method: 2", "'method' is 2", "vnet, vnet-sdm, sassnet")]
    [InlineData("device: gpu", "'device' is gpu", "accepted: auto, cpu, cuda or cuda:N")]
    [InlineData("seed: 1\ndevice: cuda:-1", "Line 2: 'device' is cuda:-1", "cuda:N")]
    [InlineData("optimizer:\n  momentum: 0,5", "'optimizer.momentum' is 0,5", "a number")]
    [InlineData("augmentation: {flip: maybe}", "'augmentation.flip' is maybe", "true or false")]
    [InlineData("optimizer: fast", "'optimizer' is fast", "the keys learningRate, momentum")]
    [InlineData("iterations: [1, 2]", "'iterations' is [1, 2]", "a whole number")]
    [InlineData("method: vnet-sdm\ncrops: {sizes: [[32, 16, 16], [16, 16, 16]], labelled: 1}", "'crops.sizes' is [16, 16, 16]", "two voxels or more")]
    [InlineData("method: bcp\ncrops: {sizes: [[16, 16, 16]], labelled: 2, unlabelled: 2}", "'crops.sizes' is [16, 16, 16]", "two voxels or more")]
    [InlineData("crops: {sizes: [112, 112, 80]}", "'crops.sizes' is [112, 112, 80]", "lists of whole numbers, such as [[112, 112, 80]]")]
    [InlineData("data: {folder: ''}", "'data.folder' is ''", "accepted: a folder.")]
    [InlineData("data: {labelled: ''}", "'data.labelled' is ''", "accepted: a file in that folder.")]
    [InlineData("label: {value: 300}", "'label.value' is 300", "0 to 255")]
    [InlineData("label: {components: -1}", "'label.components' is -1", "0 for all of them, or 1 to 255")]
    [InlineData("label: {colour: red}", "'label.colour' is red", "#rrggbb, such as #e6194b, or empty")]
    [InlineData("label: {fileValues: [0, 1]}", "'label.fileValues' is [0, 1]", "other than 0")]
    [InlineData("name: Left Atrium", "'name' is Left Atrium", "lower-case letters")]
    [InlineData("name: \"left-atrium\\n\"", "'name' is left-atrium", "lower-case letters")]
    [InlineData("version: final", "'version' is final", "a semantic version")]
    [InlineData("preprocessing: {orientation: RAX}", "'preprocessing.orientation' is RAX", "such as RAS")]
    [InlineData("seed: 1\noptimizer:\n  momentum: 0.9\n  lr: 1", "Line 4: unknown key 'optimizer.lr'", "accepted: learningRate, momentum")]
    [InlineData("seed: 1\nmethod: unet", "Line 2", "unet")]
    [InlineData("- 1", "Line 1", "keys with values")]
    [InlineData("seed: 1\niterations: 0", "Line 2: 'iterations' is 0", "1 or more")]
    [InlineData("augmentation: {fieldOfView: 0.5}", "'augmentation.fieldOfView' is 0.5", "0 to 0.4")]
    [InlineData("method: bcp\ncrops: {labelled: 4}", "'crops.unlabelled' is 2", "4; accepted: as many as crops.labelled")]
    [InlineData("crops: {foreground: 1.5}", "'crops.foreground' is 1.5", "0 to 1")]
    [InlineData("crops: {foreground: -0.1}", "'crops.foreground' is -0.1", "0 to 1")]
    [InlineData("crops: {foreground: third}", "'crops.foreground' is third", "a number")]
    [InlineData("crops: {sizes: [[112, 112, 90]]}", "[112, 112, 90]", "multiples of 16")]
    [InlineData("crops: {sizes: [[2048, 2048, 1024]]}", "[2048, 2048, 1024]", "up to 1024")]
    [InlineData("network: {dropout: 1}", "'network.dropout' is 1", "not including, 1")]
    [InlineData("optimizer: {schedule: cosine}", "'optimizer.schedule' is cosine", "accepted: step, polynomial.")]
    [InlineData("augmentation: {rotation: -15}", "'augmentation.rotation' is -15", "0 to 180")]
    [InlineData("augmentation: {blurProbability: 20}", "'augmentation.blurProbability' is 20", "0 to 1")]
    [InlineData("augmentation: {elastic: 9}", "'augmentation.elastic' is 9", "0 to 6")]
    [InlineData("augmentation: {noise: {range: 1}}", "'augmentation.noise' is {range: 1}", "a number")]
    [InlineData("weakToStrong: {threshold: 0.4}", "'weakToStrong.threshold' is 0.4", "0.5 up to, not including, 1")]
    [InlineData("ema: {decay: 1}", "'ema.decay' is 1", "0 up to, not including, 1")]
    [InlineData("optimizer: {learningRate: -1}", "'optimizer.learningRate' is -1", "above 0")]
    [InlineData("window: {patch: [64, 64, 48], stride: [65, 1, 1]}", "'window.stride'", "patch's side")]
    public void A_wrong_file_says_what_is_wrong_and_what_is_accepted(string yaml, string where, string what)
    {
        var failure = Assert.Throws<InvalidConfigurationException>(() => TrainingOptionsFile.Parse(yaml));
        Assert.Contains(where, failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_is_whole_or_there_is_none()
    {
        Assert.Null(TrainingOptionsFile.Parse("").Card.ToCard());
        var failure = Assert.Throws<InvalidConfigurationException>(() => TrainingOptionsFile.Parse("card: {intendedUse: Research., data: Scans., licence: Apache-2.0}"));
        Assert.Contains("'card.notFor' is a text of 0 characters", failure.Message, StringComparison.Ordinal);
        Assert.Equal("Patients.", TrainingOptionsFile.Parse("card: {intendedUse: Research., notFor: Patients., data: Scans., licence: Apache-2.0}").Card.ToCard()!.NotFor);
    }

    [Fact]
    public void An_assignment_takes_the_place_of_the_files_value()
    {
        var options = TrainingOptionsFile.Parse("seed: 7\noptimizer: {momentum: 0.8}", "method=bcp", "optimizer.learningRate=0.5", "crops.labelled=2", "crops.sizes=[[32, 32, 16]]");
        Assert.Equal((7, MethodKind.Bcp), (options.Seed, options.Method));
        Assert.Equal((0.5, 0.8), (options.Optimizer.LearningRate, options.Optimizer.Momentum));
        Assert.Equal([32, 32, 16], Assert.Single(options.Crops.Sizes));
    }

    [Theory]
    [InlineData("iterations", "--set iterations", "key=value")]
    [InlineData("optimizer.lr=1", "--set optimizer.lr=1: unknown key 'lr'", "learningRate")]
    [InlineData("seed.x=1", "'seed' has no keys", "--set")]
    [InlineData("iterations=many", "--set iterations=many: 'iterations' is many", "a whole number")]
    [InlineData("method=unet", "--set method=unet: 'method' is unet", "vnet, vnet-sdm, sassnet, ua-mt, sassnet-mt, bcp")]
    [InlineData("augmentation.flip=1", "'augmentation.flip' is 1", "true or false")]
    [InlineData("optimizer.learningRate=fast", "'optimizer.learningRate' is fast", "a number")]
    [InlineData("crops.sizes=112", "'crops.sizes' is 112", "[[112, 112, 80]]")]
    [InlineData("optimizer=fast", "'optimizer' is fast", "the keys learningRate")]
    [InlineData("iterations=", "'iterations' is empty", "a whole number")]
    [InlineData("optimizer.momentum=1", "--set optimizer.momentum=1: 'optimizer.momentum' is 1", "not including, 1")]
    public void A_wrong_assignment_says_what_is_wrong_and_what_is_accepted(string assignment, string where, string what)
    {
        var failure = Assert.Throws<InvalidConfigurationException>(() => TrainingOptionsFile.Parse("seed: 1", assignment));
        Assert.Contains(where, failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vnet", MethodKind.VNet)]
    [InlineData("vnet-sdm", MethodKind.VNetSdm)]
    [InlineData("sassnet", MethodKind.Sassnet)]
    [InlineData("ua-mt", MethodKind.UaMt)]
    [InlineData("sassnet-mt", MethodKind.SassnetMt)]
    [InlineData("bcp", MethodKind.Bcp)]
    [InlineData("w2s", MethodKind.W2s)]
    public void A_method_is_chosen_by_its_name(string name, MethodKind method)
    {
        Assert.Equal(method, TrainingOptionsFile.Parse($"method: {name}\ncrops: {{labelled: 2}}").Method);
        Assert.Equal(name, method.Name());
    }

    [Theory]
    [InlineData("data.folder=a b #2", "a b #2")]
    [InlineData("data.folder='a b'", "a b")]
    [InlineData("data.folder=null", "null")]
    [InlineData("data.folder=x: y", "x: y")]
    public void A_text_that_is_assigned_stands_for_itself(string assignment, string expected) =>
        Assert.Equal(expected, TrainingOptionsFile.Parse("", assignment).Data.Folder);

    [Fact]
    public void A_section_without_a_value_has_its_defaults() => Assert.Equal(0.9, TrainingOptionsFile.Parse("optimizer:\n#  momentum: 0.5\nseed: 3").Optimizer.Momentum);

    [Fact]
    public void Paths_of_a_file_are_relative_to_it_and_those_of_assignments_to_the_current_folder()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-paths-").FullName;
        try
        {
            var file = Path.Combine(folder, "config.yaml");
            File.WriteAllText(file, "data: {folder: ../scans}\nnetwork: {startFrom: package}");
            var options = TrainingOptionsFile.Read(file);
            Assert.Equal((Path.GetFullPath("../scans", folder), Path.Combine(folder, "package")), (options.Data.Folder, options.Network.StartFrom));
            Assert.Equal(Path.GetFullPath("other"), TrainingOptionsFile.Read(file, "data.folder=other").Data.Folder);
            Assert.Equal("/elsewhere", TrainingOptionsFile.Read(file, "data.folder=/elsewhere").Data.Folder);
            Assert.Equal("", TrainingOptionsFile.Read(file, "network.startFrom=").Network.StartFrom);

            // What a run stores means the same from its own folder.
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "run")).FullName, "config.yaml"), TrainingOptionsFile.Write(options));
            Assert.Equal(options.Data.Folder, TrainingOptionsFile.Read(Path.Combine(folder, "run", "config.yaml")).Data.Folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Every_shipped_configuration_is_valid_and_finds_its_scans_beside_or_below_the_repository()
    {
        var files = Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "Sassnet.Training", "configs"), "*.yaml");
        Assert.NotEmpty(files);
        string[] places = [Path.GetFullPath("../shared/la", RepositoryFiles.Root), Path.Combine(RepositoryFiles.Root, "runs", "phantom-data")];
        Assert.All(files.Select(file => TrainingOptionsFile.Read(file)), options =>
        {
            Assert.Contains(options.Data.Folder, places);
            Assert.True(options.Network.StartFrom.Length == 0 || Directory.Exists(options.Network.StartFrom), options.Network.StartFrom);
        });
    }

    [Theory]
    [InlineData(0, 40, 0.006737946999085467)]
    [InlineData(1, 40, 0.008624700856245927)]
    [InlineData(20, 40, 0.2865047968601901)]
    [InlineData(39, 40, 0.9968798777302083)]
    [InlineData(60, 40, 1.0)]
    public void The_warm_up_has_the_references_values(double current, double length, double expected) =>
        Assert.Equal(expected, LossOptions.SigmoidRampup(current, length), 1e-12);
}
