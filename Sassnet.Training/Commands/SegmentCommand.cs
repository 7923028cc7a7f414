using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation.Raw;
using Sassnet.Training.Segmentation;

namespace Sassnet.Training.Commands;

/// <summary><c>segment</c>: leads a package over a folder of scans.</summary>
internal static class SegmentCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "The package's folder.", Required = true }.Taking("a folder");
        var input = new Option<string>("--input") { Description = "The scans: NIfTI files (.nii, .nii.gz), and a folder for each DICOM series.", Required = true }.Taking("a folder");
        var output = new Option<string>("--output") { Description = "Where report.csv and a folder for each case go. What is there already, of the same model, options and scan, is not done again.", Required = true }.Taking("a folder");
        var outputs = SeveralOption.Create<string>(
            "--outputs", $"What to write of each case: {string.Join("; ", CaseOutput.All.Select(one => $"{one} ({one.Description})"))}. The dicom- ones are made over a DICOM series only.").Taking(string.Join(", ", CaseOutput.All.Select(one => one.Name)));
        outputs.DefaultValueFactory = _ => [CaseOutput.Segmentation.Name];
        outputs.AcceptOnlyFromAmong([.. CaseOutput.All.Select(one => one.Name)]);
        var mode = new Option<string>("--inference") { Description = "How the network is led over a scan.", DefaultValueFactory = _ => InferenceMode.Auto.Word() }.Taking(string.Join(", ", InferenceModes.Words));
        mode.AcceptOnlyFromAmong([.. InferenceModes.Words]);
        var quality = new Option<string?>("--quality")
        {
            Description = "What --inference auto chooses by, among the modes that the package was measured in: balanced (the fastest within 0.002 of the best mean Dice, the default), fast (the fastest) or best (the best mean Dice).",
        }.Taking(string.Join(", ", InferenceQualities.Words));
        quality.AcceptOnlyFromAmong([.. InferenceQualities.Words]);
        var threshold = NumberOption.Create("--threshold", "The probability above which a voxel is taken, between 0 and 1.", 0.5f);
        var all = new Option<bool>("--all-components") { Description = "Keep all connected components; else of each label the largest one, or as many as the package says." };
        var device = DeviceOption.Create();
        var command = new Command("segment", "Segment a folder of scans. Exit code 3 says that some of them failed, which report.csv names with the reason; the others are done.")
        {
            model, input, output, outputs, mode, quality, threshold, all, device,
        };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var taken = arguments.GetValue(threshold);
            if (!(taken is > 0 and < 1))
                throw new InvalidConfigurationException(FormattableString.Invariant($"--threshold is {taken}; accepted: a number between 0 and 1, both excluded."));
            var led = InferenceModes.Find(arguments.GetRequiredValue(mode))!.Value;
            if (arguments.GetValue(quality) is { } unused && led != InferenceMode.Auto)
                throw new InvalidConfigurationException($"--quality is {unused} and --inference is {led.Word()}, which leaves nothing to choose; accepted with --quality: --inference auto.");
            var (from, to) = (Path.GetFullPath(arguments.GetRequiredValue(input)), Path.GetFullPath(arguments.GetRequiredValue(output)));
            ResultsApart.RequireOutside(from, to);
            var listing = FolderSegmentation.Find(from);
            ResultsApart.RequireFor(from, to, listing.Cases.Values);
            if (listing.LeftAlone.Count > 0)
                Console.WriteLine($"{Counted.Of(listing.LeftAlone.Count, "file that is no scan is", "files that are no scans are")} left alone: {RawFile.Listed(listing.LeftAlone)}");
            TorchRuntime.Load();
            var package = ModelPackage.Open(arguments.GetRequiredValue(model));
            var options = DeviceOption.Segmenter(arguments.GetRequiredValue(device));
            var request = new SegmentationRequest(led, taken, !arguments.GetValue(all), arguments.GetValue(quality) is { } word ? InferenceQualities.Find(word)!.Value : InferenceQuality.Balanced);
            IReadOnlyList<CaseOutput> asked = [.. CaseOutput.All.Where(one => arguments.GetRequiredValue(outputs).Contains(one.Name))];
            using var folder = OutputFolder.Open(to, asked);
            var failed = await new FolderSegmentation(package, request, asked, Console.Out).Run(
                from, listing.Cases.Values, folder, () => LoadedModel.Load(package, options, NullLogger.Instance), cancellationToken);
            return failed == 0 ? ExitCodes.Success : ExitCodes.PartlyFailed;
        });
        return command;
    }
}
