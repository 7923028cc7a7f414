using System.CommandLine;

namespace Sassnet.Training.Commands;

/// <summary>The command line with all its commands.</summary>
internal static class TrainingCommandLine
{
    public static RootCommand Create() => new("Trains segmentation networks on a few labelled and many unlabelled 3D scans, and makes and measures model packages.")
    {
        PrepareCommand.Create(),
        TrainCommand.Create(),
        SweepCommand.Create(),
        EvaluateCommand.Create(),
        SegmentCommand.Create(),
        CompareCommand.Create(),
        RobustnessCommand.Create(),
        ExportCommand.Create(),
        ImportCommand.Create(),
        PublishCommand.Create(),
        PhantomCommand.Create(),
    };
}
