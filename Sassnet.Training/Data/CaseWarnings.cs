using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>Says which file of which case is odd: a warning tells what was seen in a file, and not whose it is.</summary>
internal static class CaseWarnings
{
    /// <summary>The sentences about a file.</summary>
    /// <param name="what">What the file is of the case, such as <c>image</c>.</param>
    /// <param name="warnings">What was odd about it.</param>
    public static IEnumerable<string> About(string what, IReadOnlyList<Warning> warnings) => warnings.Select(warning => $"The {what}: {warning.Sentence}");

    /// <summary>The sentences about the files of a case, each with its name.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="image">What was odd about its image.</param>
    /// <param name="label">What was odd about its label; none where that was not read.</param>
    public static IEnumerable<string> Of(string name, IReadOnlyList<Warning> image, IReadOnlyList<Warning> label) =>
        About("image", image).Concat(About("label", label)).Select(sentence => $"{name}: {sentence}");
}
