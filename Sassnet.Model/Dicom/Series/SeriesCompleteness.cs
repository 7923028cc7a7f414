using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Series;

/// <summary>
/// Compares the images of a series with what they say of it: their own numbers and how many there are. Where slices are missing at an end, or every
/// second one, nothing else shows it. All of it is optional or free in DICOM, so it is worth a warning and no more.
/// </summary>
internal static class SeriesCompleteness
{
    private static readonly (DicomTag Tag, string Name)[] Counts =
    [
        (DicomTags.ImagesInAcquisition, "ImagesInAcquisition"), (DicomTags.NumberOfSeriesRelatedInstances, "NumberOfSeriesRelatedInstances"),
    ];

    /// <summary>A warning for each disagreement.</summary>
    /// <param name="files">The files of the series.</param>
    public static IEnumerable<Warning> Warnings(IReadOnlyList<NumberedFile> files)
    {
        // In an enhanced object the number is the object's.
        if (files.Count < 2)
            yield break;
        if (Gaps(files) is { Count: > 0 } gaps)
        {
            var listed = FirstFew.AndMore([.. gaps.Select(Text)]);
            yield return new Warning("slices-missing", Invariant($"The images are numbered to {Numbers(files)!.Max()}, and InstanceNumber {listed} is missing: slices may not have been sent."));
        }

        foreach (var (tag, name) in Counts)
        {
            var said = files.Max(file => Integer(file, tag));
            if (said > files.Count)
                yield return new Warning("slices-missing", Invariant($"{name} is {said}, and {files.Count} images of the series were sent: slices may be missing."));
        }
    }

    private static List<(int First, int Last)> Gaps(IReadOnlyList<NumberedFile> files)
    {
        var gaps = new List<(int First, int Last)>();
        if (Numbers(files) is not { } numbers)
            return gaps;

        // Some count from 0. A series that begins further up than it is long continues another.
        var next = numbers[0] <= files.Count ? Math.Min(1, numbers[0]) : numbers[0];
        foreach (var number in numbers)
        {
            if (number > next)
                gaps.Add((next, number - 1));
            next = number + 1;
        }

        return gaps;
    }

    /// <summary>The images' numbers in order; null where they are not numbered one by one.</summary>
    private static List<int>? Numbers(IReadOnlyList<NumberedFile> files)
    {
        var numbers = files.Select(file => Integer(file, DicomTags.InstanceNumber)).ToHashSet();
        return numbers.Count == files.Count && numbers.All(number => number is >= 0 and < int.MaxValue)
            ? [.. numbers.Select(number => number!.Value).Order()]
            : null;
    }

    /// <summary>A whole number as text (VR IS); null where there is none: nothing depends on it.</summary>
    private static int? Integer(NumberedFile file, DicomTag tag) =>
        int.TryParse(file.File.DataSet.Text(tag), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text((int First, int Last) gap) =>
        gap.First == gap.Last ? Invariant($"{gap.First}") : Invariant($"{gap.First} to {gap.Last}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
