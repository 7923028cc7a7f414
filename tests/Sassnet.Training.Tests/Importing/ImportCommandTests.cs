using System.CommandLine;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Sassnet.Model.Packages;
using Sassnet.Tests;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Sassnet.Training.Importing;
using Sassnet.Training.Tests.Commands;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Importing;

public sealed class ImportCommandTests : IDisposable
{
    private static readonly string[] Said =
    [
        "name=la-sassnet", "version=1.2.0", "label.name=left atrium", "label.snomedCode=82471001", "preprocessing.spacingMm=[0.625, 0.625, 1.25]",
        "preprocessing.orientation=LPS", "preprocessing.normalisation=zscore", "data.description=80 scans",
    ];

    // In the order of the channels, not of the values.
    private const string TwoLabels = "labels=[{value: 2, name: left ventricle, colour: '#3cb44b'}, {value: 1, name: left atrium, snomedCode: '82471001'}]";

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-import-").FullName;

    private static IEnumerable<string> WithoutLabel => Said.Where(value => !value.StartsWith("label.", StringComparison.Ordinal));

    private string Output => Path.Combine(_folder, "package");

    [Theory]
    [InlineData(Checkpoints.Parallel)]
    [InlineData(Checkpoints.Older)]
    public async Task A_checkpoint_becomes_a_package_with_its_weights_and_what_the_caller_says_of_them(string name)
    {
        Assert.Equal(0, await Import(Path.Combine(Checkpoints.Folder, name), [.. Sets(Said), "--method", "sassnet", "--labelled", "16", "--unlabelled", "64", "--iterations", "6000"]));
        var package = ModelPackage.Open(Output);
        Assert.Equal("la-sassnet@1.2.0", package.Identifier);
        Assert.Equal([0.625, 0.625, 1.25], package.Manifest.Preprocessing.SpacingMm);
        Assert.Equal(("sassnet", 16, 64, 6000, "80 scans"), (package.Manifest.Training.Method, package.Manifest.Training.Labelled, package.Manifest.Training.Unlabelled, package.Manifest.Training.Iterations, package.Manifest.Training.Data));
        using var network = package.LoadNetwork();
        Checkpoints.RequireRule(network);
    }

    [Fact]
    public async Task The_day_of_a_checkpoint_that_is_a_link_is_that_of_the_file_it_leads_to()
    {
        var file = Path.Combine(_folder, "checkpoint.pth");
        File.Copy(Path.Combine(Checkpoints.Folder, Checkpoints.Older), file);
        File.SetLastWriteTimeUtc(file, new DateTime(2023, 1, 31, 12, 0, 0, DateTimeKind.Utc));
        Assert.Equal(0, await Import(File.CreateSymbolicLink(Path.Combine(_folder, "link.pth"), file).FullName, Sets(Said)));
        Assert.Equal(new DateOnly(2023, 1, 31), ModelPackage.Open(Output).Manifest.Training.Date);
    }

    [Fact]
    public async Task What_is_said_to_measure_it_is_a_command_that_evaluate_takes()
    {
        var (exitCode, output, errors) = await TrainingProcess.Run(
            TestContext.Current.CancellationToken, ["import", "--pth", Path.Combine(Checkpoints.Folder, Checkpoints.Older), "--output", Output + " of mine", .. Sets(Said)]);
        Assert.True(exitCode == 0, errors);
        var command = output.Split("measure it: evaluate ")[1].Trim();
        Assert.Contains($"--model '{Output} of mine'", command, StringComparison.Ordinal);
        Assert.Empty(EvaluateCommand.Create().Parse(command.Replace('\'', '"')).Errors);
    }

    [Fact]
    public async Task A_checkpoint_of_two_structures_becomes_a_package_with_a_label_for_each_channel()
    {
        Assert.Equal(0, await Import(Path.Combine(Checkpoints.Folder, Checkpoints.TwoStructures), Sets([.. WithoutLabel, TwoLabels])));
        var package = ModelPackage.Open(Output);
        Assert.Equal(2, package.Manifest.Architecture.Classes);
        Assert.Equal([(2, "left ventricle", null), (1, "left atrium", "82471001")], package.Manifest.Labels.Select(label => ((int)label.Value, label.Name, label.SnomedCode)));
        using var network = package.LoadNetwork();
        Checkpoints.RequireRule(network);
    }

    [Fact]
    public async Task Another_number_of_labels_than_of_channels_is_refused()
    {
        var few = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Import(Path.Combine(Checkpoints.Folder, Checkpoints.TwoStructures), Sets(Said)));
        Assert.Equal("'label' is one structure, and the heads of the state dict have 2 channels; accepted: a label for each channel, in their order, in 'labels', which takes the place of 'label'.", few.Message);
        var many = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Import(Path.Combine(Checkpoints.Folder, Checkpoints.Older), Sets([.. WithoutLabel, TwoLabels])));
        Assert.Equal("'labels' has 2 structures, and the heads of the state dict have one channel; accepted: a label for each channel, in their order.", many.Message);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public async Task Whatever_PyTorch_saves_of_the_network_gives_the_maps_that_PyTorch_computes()
    {
        await PythonTorch.Run(Path.Combine(Checkpoints.Folder, "checkpoints.py"), Checkpoints.WeightsPage, _folder, "2");
        float[] expected = [.. MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(_folder, "maps.bin")))];
        foreach (var name in Directory.EnumerateFiles(_folder, "*.pth").Select(path => Path.GetFileNameWithoutExtension(path)).Except(["two", "network", "network-older"]))
        {
            Assert.Equal(0, await Import(Path.Combine(_folder, name + ".pth"), Sets(Said)));
            using var network = ModelPackage.Open(Output).LoadNetwork();
            Checkpoints.RequireRule(network);
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            var scan = arange(32 * 16 * 16).remainder(97).to(ScalarType.Float32).reshape(1, 1, 32, 16, 16) / 48 - 1;
            var (sdm, logits) = network.forward(scan);
            var maps = cat([sdm.reshape(-1), logits.sigmoid().reshape(-1)]).data<float>().ToArray();
            for (var i = 0; i < maps.Length; i++)
                Assert.Equal(expected[i], maps[i], 1e-4f);
        }

        var several = await Refused(Path.Combine(_folder, "two.pth"));
        Assert.Contains("student, teacher", several, StringComparison.Ordinal);
        Assert.Equal(0, await Import(Path.Combine(_folder, "two.pth"), [.. Sets(Said), "--key", "teacher"]));
        foreach (var other in (string[])["network.pth", "network-older.pth"])
            Assert.Contains("torch.save(network.state_dict(), path)", await Refused(Path.Combine(_folder, other)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_state_dict_says_must_be_given()
    {
        var error = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Import(Path.Combine(Checkpoints.Folder, Checkpoints.Older), Sets(Said[..5])));
        Assert.Contains("Not given: preprocessing.orientation, preprocessing.normalisation, data.description;", error.Message, StringComparison.Ordinal);
        var config = Path.Combine(_folder, "said.yaml");
        File.WriteAllText(config, "preprocessing: { orientation: RAS, normalisation: zscore }\ndata: { description: some }\n");
        Assert.Equal(0, await Import(Path.Combine(Checkpoints.Folder, Checkpoints.Older), [.. Sets(Said[..5]), "--config", config]));
        Assert.Equal("RAS", ModelPackage.Open(Output).Manifest.Preprocessing.Orientation);
    }

    [Theory]
    [InlineData(Checkpoints.Parallel)]
    [InlineData(Checkpoints.Older)]
    public async Task A_file_cut_short_anywhere_is_refused_and_leaves_no_package(string name)
    {
        var whole = File.ReadAllBytes(Path.Combine(Checkpoints.Folder, name));
        var cut = Path.Combine(_folder, "cut.pth");
        for (var part = 0; part < 40; part++)
        {
            File.WriteAllBytes(cut, whole[..(whole.Length * part / 40)]);
            await Refused(cut);
        }

        Assert.False(Directory.Exists(Output));
    }

    [Theory]
    [InlineData(Checkpoints.Parallel)]
    [InlineData(Checkpoints.Older)]
    public void A_file_with_a_damaged_byte_is_read_or_refused(string name)
    {
        var damaged = File.ReadAllBytes(Path.Combine(Checkpoints.Folder, name));
        var path = Path.Combine(_folder, "damaged.pth");
        var random = new Random(15);
        for (var round = 0; round < 300; round++)
        {
            var (place, bit) = (random.Next(20_000), 1 << random.Next(8));
            damaged[place] ^= (byte)bit;
            File.WriteAllBytes(path, damaged);
            damaged[place] ^= (byte)bit;
            if (Record.Exception(() => ImportedNetwork.Of(StateDict.Find(PyTorchFile.Read(path), key: null)).Dispose()) is { } refusal)
                Assert.IsType<InvalidPackageException>(refusal);
        }
    }

    [Theory]
    [InlineData("ctorch._utils\n_rebuild_sparse_tensor\n(ctorch.serialization\n_get_layout\n(S'torch.sparse_coo'\ntR(NNNI01\nttR", "'out_conv.weight' is sparse;")]
    [InlineData("ctorch._utils\n_rebuild_qtensor\n((S'storage'\nctorch\nQInt8Storage\nS'0'\nS'cpu'\nI4\ntQI0\n(I4\nt(I1\nt(ctorch\nper_tensor_affine\nF0.1\nI0\ntI00\nNtR", "'out_conv.weight' is quantised;")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n((S'storage'\nctorch\nComplexFloatStorage\nS'0'\nS'cpu'\nI4\ntQI0\n(I4\nt(I1\ntI00\nNtR", "'out_conv.weight' is of ComplexFloat;")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v3\n((S'storage'\nctorch\nUntypedStorage\nS'0'\nS'cpu'\nI4\ntQI0\n(I4\nt(I1\ntI00\nNctorch\nfloat8_e5m2\ntR", "'out_conv.weight' is made by _rebuild_tensor_v3;")]
    public async Task A_tensor_that_is_not_read_is_named_and_not_called_missing(string made, string expected)
    {
        var path = Path.Combine(_folder, "unread.pth");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using (var pickle = new StreamWriter(archive.CreateEntry("archive/data.pkl").Open()))
                pickle.Write($"(S'out_conv.weight'\n{made}d.");
            using var numbers = archive.CreateEntry("archive/data/0").Open();
            numbers.Write(new byte[32]);
        }

        var said = await Refused(path);
        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.Contains("accepted: dense tensors of Double, Float,", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public async Task Code_in_a_pickle_is_not_run()
    {
        var (path, mark) = (Path.Combine(_folder, "code.pth"), Path.Combine(_folder, "mark"));
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var pickle = new StreamWriter(archive.CreateEntry("archive/data.pkl").Open()))
            pickle.Write($"cos\nsystem\n(S'touch {mark}'\ntR.");
        await Refused(path);
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public async Task A_file_that_is_none_of_PyTorchs_is_refused()
    {
        Assert.Contains("begins neither", await Refused(Path.Combine(RepositoryFiles.Root, "README.md")), StringComparison.Ordinal);
        Assert.Contains("no data.pkl", await Refused(Path.Combine(RepositoryFiles.Root, "tests", "cases", "frames_0.zip")), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string[] Sets(IEnumerable<string> said) => [.. said.SelectMany(value => new[] { "--set", value })];

    private Task<int> Import(string path, string[] options) => ImportCommand.Create().Parse(["--pth", path, "--output", Output, .. options]).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);

    private async Task<string> Refused(string path) => (await Assert.ThrowsAsync<InvalidPackageException>(() => Import(path, Sets(Said)))).Message;
}
