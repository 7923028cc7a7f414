using System.CommandLine;
using System.Globalization;
using Sassnet.Model.Files;
using Sassnet.Model.Nifti;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Phantoms;

namespace Sassnet.Training.Commands;

/// <summary><c>phantom</c>: writes synthetic scans with their labels, as a data folder that <c>train</c> and <c>evaluate</c> read.</summary>
internal static class PhantomCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--output") { Description = "The data folder: images/, labels/ and list files.", Required = true }.Taking("a folder");
        var labelled = new Option<int>("--labelled") { Description = "Cases of labelled.list.", DefaultValueFactory = _ => 8 };
        var unlabelled = new Option<int>("--unlabelled") { Description = "Cases of unlabelled.list.", DefaultValueFactory = _ => 16 };
        var validation = new Option<int>("--validation") { Description = "Cases of validation.list.", DefaultValueFactory = _ => 8 };
        var seed = new Option<ulong>("--seed") { Description = "The first case's seed; each further case adds one.", DefaultValueFactory = _ => 1UL };
        var usual = new PhantomOptions().Grid;
        var size = new Option<int[]>("--size")
        {
            Description = $"Voxels along X, Y and Z; {usual.X} {usual.Y} {usual.Z} where omitted.",
            Arity = new ArgumentArity(3, 3),
            AllowMultipleArgumentsPerToken = true,
        };
        var ventricle = new Option<bool>("--ventricle") { Description = "Label the left ventricle too, with the value 2; the atrium has 1." };
        var command = new Command("phantom", "Make synthetic scans with known truth.") { output, labelled, unlabelled, validation, seed, size, ventricle };
        command.SetAction(arguments =>
        {
            int[] sides = arguments.GetValue(size) is { Length: > 0 } given ? given : [usual.X, usual.Y, usual.Z];
            if (sides.Any(side => side is < PhantomOptions.MinAxis or > PhantomOptions.MaxAxis))
                throw new InvalidConfigurationException($"{size.Name} is {string.Join(' ', sides)}; accepted: {PhantomOptions.MinAxis} to {PhantomOptions.MaxAxis} voxels along each axis.");
            foreach (var count in (Option<int>[])[labelled, unlabelled, validation])
            {
                if (arguments.GetValue(count) < 0)
                    throw new InvalidConfigurationException($"{count.Name} is {arguments.GetValue(count)}; accepted: 0 or more.");
            }

            var folder = arguments.GetRequiredValue(output);
            Directory.CreateDirectory(Path.Combine(folder, "images"));
            Directory.CreateDirectory(Path.Combine(folder, "labels"));
            var next = arguments.GetValue(seed);
            var options = new PhantomOptions { Grid = new GridSize(sides[0], sides[1], sides[2]), Ventricle = arguments.GetValue(ventricle) };
            (string, int)[] lists =
            [
                ("labelled", arguments.GetValue(labelled)),
                ("unlabelled", arguments.GetValue(unlabelled)),
                ("validation", arguments.GetValue(validation)),
            ];
            foreach (var (list, count) in lists)
            {
                // The list last and whole: of one that is cut short nothing would tell.
                var names = Enumerable.Range(0, count).Select(_ => WriteCase(folder, next++, options)).ToList();
                AtomicFile.WriteText(Path.Combine(folder, list + ".list"), string.Concat(names.Select(name => name + "\n")));
                Console.WriteLine($"{Counted.Of(count, "case")} in {list}.list");
            }
        });
        return command;
    }

    private static string WriteCase(string folder, ulong seed, PhantomOptions options)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"phantom-{seed:D4}");
        var (image, label) = PhantomGenerator.Generate(seed, options);
        var geometry = NiftiGeometry.FromAffine(image.Size, image.Affine);
        NiftiWriter.Write(Path.Combine(folder, "images", name + ".nii.gz"), image, geometry);
        NiftiWriter.Write(Path.Combine(folder, "labels", name + ".nii.gz"), label, geometry);
        return name;
    }
}
