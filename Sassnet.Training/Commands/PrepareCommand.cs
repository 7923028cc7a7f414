using System.CommandLine;
using Sassnet.Training.Preparation;

namespace Sassnet.Training.Commands;

/// <summary><c>prepare</c>: checks raw scans and makes a data folder, a configuration and an overview of them.</summary>
internal static class PrepareCommand
{
    public static Command Create()
    {
        var input = new Option<string>("--input") { Description = "The raw scans, NIfTI files or folders with a DICOM series: images/ and labels/ of equal names, all in one folder, or as nnU-Net and the Decathlon lay them out. In labels/ a case may have a folder with a mask for each structure, called after it. Labels are NIfTI: convert DICOM SEG and RTSTRUCT first.", Required = true }.Taking("a folder");
        var output = new Option<string>("--output") { Description = "The data folder to make, with list files, config.yaml and overview.html.", Required = true }.Taking("a folder");
        var suffixes = SeveralOption.Create<string>("--label-suffix", "How names of labels end in one folder with scans; _label, _seg, _mask, _gt and the like where omitted. Write --label-suffix=-x for one that begins with a hyphen.").Taking("endings of names");
        var foreground = SeveralOption.Create<int>("--foreground", "The voxel values of labels that are one foreground, all together. Not where labels are masks: --structures makes one of several.");
        var structures = SeveralOption.Create<string>("--structures", "What is told from the background and from each other, each as NAME=VALUE, such as \"left atrium=1\" \"left ventricle=2\"; values between commas are one structure. Where labels are masks, their names: liver spleen, or \"kidneys=left kidney,right kidney\" for several as one. Where this and --foreground are omitted, each label that dataset.json declares, each structure that has masks, or the value 1.").Taking("NAME=VALUE, or names of masks");
        var others = SeveralOption.Create<int>("--other-labels", "Other voxel values that labels may have, as background. Not where labels are masks: those that --structures does not name are not read.");
        var pattern = new Option<string?>("--patient-pattern") { Description = "A regular expression with one group, which finds the patient in a case's name; each case is a patient where omitted, but those whose DICOM files have one PatientID, or whose names begin with one subject of BIDS (sub-01), are one." }.Taking("a regular expression with one group");
        var share = NumberOption.Create("--validation-share", "The share of labelled cases for validation, by whole patients.", 0.2);
        var folds = new Option<int>("--folds") { Description = "Also write this many folds of a cross-validation, folds/0 and on: every labelled case is validated with in one of them, by whole patients." };
        var seed = new Option<int>("--seed") { Description = "Decides which patients.", DefaultValueFactory = _ => 1337 };
        var skip = new Option<bool>("--skip-faulty") { Description = "Leave faulty cases out; else nothing but the overview is written when there is one." };
        var start = new Option<string?>("--start-from") { Description = "The folder of a model package to begin training with; its voxel size is compared with the scans'." }.Taking("a folder");
        var untimed = new Option<bool>("--no-timing") { Description = "Do not time training steps (about half a minute); else the configuration suits this machine, and says how long it takes." };
        var command = new Command("prepare", "Check raw scans and labels, split them by patient, and make a data folder, a configuration and an overview page.")
        {
            input, output, suffixes, foreground, structures, others, pattern, share, folds, seed, skip, start, untimed,
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            var options = new PreparationOptions
            {
                Input = arguments.GetRequiredValue(input),
                Output = arguments.GetRequiredValue(output),
                OtherLabels = arguments.GetValue(others) ?? [],
                PatientPattern = arguments.GetValue(pattern),
                ValidationShare = arguments.GetValue(share),
                Folds = arguments.GetValue(folds),
                Seed = arguments.GetValue(seed),
                SkipFaulty = arguments.GetValue(skip),
                StartFrom = arguments.GetValue(start),
                TimeTraining = !arguments.GetValue(untimed),
            };
            if (arguments.GetValue(suffixes) is [_, ..] given)
                options = options with { LabelSuffixes = given };
            if (arguments.GetValue(foreground) is [_, ..] values)
                options = options with { Foreground = values };
            if (arguments.GetValue(structures) is [_, ..] named)
                options = options with { Structures = [.. named.Select(LabelledStructure.Parse)] };
            DataPreparation.Run(options, Console.Out, cancellationToken);
            return Task.CompletedTask;
        });
        return command;
    }
}
