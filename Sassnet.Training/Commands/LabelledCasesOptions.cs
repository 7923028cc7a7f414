using System.CommandLine;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;

namespace Sassnet.Training.Commands;

/// <summary>The options of the commands that measure a package on labelled cases: which package, which cases, and how to read them.</summary>
internal sealed class LabelledCasesOptions
{
    // What the LA data set says of itself; its files do not.
    private const double AssumedVoxelSizeMm = 0.625;

    public Option<string> Model { get; } = new("--model") { Description = "The package's folder.", Required = true };

    public Option<string> Data { get; } = new("--data") { Description = "The folder of cases.", Required = true };

    public Option<string> List { get; } = new("--list") { Description = "A list file in that folder.", Required = true };

    public Option<double?> VoxelSize { get; } = new("--voxel-size-mm")
    {
        Description = "Voxel size of files that carry none (.h5). Where it is not given, 0.625 is assumed for the network, and no distance is stated in millimetres.",
    };

    public Option<int[]> LabelValues { get; } = SeveralOption.Create<int>("--label-values", "The voxel values of the foreground in label files; the package's own where omitted.");

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
