using Sassnet.Model.Hdf5;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>
/// A folder of cases. A case NAME is <c>NAME.h5</c> or <c>NAME/mri_norm2.h5</c> (datasets image and label, with axes LPS), or the pair
/// <c>images/NAME.nii.gz</c> and <c>labels/NAME.nii.gz</c>.
/// </summary>
public sealed class CaseFiles
{
    private static readonly string[] NiftiExtensions = [".nii.gz", ".nii"];

    private readonly string _folder;
    private readonly VoxelSize _voxelSize;
    private readonly bool _voxelSizeIsKnown;

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="voxelSize">The voxel size of files that carry none.</param>
    /// <param name="voxelSizeIsKnown">Whether somebody vouches for it, so that lengths in millimetres may be stated; else it is assumed.</param>
    /// <exception cref="InvalidConfigurationException">There is no such folder.</exception>
    public CaseFiles(string folder, VoxelSize voxelSize, bool voxelSizeIsKnown = false)
    {
        if (!Directory.Exists(folder))
            throw new InvalidConfigurationException($"There is no data folder '{folder}' (from {Environment.CurrentDirectory}).");
        _folder = folder;
        _voxelSize = voxelSize;
        _voxelSizeIsKnown = voxelSizeIsKnown;
    }

    /// <summary>The case names of a list file in the folder, one a line; blank lines are passed over.</summary>
    /// <exception cref="InvalidConfigurationException">No such list, an empty one, or a name twice.</exception>
    public IReadOnlyList<string> List(string file)
    {
        var path = Path.Combine(_folder, file);
        if (!File.Exists(path))
            throw new InvalidConfigurationException($"There is no list file '{path}'.");
        var names = File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        if (names.Count == 0)
            throw new InvalidConfigurationException($"The list file '{path}' names no case.");
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidConfigurationException($"The list file '{path}' names {twice.Key} more than once.");
        return names;
    }

    /// <summary>The image of a case; its label is not touched.</summary>
    /// <exception cref="InvalidConfigurationException">No file of that name.</exception>
    /// <exception cref="InvalidVolumeException">A file that cannot be used.</exception>
    public CaseImage ReadImage(string name)
    {
        if (FindH5(name) is { } h5)
            return new CaseImage(LeftAtriumFile.ReadImage(h5, _voxelSize), []);
        var file = VolumeFile.Read(FindNifti("images", name));
        return new CaseImage(file.Volume, file.Warnings);
    }

    /// <summary>
    /// Reads and prepares every case once, so that one that cannot be used is known before hours are spent on those before it: a header alone tells neither a file
    /// that was cut short nor a label without any structure, and the scan alone not whether a network can have it.
    /// </summary>
    /// <param name="names">The cases.</param>
    /// <param name="structures">The values of each structure, as <see cref="ReadStructures"/> takes them.</param>
    /// <param name="preprocessing">What the network was trained on.</param>
    /// <param name="cancellationToken">Stops between cases.</param>
    /// <exception cref="InvalidConfigurationException">A case has no file, or nothing of any structure in its label.</exception>
    /// <exception cref="InvalidVolumeException">A file cannot be used; the message names the case.</exception>
    public UsableCases RequireUsable(
        IReadOnlyList<string> names, IReadOnlyList<IReadOnlyCollection<int>> structures, PreprocessingSpecification preprocessing, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        var (cases, others, warnings) = (new List<LabelledCase>(), new Dictionary<float, int>(), new List<string>());
        foreach (var name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (label, odd) = CaseFaults.Named(name, () => TryOut(name, structures, preprocessing));
            cases.Add(new LabelledCase(name, label.Numbers.Values));
            warnings.AddRange(odd);
            OtherLabelValues.Add(others, label.OtherValues);
        }

        return new UsableCases(cases, others, warnings);
    }

    /// <summary>Whether a case's voxel size is known: its file carries one, or it was given and not assumed.</summary>
    public bool KnowsVoxelSize(string name) => _voxelSizeIsKnown || FindH5(name) is null;

    /// <summary>The structures of a case's label by their numbers, counted from 1; 0 where it has none of their values.</summary>
    /// <param name="name">The case.</param>
    /// <param name="image">Its image.</param>
    /// <param name="structures">The values of each, in any order, also twice; no value is of two.</param>
    /// <exception cref="InvalidConfigurationException">No file of that name, or not one voxel of any structure's values in it; of several a label may lack some.</exception>
    /// <exception cref="InvalidVolumeException">A file that cannot be used, or that does not lie on the image (<see cref="GridAgreement"/>).</exception>
    public CaseStructures ReadStructures(string name, Volume image, IReadOnlyList<IReadOnlyCollection<int>> structures)
    {
        ArgumentNullException.ThrowIfNull(structures);
        ArgumentNullException.ThrowIfNull(image);
        var (labels, warnings) = ReadLabels(name, image);
        var (numbers, others) = Numbered(name, image, labels, structures);
        return new CaseStructures(numbers, others, warnings);
    }

    // What the label says, and what is odd about the files.
    private (CaseStructures Label, IEnumerable<string> Odd) TryOut(string name, IReadOnlyList<IReadOnlyCollection<int>> structures, PreprocessingSpecification preprocessing)
    {
        var image = ReadImage(name);
        var label = ReadStructures(name, image.Volume, structures);
        PreparedScan.Of(image.Volume, preprocessing);
        return (label, CaseWarnings.Of(name, image.Warnings, label.Warnings));
    }

    private (float[] Labels, IReadOnlyList<Warning> Warnings) ReadLabels(string name, Volume image)
    {
        if (FindH5(name) is { } h5)
            return (Array.ConvertAll(LeftAtriumFile.ReadLabels(h5, _voxelSize, image.Size).Labels, label => (float)label), []);
        var file = VolumeFile.Read(FindNifti("labels", name));
        return GridAgreement.Fault(image, file.Volume) is { } fault ? throw new InvalidVolumeException(InvalidVolumeKind.NotServable, "geometry", fault) : (file.Volume.Voxels, file.Warnings);
    }

    // The numbers, and the values that have none.
    private static (LabelMap Numbers, IReadOnlyCollection<float> Others) Numbered(string name, Volume image, float[] labels, IReadOnlyList<IReadOnlyCollection<int>> structures)
    {
        var numbers = structures.SelectMany((values, index) => values.Distinct().Select(value => KeyValuePair.Create((float)value, (byte)(index + 1)))).ToDictionary();
        var (numbered, others) = (new byte[labels.Length], new HashSet<float>());
        for (var i = 0; i < labels.Length; i++)
        {
            if (!numbers.TryGetValue(labels[i], out numbered[i]) && labels[i] != 0)
                others.Add(labels[i]);
        }

        return numbered.AsSpan().ContainsAnyExcept((byte)0)
            ? (new LabelMap(image.Size, numbered, image.Affine), others)
            : throw Without([.. structures.SelectMany(values => values)], name, labels);
    }

    private static InvalidConfigurationException Without(IReadOnlyCollection<int> values, string name, float[] labels)
    {
        var found = labels.CountBy(label => label).OrderByDescending(count => count.Value).ToList();
        var named = FirstFew.Of(found, count => FormattableString.Invariant($"{count.Key} in {Counted.Of(count.Value, "voxel")}"), "value", separator: " and ");
        return new InvalidConfigurationException(
            $"The label of {name} has no voxel of value {string.Join(" or ", values)}; it has {named}. "
            + "Name what is foreground (label.value or label.fileValues of a configuration, or those of its labels; --label-values of a command), or leave the case out of its list.");
    }

    private string? FindH5(string name) =>
        new[] { Path.Combine(_folder, name + ".h5"), Path.Combine(_folder, name, "mri_norm2.h5") }.FirstOrDefault(File.Exists);

    private string FindNifti(string kind, string name) =>
        NiftiExtensions.Select(extension => Path.Combine(_folder, kind, name + extension)).FirstOrDefault(File.Exists)
        ?? throw new InvalidConfigurationException($"The case {name} has neither {name}.h5, {name}/mri_norm2.h5 nor {kind}/{name}.nii.gz in '{_folder}'.");
}
