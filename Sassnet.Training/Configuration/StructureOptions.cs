namespace Sassnet.Training.Configuration;

/// <summary>One of several structures: its label in answers, and what it is in label files.</summary>
public sealed record StructureOptions
{
    /// <summary>What <c>prepare</c> calls a single structure that nobody has named.</summary>
    internal const string Unnamed = "foreground";

    /// <summary>The voxel value in answers; and in label files, unless <see cref="FileValues"/> says otherwise.</summary>
    public byte Value { get; init; }

    /// <summary>The voxel values in label files that are this structure, all together; empty for <see cref="Value"/> alone.</summary>
    public int[] FileValues { get; init; } = [];

    /// <summary>What it is, such as <c>left ventricle</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its SNOMED CT concept; empty where there is none.</summary>
    public string SnomedCode { get; init; } = "";

    /// <summary>What viewers may show it in, as <c>#rrggbb</c>; empty for one that no other structure has.</summary>
    public string Colour { get; init; } = "";

    /// <summary>How many of its largest connected components are the answer, which are as many as it has in a patient: 2 for both kidneys, 0 for all that is found. <c>bcp</c> keeps as many of its pseudo-labels.</summary>
    public int Components { get; init; } = 1;

    /// <summary>The values of label files that are this structure.</summary>
    internal int[] Foreground => FileValues.Length > 0 ? FileValues : [Value];
}
