using System.Globalization;

namespace Sassnet.Model.Wording;

/// <summary>How many there are of something, as a sentence has it: <c>1 file</c>, <c>2 files</c>.</summary>
public static class Counted
{
    /// <summary>The number, and the words that agree with it.</summary>
    /// <param name="number">How many.</param>
    /// <param name="one">What stands behind 1, such as <c>file</c> or <c>file is</c>.</param>
    /// <param name="several">What stands behind any other number; with an s at its end where omitted.</param>
    public static string Of(long number, string one, string? several = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : several ?? one + "s")}");

    /// <summary>The same with the verb before it: <c>is 1 file</c>, <c>are 2 files</c>.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Are(long number, string one, string? several = null) => $"{(number == 1 ? "is" : "are")} {Of(number, one, several)}";
}
