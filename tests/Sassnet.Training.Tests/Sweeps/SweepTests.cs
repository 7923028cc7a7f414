using Sassnet.Training.Configuration;
using Sassnet.Training.Sweeps;
using Xunit;

namespace Sassnet.Training.Tests.Sweeps;

public sealed class SweepTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-sweep-").FullName;

    public SweepTests()
    {
        WriteConfig("name: mine\nseed: 5\nmethod: vnet\niterations: 70\ndata: {folder: ../data, validation: validation.list}\n");
        WriteList("labelled", "a b c");
        WriteList("unlabelled", "d");
        WriteList("validation", "e f");
        for (var fold = 0; fold < 2; fold++)
        {
            WriteList($"folds/{fold}/labelled", fold == 0 ? "a b" : "c e");
            WriteList($"folds/{fold}/validation", fold == 0 ? "c e" : "a b");
        }
    }

    private static SweepAxes None => new([], [], 0, []);

    private string Output => Path.Combine(_folder, "sweep");

    private string Config => Path.Combine(_folder, "configs", "config.yaml");

    [Fact]
    public void Every_combination_is_a_run_and_methods_vary_fastest()
    {
        var sweep = Write(new([MethodKind.Sassnet, MethodKind.VNetSdm], [1, 2], 2, [1]));
        Assert.Equal(
            """
            index,name,method,seed,fold,labels,config
            0,sassnet-labels1-seed1-fold0,sassnet,1,0,1,configs/sassnet-labels1-seed1-fold0.yaml
            1,vnet-sdm-labels1-seed1-fold0,vnet-sdm,1,0,1,configs/vnet-sdm-labels1-seed1-fold0.yaml
            2,sassnet-labels1-seed1-fold1,sassnet,1,1,1,configs/sassnet-labels1-seed1-fold1.yaml
            3,vnet-sdm-labels1-seed1-fold1,vnet-sdm,1,1,1,configs/vnet-sdm-labels1-seed1-fold1.yaml
            4,sassnet-labels1-seed2-fold0,sassnet,2,0,1,configs/sassnet-labels1-seed2-fold0.yaml
            5,vnet-sdm-labels1-seed2-fold0,vnet-sdm,2,0,1,configs/vnet-sdm-labels1-seed2-fold0.yaml
            6,sassnet-labels1-seed2-fold1,sassnet,2,1,1,configs/sassnet-labels1-seed2-fold1.yaml
            7,vnet-sdm-labels1-seed2-fold1,vnet-sdm,2,1,1,configs/vnet-sdm-labels1-seed2-fold1.yaml

            """,
            File.ReadAllText(Path.Combine(Output, "index.csv")),
            ignoreLineEndingDifferences: true);
        Assert.Equal(sweep.Runs, Sweep.Open(Output).Runs);

        // What is not an axis is the file's, and the data lies where it lies, seen from the file of the sweep.
        var options = TrainingOptionsFile.Read(sweep.ConfigOf(sweep.Runs[6]));
        Assert.Equal((MethodKind.Sassnet, 2, 1, 70, "mine"), (options.Method, options.Seed, options.Data.LabelledCases, options.Iterations, options.Name));
        Assert.Equal(
            (Path.Combine(_folder, "data"), "folds/1/labelled.list", "", "folds/1/validation.list"),
            (options.Data.Folder, options.Data.Labelled, options.Data.Unlabelled, options.Data.Validation));
    }

    [Fact]
    public void An_axis_that_is_left_out_has_the_value_of_the_configuration()
    {
        var sweep = Write(None with { Seeds = [8, 9] }, "iterations=3");
        Assert.Equal(["vnet-seed8", "vnet-seed9"], sweep.Runs.Select(run => run.Name));
        var options = TrainingOptionsFile.Read(sweep.ConfigOf(sweep.Runs[0]));
        Assert.Equal((3, 0, "validation.list"), (options.Iterations, options.Data.LabelledCases, options.Data.Validation));
        Assert.Equal(new SweepRun(0, "vnet", "vnet", 5, null, 0, "configs/vnet.yaml"), Assert.Single(Sweep.Write(Output + "-2", Config, [], None).Runs));
    }

    [Fact]
    public void A_setting_is_had_by_the_runs_of_its_method_or_number_of_labels_alone()
    {
        string[] settings = ["method=bcp:crops.labelled=4", "method=bcp:crops.unlabelled=4", "labels=2:loss.adversarialWeight=0.015", "labels=2:iterations=80", "method=vnet:iterations=90"];
        var sweep = Write(new([MethodKind.VNet, MethodKind.Bcp], [], 0, [2, 0]) { Settings = [.. settings.Select(SweepSetting.Parse)] }, "crops.labelled=3", "iterations=60");
        Assert.Equal(["vnet-labels2", "bcp-labels2", "vnet-labels0", "bcp-labels0"], sweep.Runs.Select(run => run.Name));
        var options = sweep.Runs.Select(run => TrainingOptionsFile.Read(sweep.ConfigOf(run))).ToList();
        Assert.Equal([3, 4, 3, 4], options.Select(run => run.Crops.Labelled));
        Assert.Equal([2, 4, 2, 4], options.Select(run => run.Crops.Unlabelled));
        Assert.Equal([90, 80, 90, 60], options.Select(run => run.Iterations));
        var shared = new TrainingOptions().Loss.AdversarialWeight;
        Assert.Equal([0.015, 0.015, shared, shared], options.Select(run => run.Loss.AdversarialWeight));
    }

    [Theory]
    [InlineData("crops.labelled=4", "--set-where is 'crops.labelled=4'; accepted: method=METHOD:key.key=value or labels=N:key.key=value")]
    [InlineData("seed=1:crops.labelled=4", "--set-where is 'seed=1:crops.labelled=4'")]
    [InlineData("method=:crops.labelled=4", "--set-where is 'method=:crops.labelled=4'")]
    [InlineData("method=vnet:crops.labelled", "--set-where is 'method=vnet:crops.labelled'")]
    [InlineData("method=bcp:crops.labelled=4", "--set-where method=bcp:crops.labelled=4 is for no run of the sweep; accepted: method=vnet, method=sassnet.")]
    [InlineData("labels=8:crops.labelled=4", "--set-where labels=8:crops.labelled=4 is for no run of the sweep; accepted: labels=0.")]
    [InlineData("method=vnet:seed=4", "--set-where method=vnet:seed=4 assigns what --seeds is for; accepted: any other key.")]
    [InlineData("method=vnet:crops.sizes=[[30, 16, 16]]", "The run vnet: --set crops.sizes=[[30, 16, 16]]: 'crops.sizes'")]
    [InlineData("method=sassnet:crops.labeled=4", "The run sassnet: ")]
    public void A_setting_that_no_run_can_have_is_refused_before_anything_is_written(string setting, string expected)
    {
        var error = Assert.Throws<InvalidConfigurationException>(
            () => Write(None with { Methods = [MethodKind.VNet, MethodKind.Sassnet], Settings = [SweepSetting.Parse(setting)] }));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Theory]
    [InlineData("seed=7", "'seed' is 7; accepted for vnet-labels1-seed1-fold1: 1, as index.csv has it")]
    [InlineData("method=vnet-sdm", "'method' is vnet-sdm; accepted for vnet-labels1-seed1-fold1: vnet,")]
    [InlineData("data.labelledCases=2", "'data.labelledCases' is 2; accepted for vnet-labels1-seed1-fold1: 1,")]
    [InlineData("data.labelled=folds/0/labelled.list", "'data.labelled' is folds/0/labelled.list; accepted for vnet-labels1-seed1-fold1: folds/1/labelled.list,")]
    [InlineData("data.validation=folds/0/validation.list", "'data.validation' is folds/0/validation.list; accepted for vnet-labels1-seed1-fold1: folds/1/validation.list,")]
    public void A_run_is_trained_with_what_it_is_named_and_compared_by_and_all_else_may_be_set(string assignment, string expected)
    {
        var sweep = Write(new([MethodKind.VNet], [1], 2, [1]));
        var run = sweep.Runs[1];
        Sweep.Require(run, TrainingOptionsFile.Read(sweep.ConfigOf(run), "iterations=3", "device=cpu"));
        var error = Assert.Throws<InvalidConfigurationException>(() => Sweep.Require(run, TrainingOptionsFile.Read(sweep.ConfigOf(run), assignment)));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_folds_a_run_may_have_other_lists()
    {
        var sweep = Write(None);
        var options = TrainingOptionsFile.Read(sweep.ConfigOf(sweep.Runs[0]), "data.validation=", "data.labelled=validation.list");
        Assert.Null(Record.Exception(() => Sweep.Require(sweep.Runs[0], options)));
    }

    [Fact]
    public void The_same_command_leaves_the_same_files_and_mends_what_an_interruption_left_out()
    {
        Write(None with { Seeds = [1, 2] });
        var before = Files();
        Write(None with { Seeds = [1, 2] });
        Assert.Equal(before, Files());
        File.Delete(Path.Combine(Output, "index.csv"));
        File.Delete(Path.Combine(Output, "configs", "vnet-seed2.yaml"));
        Write(None with { Seeds = [1, 2] });
        Assert.Equal(before.Select(file => (file.Name, file.Text)), Files().Select(file => (file.Name, file.Text)));
    }

    [Fact]
    public void Another_sweep_in_the_folder_is_refused_and_stays()
    {
        Write(None with { Seeds = [1, 2] });
        var before = Files();
        var runs = Assert.Throws<InvalidConfigurationException>(() => Write(None with { Seeds = [1, 2, 3] }));
        Assert.Contains("holds another sweep", runs.Message, StringComparison.Ordinal);
        var values = Assert.Throws<InvalidConfigurationException>(() => Write(None with { Seeds = [1, 2] }, "iterations=71"));
        Assert.Contains("'iterations' is 70 there, and 71 in this one", values.Message, StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    [Theory]
    [InlineData("seed=3", "--set seed=3 and --seeds 1 2 contradict each other")]
    [InlineData("data.validation=", "The run vnet-seed1: 'data.validation' is empty")]
    [InlineData("data.validation=labelled.list", "The run vnet-seed1: The case a is in both labelled.list and labelled.list")]
    [InlineData("data.labelledCases=4", "The run vnet-seed1: 'data.labelledCases' is 4")]
    [InlineData("method=bcp", "There is no list file", "data.unlabelled=none.list")]
    public void A_run_that_could_not_start_is_refused_before_anything_is_written(string assignment, string expected, string? another = null)
    {
        string[] assignments = another is null ? [assignment] : [assignment, another];
        var error = Assert.Throws<InvalidConfigurationException>(() => Write(None with { Seeds = [1, 2] }, assignments));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void A_rule_that_the_axes_break_names_the_run()
    {
        var error = Assert.Throws<InvalidConfigurationException>(() => Write(None with { Methods = [MethodKind.VNet, MethodKind.Bcp] }, "crops.labelled=3"));
        Assert.Contains("The run bcp: 'crops.labelled' is 3; accepted: an even number", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_given_twice_is_refused() => Assert.Contains(
        "--seeds has 1 more than once", Assert.Throws<InvalidConfigurationException>(() => Write(None with { Seeds = [1, 2, 1] })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_method_that_is_none_is_refused_with_those_there_are() => Assert.Contains(
        "--methods has 'unet'; accepted: vnet, vnet-sdm, sassnet,", Assert.Throws<InvalidConfigurationException>(() => SweepAxes.Method("unet")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_index_outside_is_refused_with_where_it_comes_from()
    {
        var sweep = Write(None with { Seeds = [1, 2] });
        Assert.Equal("vnet-seed2", sweep.Find(1, "--index").Name);
        foreach (var index in (int[])[-1, 2])
        {
            var error = Assert.Throws<InvalidConfigurationException>(() => sweep.Find(index, "SLURM_ARRAY_TASK_ID"));
            Assert.Contains($"SLURM_ARRAY_TASK_ID is {index}; accepted: 0 to 1", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("index,name\n0,a\n", "line 2")]
    [InlineData("index,name,method,seed,fold,labels,config\n1,a,vnet,1,,0,configs/a.yaml\n", "the index 1 at line 2; accepted: 0")]
    [InlineData("index,name,method,seed,fold,labels,config\n", "no run")]
    [InlineData("", "line")]
    public void A_damaged_index_is_named_with_its_line(string text, string expected)
    {
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "index.csv"), text);
        var error = Assert.Throws<InvalidConfigurationException>(() => Sweep.Open(Output));
        Assert.Contains("index.csv", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_sweep_is_told_so() => Assert.Contains(
        "holds no sweep", Assert.Throws<InvalidConfigurationException>(() => Sweep.Open(_folder)).Message, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Sweep Write(SweepAxes axes, params string[] assignments) => Sweep.Write(Output, Config, assignments, axes);

    private void WriteConfig(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Config)!);
        File.WriteAllText(Config, text);
    }

    private void WriteList(string name, string cases)
    {
        var path = Path.Combine(_folder, "data", name + ".list");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, cases.Split(' '));
    }

    private List<(string Name, string Text, DateTime Written)> Files() => [.. Directory.EnumerateFiles(Output, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(file => (file, File.ReadAllText(file), File.GetLastWriteTimeUtc(file)))];
}
