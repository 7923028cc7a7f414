using System.ComponentModel.DataAnnotations;
using Sassnet.Model.Dicom.Decoders;

namespace Sassnet.Api.Uploads;

/// <summary>How compressed DICOM is decoded.</summary>
public sealed class DicomOptions
{
    /// <summary>Folders in which dcmdjpeg, dcmdjpls, opj_decompress and util-linux are looked for, separated by colons. Default: the environment's PATH.</summary>
    public string? DecoderPath { get; set; }

    /// <summary>The longest a decoder may take for a series; then it is killed, and the answer is 504. Default: 1 minute. Range: 10 milliseconds to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan DecoderTimeLimit { get; set; } = new PixelDecoderOptions().TimeLimit;

    /// <summary>The options as the model library takes them.</summary>
    internal PixelDecoderOptions ForDecoder()
    {
        var options = new PixelDecoderOptions { TimeLimit = DecoderTimeLimit };
        return DecoderPath is null ? options : options with { SearchPath = DecoderPath };
    }
}
