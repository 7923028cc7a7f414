namespace Sassnet.Model.Dicom.Decoders;

/// <summary>How compressed pixels are decoded.</summary>
public sealed record PixelDecoderOptions
{
    /// <summary>Folders in which the decoders and util-linux are looked for, separated by colons. Default: the environment's PATH.</summary>
    public string SearchPath { get; init; } = Environment.GetEnvironmentVariable("PATH") ?? string.Empty;

    /// <summary>The longest a decoder may take for a series, in time and in processor time. Default 60 s.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);
}
