using Sassnet.Api.Problems;
using Sassnet.Api.TemporaryFiles;

namespace Sassnet.Api.Uploads;

/// <summary>Recognises what the contract foresees and this version does not read yet: a DICOM file (PS3.10: "DICM" after 128 bytes) and a zip of them.</summary>
internal static class DicomInput
{
    private const int PreambleBytes = 128;

    /// <summary>Ends the request when the file is DICOM or a zip.</summary>
    /// <exception cref="ProblemException">It is.</exception>
    public static void ThrowIfDicom(TemporaryFile file)
    {
        Span<byte> start = stackalloc byte[PreambleBytes + 4];
        using (var stream = File.OpenRead(file.Path))
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (start.Length > PreambleBytes && start[PreambleBytes..].SequenceEqual("DICM"u8))
            throw new ProblemException(ProblemTypes.DicomNotYet, ProblemTypes.DicomNotYet.Example);
        if (start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8))
        {
            throw new ProblemException(ProblemTypes.DicomNotYet,
                "This is a zip file. Zipped DICOM series are coming in a later version; until then send one NIfTI volume, .nii or .nii.gz.");
        }
    }
}
