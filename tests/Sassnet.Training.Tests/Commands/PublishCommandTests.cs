using System.Security.Cryptography;
using Sassnet.Model.Packages;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

[Collection(OtherPrograms.Commands)]
public sealed class PublishCommandTests(TrainedRun trained) : IClassFixture<TrainedRun>, IDisposable
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Run => trained.Run;

    private string Models => Path.Combine(trained.Folder, "models");

    private string Published => Path.Combine(Models, "mine@0.3.0");

    [Fact]
    public async Task A_trained_run_is_published_with_what_was_measured_above_the_floor_and_not_below_it()
    {
        await trained.Restore();
        var dice = PackageEvaluation.Read(Path.Combine(Run, "evaluation"))!.Dice.Mean;

        // An untrained network finds next to nothing.
        Assert.InRange(dice, 0, 0.9);
        var (exitCode, _, errors) = await Publish("--run", Run, "--min-dice", "0.95");
        Assert.Equal(1, exitCode);
        Assert.Matches("mine@0.3.0 has a mean Dice of 0\\.[0-9]{4} over 2 cases of validation.list, .* --min-dice is 0.95. Nothing was published.", errors);
        Assert.False(Directory.Exists(Models));

        (exitCode, var output, errors) = await Publish("--run", Run, "--min-dice", "0");
        Assert.True(exitCode == 0, errors);
        Assert.Contains($"published mine@0.3.0 to {Published}", output, StringComparison.Ordinal);
        var evaluation = PackageEvaluation.Read(Published)!;
        evaluation.RequireOf(ModelPackage.Open(Published));
        Assert.Equal((dice, 2, "validation.list"), (evaluation.Dice.Mean, evaluation.Cases, evaluation.Set));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Run, "config.yaml"), Cancelled))), evaluation.Configuration);

        var manifest = ModelPackage.Open(Published).Manifest;
        Assert.Equal(new ModelCard("Tests.", "Patients.", "Phantoms.", "Apache-2.0"), manifest.Card);
        Assert.NotNull(manifest.Range);

        (exitCode, output, _) = await Publish("--run", Run);
        Assert.Equal(0, exitCode);
        Assert.Contains("published already, the same to the byte", output, StringComparison.Ordinal);

        // An earlier checkpoint is another state of the same version, and was not measured.
        (exitCode, _, errors) = await Publish("--checkpoint", Path.Combine(Run, "checkpoints", "0000002.safetensors"));
        Assert.Equal(1, exitCode);
        Assert.Contains("A published version never changes", errors, StringComparison.Ordinal);
        (exitCode, _, errors) = await Publish("--checkpoint", Path.Combine(Run, "checkpoints", "0000002.safetensors"), "--min-dice", "0");
        Assert.Equal(1, exitCode);
        Assert.Contains("was not measured, and --min-dice is given", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_run_was_before_it_was_gone_on_with_is_not_published_in_its_name()
    {
        await trained.Prepare();
        await Trained("train", "--config", trained.Config, "--output", Run, "--evaluate", "--set", "iterations=2");
        await Trained("train", "--config", trained.Config, "--output", Run, "--resume", "--set", "iterations=4");

        // The best one of all is published too, and with so little training that may be the first.
        File.Delete(Path.Combine(Run, "checkpoints", "best.safetensors"));
        var (exitCode, _, errors) = await Publish("--run", Run);
        Assert.Equal(1, exitCode);
        Assert.Contains("was made after 2 iterations, and the run has done 4; nothing was published.", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Models));

        await Trained("train", "--config", trained.Config, "--output", Run, "--resume", "--evaluate");
        (exitCode, _, errors) = await Publish("--run", Run);
        Assert.True(exitCode == 0, errors);
        Assert.Equal(4, ModelPackage.Open(Published).Manifest.Training!.Iterations);
    }

    [Fact]
    public async Task The_checkpoint_that_was_measured_is_published_with_what_was_measured_of_it()
    {
        await trained.Restore();
        var (exitCode, _, errors) = await Publish("--checkpoint", Path.Combine(Run, "checkpoints", "0000004.safetensors"), "--min-dice", "0");
        Assert.True(exitCode == 0, errors);
        var manifest = ModelPackage.Open(Published).Manifest;
        Assert.Equal(3, manifest.Inference.ValidationDice.Count);
        Assert.Equal(ModelPackage.Open(Path.Combine(Run, "model")).Manifest.Metrics, manifest.Metrics);
        (exitCode, var output, errors) = await Publish("--run", Run);
        Assert.True(exitCode == 0, errors);
        Assert.Contains("published already, the same to the byte", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_floor_is_for_each_of_several_labels_and_not_for_their_mean()
    {
        await trained.Restore();
        var measured = PackageEvaluation.Read(Path.Combine(Run, "evaluation"))!;
        LabelEvaluation Label(byte value, double dice) => new() { Value = value, Empty = 0, Dice = new ScoreStatistics(dice, null, null, dice), Jaccard = new ScoreStatistics(0, null, null, 0) };
        (measured with { Dice = new ScoreStatistics(0.8, null, null, 0.8), Labels = [Label(1, 0.95), Label(5, 0.65)] }).Write(Path.Combine(Run, "evaluation"));
        var (exitCode, _, errors) = await Publish("--run", Run, "--min-dice", "0.7");
        Assert.Equal(1, exitCode);
        Assert.Contains("mine@0.3.0 has a mean Dice of 0.6500 of its label 5 over 2 cases of validation.list, worst 0.6500, 0 empty; --min-dice is 0.7, which each label has to reach. Nothing was published.", errors, StringComparison.Ordinal);
        await Succeed("--run", Run, "--min-dice", "0.6");
    }

    [Fact]
    public async Task What_a_run_made_is_published_under_another_version_or_name_where_its_own_is_taken()
    {
        await trained.Restore();
        await Succeed("--run", Run);
        await Succeed("--run", Run, "--version", "0.4.0");
        await Succeed("--run", Run, "--name", "other");
        foreach (var identifier in (string[])["mine@0.3.0", "mine@0.4.0", "other@0.3.0"])
        {
            var folder = Path.Combine(Models, identifier);
            var package = ModelPackage.Open(folder);
            Assert.Equal((identifier, ModelPackage.Open(Path.Combine(Run, "model")).Manifest.Sha256), (package.Identifier, package.Manifest.Sha256));
            Assert.Equal(3, package.Manifest.Inference.ValidationDice.Count);
            PackageEvaluation.Read(folder)!.RequireOf(package);
        }

        // The run's own stays what it was, and the same once more is the same.
        Assert.Equal("mine@0.3.0", ModelPackage.Open(Path.Combine(Run, "model")).Identifier);
        Assert.Contains("published already, the same to the byte", await Succeed("--run", Run, "--version", "0.4.0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_lacks_what_was_measured_of_its_weights_is_served_in_the_mode_of_its_evaluation()
    {
        await trained.Restore();
        var measured = PackageEvaluation.Read(Path.Combine(Run, "evaluation"))!;

        // What the evaluation is of must not be what a package without figures is led by in any case.
        var whole = measured with { Inference = "whole" };
        whole.Write(Path.Combine(Run, "evaluation"));
        string[] checkpoint = ["--checkpoint", Path.Combine(Run, "checkpoints", "0000004.safetensors")];
        await Trained(["export", .. checkpoint, "--output", Path.Combine(Run, "model")]);
        Assert.Empty(ModelPackage.Open(Path.Combine(Run, "model")).Manifest.Inference.ValidationDice);
        foreach (var (number, source) in ((string[][])[["--run", Run], checkpoint, ["--package", Path.Combine(Run, "model"), "--evaluation", Path.Combine(Run, "evaluation")]]).Index())
        {
            await Succeed([.. source, "--version", $"1.{number}.0"]);
            var dice = Assert.Single(ModelPackage.Open(Path.Combine(Models, $"mine@1.{number}.0")).Manifest.Inference.ValidationDice);
            Assert.Equal("whole", dice.Key);
            Assert.Equal(measured.Dice.Mean, dice.Value, 1e-4);
        }

        Assert.Empty(ModelPackage.Open(Path.Combine(Run, "model")).Manifest.Inference.ValidationDice);
        await Trained("train", "--config", trained.Config, "--output", Run, "--resume", "--evaluate");
        Assert.Equal(3, ModelPackage.Open(Path.Combine(Run, "model")).Manifest.Inference.ValidationDice.Count);
    }

    [Fact]
    public async Task A_mode_in_which_not_all_cases_were_led_does_not_count_as_measured_in_what_is_published()
    {
        await trained.Restore();
        var measured = PackageEvaluation.Read(Path.Combine(Run, "evaluation"))!;
        (measured with { Inference = "whole", LedOtherwise = 1 }).Write(Path.Combine(Run, "evaluation"));

        // What the package itself says of the mode was measured in it alone.
        Assert.DoesNotContain("WARNING", await Succeed("--run", Run, "--version", "1.0.0"), StringComparison.Ordinal);
        string[] checkpoint = ["--checkpoint", Path.Combine(Run, "checkpoints", "0000004.safetensors")];
        await Trained(["export", .. checkpoint, "--output", Path.Combine(Run, "model")]);
        foreach (var (number, source) in ((string[][])[["--run", Run], checkpoint, ["--package", Path.Combine(Run, "model"), "--evaluation", Path.Combine(Run, "evaluation")]]).Index())
        {
            Assert.Contains(
                "WARNING whole is not recorded as measured: 1 of 2 cases of validation.list was led in another mode,", await Succeed([.. source, "--version", $"1.{number + 1}.0"]), StringComparison.Ordinal);
            var published = Path.Combine(Models, $"mine@1.{number + 1}.0");
            Assert.Empty(ModelPackage.Open(published).Manifest.Inference.ValidationDice);
            Assert.Equal(1, PackageEvaluation.Read(published)!.LedOtherwise);
        }
    }

    [Fact]
    public async Task A_package_of_another_checkpoint_in_the_place_of_the_measured_one_is_made_and_measured_anew()
    {
        await trained.Restore();
        await Trained("train", "--config", trained.Config, "--output", Run, "--resume", "--evaluate");
        var measured = ModelPackage.Open(Path.Combine(Run, "model"));
        await Trained("export", "--checkpoint", Path.Combine(Run, "checkpoints", "0000002.safetensors"), "--output", Path.Combine(Run, "model"));
        Assert.Equal(2, ModelPackage.Open(Path.Combine(Run, "model")).Manifest.Training!.Iterations);
        await Trained("train", "--config", trained.Config, "--output", Run, "--resume", "--evaluate");
        var anew = ModelPackage.Open(Path.Combine(Run, "model"));
        Assert.Equal((measured.Manifest.Sha256, 3), (anew.Manifest.Sha256, anew.Manifest.Inference.ValidationDice.Count));
        var (exitCode, _, errors) = await Publish("--run", Run);
        Assert.True(exitCode == 0, errors);
    }

    [Fact]
    public async Task What_another_run_made_and_measured_in_a_folder_is_not_published_as_what_a_new_one_there_did()
    {
        await trained.Restore();
        File.Delete(Path.Combine(Run, "config.yaml"));
        Directory.Delete(Path.Combine(Run, "checkpoints"), recursive: true);
        string[] anew = ["train", "--config", trained.Config, "--output", Run, "--resume", "--set", "seed=7"];
        foreach (var left in (string[])["model", "evaluation"])
        {
            var (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, anew);
            Assert.Equal(2, exitCode);
            Assert.Contains($"'{Run}' has no config.yaml, but {left}/", errors, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(Run, "config.yaml")));
            Directory.Delete(Path.Combine(Run, left), recursive: true);
        }

        // Without what the old one wrote it is a folder like any other.
        foreach (var file in Directory.GetFiles(Run))
            File.Delete(file);
        await Trained(anew);
        Assert.Contains("has no package", (await Publish("--run", Run)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_package_is_published_elsewhere_with_the_evaluation_that_lies_beside_it_if_that_is_its_own()
    {
        await trained.Restore();
        await Succeed("--run", Run);
        var measured = PackageEvaluation.Read(Published)!;
        var production = Path.Combine(trained.Folder, "production");
        string[] staged = ["publish", "--package", Published, "--models", production, "--min-dice", "0"];
        var (exitCode, output, errors) = await TrainingProcess.Run(Cancelled, staged);
        Assert.True(exitCode == 0, errors);
        Assert.EndsWith($"published mine@0.3.0 to {production}/mine@0.3.0\n", output, StringComparison.Ordinal);
        Assert.Equal(measured.Text, PackageEvaluation.Read(Path.Combine(production, "mine@0.3.0"))!.Text);

        Directory.Delete(production, recursive: true);
        (measured with { Sha256 = new string('0', 64) }).Write(Published);
        (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, staged);
        Assert.Equal(1, exitCode);
        Assert.Contains($"evaluation.json in '{Published}' is of mine@0.3.0 with the weights {new string('0', 64)}, and the package there is mine@0.3.0 with {measured.Sha256}; nothing was published.", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(production));
        (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, [.. staged, "--evaluation", Path.Combine(Run, "evaluation")]);
        Assert.True(exitCode == 0, errors);
    }

    [Theory]
    [InlineData("Accepted: one of --run, --checkpoint and --package.")]
    [InlineData("Accepted: one of --run, --checkpoint and --package.", "--run", "a", "--package", "b")]
    [InlineData("--min-dice is 85; accepted: 0 to 1.", "--run", "a", "--min-dice", "85")]
    [InlineData("--version is 'v1'; accepted: a semantic version", "--run", "a", "--version", "v1")]
    [InlineData("--name is 'My model'; accepted: lower-case letters", "--run", "a", "--name", "My model")]
    [InlineData("'nowhere' holds no run", "--run", "nowhere")]
    [InlineData("The package lacks model.json", "--package", "nowhere")]
    public async Task What_cannot_be_published_is_one_line(string expected, params string[] options)
    {
        var (exitCode, _, errors) = await Publish(options);
        Assert.Equal(expected.StartsWith("The package", StringComparison.Ordinal) ? 1 : 2, exitCode);
        Assert.Contains(expected, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Models));
    }

    public void Dispose() => trained.Clear();

    private Task<(int ExitCode, string Output, string Errors)> Publish(params string[] options) =>
        TrainingProcess.Run(Cancelled, ["publish", "--models", Models, .. options]);

    private async Task<string> Succeed(params string[] options)
    {
        var (exitCode, output, errors) = await Publish(options);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private static async Task Trained(params string[] arguments)
    {
        var (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, arguments);
        Assert.True(exitCode == 0, errors);
    }
}
