using System.Text.RegularExpressions;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Preparation.Raw;

/// <summary>
/// Finds cases in a raw folder, however it is laid out: as nnU-Net and the Medical Segmentation Decathlon do (<c>imagesTr/</c>, <c>labelsTr/</c>,
/// <c>dataset.json</c>); scans in <c>images/</c> with labels of the same names in <c>labels/</c>; or all in one folder, labels by the end of their names. A
/// scan is a NIfTI file or a folder with a DICOM series; a label is a NIfTI file or, in a folder of labels, a folder with a mask for each structure. A scan
/// without label is unlabelled.
/// </summary>
public static partial class RawFolder
{
    // As many as four digits number.
    private const int MostChannels = 10_000;

    private const string Accepted = "NIfTI files (.nii, .nii.gz) or folders with a DICOM series, in the folder images/ or imagesTr/, or in itself";

    /// <summary>Finds the cases.</summary>
    /// <param name="folder">The raw folder.</param>
    /// <param name="labelSuffixes">How the names of labels end in a folder of both.</param>
    /// <param name="cancellationToken">Stops while labels are read that their names do not tell.</param>
    /// <exception cref="InvalidConfigurationException">No such folder, no scan in it, two files for one name, or a description that cannot be read.</exception>
    public static RawData Find(string folder, IReadOnlyList<string> labelSuffixes, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            throw new InvalidConfigurationException($"There is no input folder '{folder}' (from {Environment.CurrentDirectory}).");
        var found = new Finding(folder, labelSuffixes, DatasetFile.Of(folder), cancellationToken);
        var data = found.Described() ?? found.InFolders() ?? found.InOneFolder();
        return data.Cases.Any(raw => raw.Image is not null)
            ? data
            : throw new InvalidConfigurationException($"There is no scan in '{folder}'; accepted: {Accepted}.");
    }

    // nnU-Net numbers the channels of a scan in its file name, from 0000.
    [GeneratedRegex("^(.+)_([0-9]{4})$")]
    private static partial Regex ChannelPattern();

    private sealed class Finding(string folder, IReadOnlyList<string> suffixes, DatasetFile? description, CancellationToken cancellationToken)
    {
        private readonly List<string> _notes = [];

        /// <summary>The layout of nnU-Net and the Decathlon; null where it is another.</summary>
        public RawData? Described()
        {
            var (imageFolder, labelFolder) = (Folder("imagesTr"), Folder("labelsTr"));
            if (imageFolder is null && description?.Cases is null)
                return null;
            if (Folder("imagesTs") is { } test)
                _notes.Add($"{Path.GetFileName(test)}/ is left alone: its scans are kept for testing.");
            if (description?.Cases is { } listed)
            {
                var cases = Listed(listed);
                LeaveUnlisted(imageFolder, cases);
                return Data($"{DatasetFile.FileName} of {Counted.Of(listed.Count, "case")}", cases);
            }

            LeaveBeside(imageFolder!, "labelsTr", labelFolder, Folder("imagesTs"), Folder("labelsTs"));
            var (images, labels) = (new FolderListing(suffixes).Add(imageFolder), new FolderListing(suffixes, hasLabelsAlone: true).Add(labelFolder));
            LeaveAlone(images, labels);

            // Where scans are called as their labels are, four digits at the end number the cases.
            var haveChannels = !images.Cases.Keys.Any(labels.Cases.ContainsKey);
            return Data("nnU-Net's folders imagesTr/ and labelsTr/", Joined(haveChannels ? Channels(images.Cases) : images.Cases, labels.Cases));
        }

        /// <summary>Scans and labels in folders of their own; null where they are not.</summary>
        public RawData? InFolders()
        {
            var (imageFolder, labelFolder) = (Folder("images"), Folder("labels"));
            if (imageFolder is null && labelFolder is null)
                return null;
            if (imageFolder is not null)
                LeaveBeside(imageFolder, "labels", labelFolder);
            var (images, labels) = (new FolderListing(suffixes).Add(imageFolder ?? folder, labelFolder), new FolderListing(suffixes, hasLabelsAlone: true).Add(labelFolder));
            LeaveAlone(images, labels);
            return Data(imageFolder is null ? "scans, and labels in labels/" : "scans in images/, labels in labels/", Joined(images.Cases, labels.Cases));
        }

        /// <summary>All in one folder.</summary>
        public RawData InOneFolder()
        {
            var listing = new FolderListing(suffixes).Add(folder);
            LeaveAlone(listing);
            var (images, labels) = (new SortedDictionary<string, RawCase>(StringComparer.Ordinal), new SortedDictionary<string, RawCase>(StringComparer.Ordinal));
            foreach (var (name, found) in listing.Cases)
            {
                if (listing.SuffixOf(name) is not { } suffix || found.Label is not null)
                    images.Add(name, found);
                else if (!labels.TryAdd(name[..^suffix.Length], found))
                    throw new InvalidConfigurationException($"The case {name[..^suffix.Length]} has two labels, {Path.GetFileName(labels[name[..^suffix.Length]].Image)} and {Path.GetFileName(found.Image)}; one is accepted.");
            }

            return Data("all in one folder, labels by the end of their names", Joined(images, labels));
        }

        private RawData Data(string layout, IReadOnlyList<RawCase> found)
        {
            var (together, masks, whole) = MaskFolder.Together(found, cancellationToken);
            whole = whole is null ? null : Path.GetRelativePath(folder, whole);
            IReadOnlyList<RawCase> cases = [.. together.Select(raw => raw with { Fault = raw.Fault ?? raw.NameFault })];
            if (whole is not null)
                _notes.Add($"The labels' folders have one file each, and half of these or more have several values, such as {whole}: each is the label of its whole case.");
            if (masks.Count == 0)
                return new RawData(layout, cases, _notes, description?.LabelNames ?? new Dictionary<int, string>(), description?.HasRegions == true) { IgnoredValues = description?.IgnoredValues ?? [], WholeLabel = whole };
            _notes.Add($"The labels are masks of a structure each, by their names: {string.Join(", ", masks)}.{(description is null ? "" : $" What {DatasetFile.FileName} calls the values is left alone.")}");
            return new RawData(layout, cases, _notes, new Dictionary<int, string>()) { MaskNames = masks };
        }

        // Systems differ in whether they tell Images from images.
        private string? Folder(string name) => Directory.EnumerateDirectories(folder).FirstOrDefault(path => Path.GetFileName(path).Equals(name, StringComparison.OrdinalIgnoreCase));

        private void LeaveAlone(params IEnumerable<FolderListing> listings)
        {
            var files = listings.SelectMany(listing => listing.LeftAlone).Where(path => Path.GetFileName(path) != DatasetFile.FileName).ToList();
            if (files.Count > 0)
                _notes.Add($"{Counted.Of(files.Count, "file that is no scan is", "files that are no scans are")} left alone: {RawFile.Listed(files)}.");
        }

        // Nothing else would tell of scans, such as those without label, that somebody put into a folder of their own.
        private void LeaveBeside(string imageFolder, string labels, params IReadOnlyCollection<string?> known)
        {
            var others = Directory.EnumerateFileSystemEntries(folder).Where(path => path != imageFolder && !known.Contains(path) && HasScan(path)).Order(StringComparer.Ordinal).ToList();
            if (others.Count > 0)
                _notes.Add($"Beside {Path.GetFileName(imageFolder)}/ lie scans or labels that are left alone, in {RawFile.Listed(others)}. Scans that are to be used belong into {Path.GetFileName(imageFolder)}/, labels into {labels}/.");
        }

        // Nor of those that somebody added to a folder whose list does not name them.
        private void LeaveUnlisted(string? imageFolder, List<RawCase> listed)
        {
            if (imageFolder is null)
                return;
            var used = listed.Select(raw => Path.GetFullPath(raw.Image!)).ToHashSet();
            var others = Directory.EnumerateFileSystemEntries(imageFolder).Where(path => !used.Contains(Path.GetFullPath(path)) && HasScan(path)).Order(StringComparer.Ordinal).ToList();
            if (others.Count > 0)
                _notes.Add($"{Counted.Of(others.Count, "scan")} in {Path.GetFileName(imageFolder)}/ that {DatasetFile.FileName} does not list {(others.Count == 1 ? "is" : "are")} left alone: {RawFile.Listed(others)}.");
        }

        private static bool HasScan(string path) => !RawFile.IsLeftBehind(path)
            && (Directory.Exists(path) ? FolderListing.Files(path) : [path]).Any(file => FolderListing.KindOf(file) is RawFileKind.Nifti or RawFileKind.Dicom or RawFileKind.OtherScan);

        // A list may tell cases by their folders alone, and the data folder knows them by the names of their files.
        private List<RawCase> Listed(IReadOnlyList<(string Image, string? Label)> listed)
        {
            // One answer for all, the unlabelled ones too. A list may call labels anything: digits are a channel's only where a label is called as its scan is without.
            var labelled = listed.Where(one => one.Label is not null).Select(one => (Scan: RawFile.CaseName(one.Image), Label: RawFile.CaseName(one.Label!))).ToList();
            var haveChannels = labelled.Any(one => one.Label == WithoutChannel(one.Scan)) && !labelled.Any(one => one.Label == one.Scan);
            var without = haveChannels ? ", without the number of the channel" : "";
            List<RawCase> cases = [.. listed.Select(one => Listed(one, haveChannels))];
            return cases.GroupBy(raw => raw.Name).FirstOrDefault(group => group.Count() > 1) is not { } twice ? cases : throw new InvalidConfigurationException(
                $"{DatasetFile.FileName} lists {twice.Count()} scans that are the case {twice.Key} by their names{without}: {string.Join(", ", twice.Take(2).Select(raw => Path.GetRelativePath(folder, raw.Image!)))}{(twice.Count() > 2 ? " and on" : "")}; accepted: files of different names{without}. Rename them, as their folders are called.");
        }

        private RawCase Listed((string Image, string? Label) listed, bool haveChannels)
        {
            var image = Path.Combine(folder, listed.Image);
            var name = RawFile.CaseName(image);

            // nnU-Net's first version lists NAME.nii.gz and stores NAME_0000.nii.gz.
            var channel = Path.Combine(Path.GetDirectoryName(image)!, name + "_0000" + RawFile.NiftiExtension(image));
            var isChannelAdded = !File.Exists(image) && File.Exists(channel);
            image = isChannelAdded ? channel : image;
            var label = listed.Label is null ? null : Path.Combine(folder, listed.Label);
            var missing = new[] { image, label }.FirstOrDefault(path => path is not null && !File.Exists(path));
            var fault = missing is not null ? $"{DatasetFile.FileName} names {Path.GetRelativePath(folder, missing)}, which is not there." : isChannelAdded ? ChannelFault(ChannelsOf(listed.Image)) : null;
            return new RawCase(haveChannels && !isChannelAdded ? WithoutChannel(name) : name, image, label, fault);
        }

        // The channels of a scan that is listed without their numbers, which begin with 0.
        private List<string> ChannelsOf(string listed)
        {
            var (name, extension, around) = (RawFile.CaseName(listed), RawFile.NiftiExtension(listed), Path.GetDirectoryName(Path.Combine(folder, listed))!);
            return
            [
                .. Enumerable.Range(0, MostChannels)
                    .Select(channel => FormattableString.Invariant($"{name}_{channel:D4}"))
                    .TakeWhile(channel => File.Exists(Path.Combine(around, channel + extension))),
            ];
        }

        private static string? ChannelFault(List<string> channels) => channels.Count == 1 ? null : $"The case has {channels.Count} channels ({string.Join(", ", channels)}); accepted: one.";

        private static string WithoutChannel(string name) => ChannelPattern().Match(name) is { Success: true } match ? match.Groups[1].Value : name;

        private static SortedDictionary<string, RawCase> Channels(SortedDictionary<string, RawCase> images)
        {
            var cases = new SortedDictionary<string, RawCase>(StringComparer.Ordinal);
            foreach (var channels in images.Values.GroupBy(found => WithoutChannel(found.Name)))
            {
                var fault = ChannelFault([.. channels.Select(found => found.Name)]);
                cases.Add(channels.Key, channels.First() with { Name = channels.Key, Fault = fault ?? channels.First().Fault });
            }

            return cases;
        }

        // A folder among the labels that has neither a mask nor the name of a scan is something else.
        private static List<RawCase> Joined(SortedDictionary<string, RawCase> images, SortedDictionary<string, RawCase> labels) =>
            [.. images.Keys.Union(labels.Where(label => label.Value.Masks is not []).Select(label => label.Key)).Order(StringComparer.Ordinal).Select(name => Joined(name, images.GetValueOrDefault(name), labels.GetValueOrDefault(name)))];

        private static RawCase Joined(string name, RawCase? image, RawCase? label) =>
            new(name, image?.Image, image?.Label ?? label?.Image, image?.Fault ?? label?.Fault ?? (image?.Label is not null && label is not null ? "The case has two labels, one in its folder and one beside it; one is accepted." : null)) { Masks = label?.Masks };
    }
}
