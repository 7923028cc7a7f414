using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Files;
using Sassnet.Model.Inference;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Training.Robustness;

namespace Sassnet.Training.Commands;

/// <summary><c>robustness</c>: measures a package on altered copies of labelled cases, as other scanners and archives would have sent them.</summary>
internal static class RobustnessCommand
{
    public static Command Create()
    {
        var measured = new LabelledCasesOptions();
        var output = new Option<string>("--output") { Description = "Where robustness.csv and robustness.md go.", Required = true }.Taking("a folder");
        var device = DeviceOption.Create();
        var command = new Command("robustness", "Measure a package on rescaled, resampled, turned, shifted, cropped and padded copies of labelled cases. Exit code 3 says that some copies could not be segmented, which robustness.csv names with the reason; the others are measured.")
        {
            measured.Model, measured.Data, measured.List, output, measured.VoxelSize, measured.LabelValues, device,
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            TorchRuntime.Load();
            var package = ModelPackage.Open(arguments.GetRequiredValue(measured.Model));
            var files = measured.Files(arguments);
            using var segmenter = Segmenter.Load(package, DeviceOption.Segmenter(arguments.GetRequiredValue(device)), NullLogger.Instance);
            var labels = measured.Labels(arguments, package);
            IReadOnlyList<IReadOnlyCollection<int>> values = [.. labels.Select(label => label.FileValues)];
            var cases = files.List(arguments.GetRequiredValue(measured.List));
            ResultFolder.RequireWritable(arguments.GetRequiredValue(output));
            LabelledCasesOptions.RequireUsable(files, cases, labels, package.Manifest, cancellationToken);
            var measurement = new CopyMeasurement(segmenter, Console.Out);
            foreach (var name in cases)
            {
                var image = files.ReadImage(name);
                measurement.Measure(name, image, files.ReadStructures(name, image.Volume, values).Numbers, cancellationToken);
            }

            var findings = measurement.Findings;
            var folder = Directory.CreateDirectory(arguments.GetRequiredValue(output)).FullName;
            AtomicFile.WriteText(Path.Combine(folder, "robustness.csv"), RobustnessReport.Csv(findings));
            var summary = RobustnessReport.Markdown(findings, [.. package.Manifest.Labels.Select(label => label.Name)]);
            AtomicFile.WriteText(Path.Combine(folder, "robustness.md"), summary);
            Console.Write(summary);
            return Task.FromResult(findings.Refused.Count == 0 ? ExitCodes.Success : ExitCodes.PartlyFailed);
        });
        return command;
    }
}
