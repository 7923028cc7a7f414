using System.CommandLine;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Publishing;

namespace Sassnet.Training.Commands;

/// <summary><c>publish</c>: puts a package, with what was measured of it, into the folder that a service takes its models from.</summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        var run = new Option<string?>("--run") { Description = "A run's folder: its package, RUN/model, with its evaluation, RUN/evaluation, as 'train --evaluate' makes them." }.Taking("a folder");
        var checkpoint = new Option<FileInfo?>("--checkpoint") { Description = "In place of --run: a file of a run's checkpoints folder, of which a package is made." }.Taking("a file");
        var package = new Option<string?>("--package") { Description = "In place of --run: a package's folder." }.Taking("a folder");
        var evaluation = new Option<string?>("--evaluation") { Description = "The folder that evaluate wrote for this package; where omitted, RUN/evaluation, or with --package the package's own folder, if there is one." }.Taking("a folder");
        var models = new Option<string>("--models") { Description = "The models folder; the package goes into NAME@VERSION in it.", Required = true }.Taking("a folder");
        var name = new Option<string?>("--name") { Description = "Another name to publish it by; the package's own where omitted." }.Taking(ManifestRules.AcceptedName);
        var version = new Option<string?>("--version") { Description = "Another version to publish it as, such as 1.1.0; the package's own where omitted." }.Taking(ManifestRules.AcceptedVersion);
        var floor = NumberOption.Create<double>("--min-dice", "The least mean Dice of the evaluation, of several labels that of each, 0 to 1; below it nothing is published.");
        var command = new Command("publish", "Put a package and its evaluation into a models folder, whole or not at all. A published version is never overwritten.")
        {
            run, checkpoint, package, evaluation, models, name, version, floor,
        };
        command.SetAction(arguments =>
        {
            if (arguments.GetValue(floor) is { } dice && !(dice is >= 0 and <= 1))
                throw new InvalidConfigurationException(FormattableString.Invariant($"--min-dice is {dice}; accepted: 0 to 1."));
            Require(name, arguments.GetValue(name), ManifestRules.IsName, ManifestRules.AcceptedName);
            Require(version, arguments.GetValue(version), ManifestRules.IsVersion, ManifestRules.AcceptedVersion);
            using var source = Source(arguments.GetValue(run), arguments.GetValue(checkpoint), arguments.GetValue(package), arguments.GetValue(evaluation));
            source.Rename(arguments.GetValue(name), arguments.GetValue(version));
            source.RequireDice(arguments.GetValue(floor));
            if (source.Warning is { } warning)
                Console.WriteLine($"WARNING {warning}");
            var (folder, wasThere) = new ModelsFolder(arguments.GetRequiredValue(models)).Publish(source.Package, source.Evaluation);
            Console.WriteLine(wasThere
                ? $"{source.Package.Identifier} is published already, the same to the byte: {folder}"
                : $"published {source.Package.Identifier} to {folder}{(source.Evaluation is null ? ", without an evaluation" : "")}");
        });
        return command;
    }

    private static void Require(Option option, string? given, Func<string, bool> isAccepted, string accepted)
    {
        if (given is not null && !isAccepted(given))
            throw new InvalidConfigurationException($"{option.Name} is '{given}'; accepted: {accepted}.");
    }

    private static PublicationSource Source(string? run, FileInfo? checkpoint, string? package, string? evaluation)
    {
        if (new object?[] { run, checkpoint, package }.Count(given => given is not null) != 1)
            throw new InvalidConfigurationException("Accepted: one of --run, --checkpoint and --package.");
        if (package is not null)
            return PublicationSource.OfPackage(package, evaluation);
        if (run is not null)
            return PublicationSource.OfRun(run, evaluation);
        TorchRuntime.Load();
        return PublicationSource.OfCheckpoint(checkpoint!, evaluation);
    }
}
