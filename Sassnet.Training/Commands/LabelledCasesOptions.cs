using System.CommandLine;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Evaluation;

namespace Sassnet.Training.Commands;

/// <summary>The options of the commands that measure a package on labelled cases: which package, which cases, and how to read them.</summary>
internal sealed class LabelledCasesOptions
{
    // What the LA data set says of itself; its files do not.
    private const double AssumedVoxelSizeMm = 0.625;

    public Option<string> Model { get; } = new Option<string>("--model") { Description = "The package's folder.", Required = true }.Taking("a folder");

    public Option<string> Data { get; } = new Option<string>("--data") { Description = "The folder of cases.", Required = true }.Taking("a folder");

    public Option<string> List { get; } = new Option<string>("--list") { Description = "A list file in that folder.", Required = true }.Taking("a file in the folder of cases");

    public Option<double?> VoxelSize { get; } = NumberOption.Create<double>(
        "--voxel-size-mm", "Voxel size of files that carry none (.h5). Where it is not given, 0.625 is assumed for the network, and no distance is stated in millimetres.");

    public Option<string[]> LabelValues { get; } = SeveralOption.Create<string>(
        "--label-values", $"The values that labels have in label files, where they are others than in the package: {LabelFileValues.Accepted}.").Taking(LabelFileValues.Accepted);

    /// <summary>The labels of a package, each with its values in label files.</summary>
    /// <exception cref="InvalidConfigurationException">What was given is not accepted.</exception>
    public IReadOnlyList<EvaluatedLabel> Labels(ParseResult arguments, ModelPackage package) => LabelFileValues.Of(package, arguments.GetValue(LabelValues) ?? []);

    /// <summary>Reads every case once, and says what is odd about its files, which cases lack a label, which label all of them lack, and which voxels of label files are of none.</summary>
    /// <inheritdoc cref="CaseFiles.RequireUsable"/>
    public static void RequireUsable(
        CaseFiles files, IReadOnlyList<string> cases, IReadOnlyList<EvaluatedLabel> labels, ModelManifest manifest, CancellationToken cancellationToken)
    {
        var usable = files.RequireUsable(cases, [.. labels.Select(label => label.FileValues)], manifest.Preprocessing, cancellationToken);
        foreach (var warning in usable.Warnings)
            Console.WriteLine($"WARNING {warning}");
        IReadOnlyList<string> names = [.. manifest.Labels.Select(label => label.Name)];
        foreach (var sentence in MissingStructures.Sentences(names, usable.Cases, "case"))
            Console.WriteLine($"{sentence} What is not there is not scored.");

        // Folds leave lists without a rare structure, as training measures them too; else it is rather a value that is not the one that is meant.
        foreach (var index in Enumerable.Range(0, labels.Count).Where(index => !usable.Cases.Any(one => one.Structures.Contains((byte)(index + 1)))))
            Console.WriteLine($"WARNING No case has a voxel of {names[index]} (value {string.Join(" or ", labels[index].FileValues)}): no Dice of it is measured. Where label files have it under another value, name that with --label-values.");
        if (OtherLabelValues.Sentence(usable.OtherValues) is { } others)
            Console.WriteLine(others);
    }

    /// <summary>The folder of cases that was asked for.</summary>
    /// <exception cref="InvalidConfigurationException">There is none, or the voxel size is no length.</exception>
    public CaseFiles Files(ParseResult arguments)
    {
        var given = arguments.GetValue(VoxelSize);
        if (given is { } edge && !(edge > 0 && double.IsFinite(edge)))
            throw new InvalidConfigurationException(FormattableString.Invariant($"{VoxelSize.Name} is {edge}; accepted: a length above 0."));
        var side = given ?? AssumedVoxelSizeMm;
        return new CaseFiles(arguments.GetRequiredValue(Data), new VoxelSize(side, side, side), voxelSizeIsKnown: given is not null);
    }
}
