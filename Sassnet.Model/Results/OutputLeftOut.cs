using Sassnet.Model.Volumes;

namespace Sassnet.Model.Results;

/// <summary>The warning that one of several outputs is not there, since none can be made of the result.</summary>
public static class OutputLeftOut
{
    /// <summary>Its slug.</summary>
    public const string Slug = "output-left-out";

    /// <summary>Makes one.</summary>
    /// <param name="sentence">Which output, and why.</param>
    public static Warning Because(string sentence) => new(Slug, sentence);
}
