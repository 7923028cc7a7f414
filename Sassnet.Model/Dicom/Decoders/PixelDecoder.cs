using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Pixels;
using Sassnet.Model.Files;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>
/// Decodes JPEG, JPEG-LS and JPEG 2000 frames in a process of its own, started once for all frames that are alike: decoders are large, old and fed
/// with what strangers send. A crash, a hang or a bomb costs the request and nothing else.
/// </summary>
/// <param name="options">Where the programs are and how long they may take.</param>
/// <param name="logger">Hears of programs that are missing or fail.</param>
public sealed class PixelDecoder(PixelDecoderOptions options, ILogger logger)
{
    // What a decoder maps besides the pixels: itself, its libraries, its dictionary.
    private const long OwnMemory = 512L << 20;

    // As read, as decoded, as written, and four bytes for a pixel while JPEG 2000 works.
    private const int Copies = 4;
    private const long OwnFiles = 1 << 20;

    private readonly Lazy<Confinement?> _confinement = new(() => Confinement.Find(options.SearchPath, logger));

    /// <summary>
    /// Whether no decoder sees a file but programs, libraries and its own folder: the kernel grants that, or none is started for want of util-linux. The first
    /// call tries it, and logs what is not to be had.
    /// </summary>
    public bool IsConfined => _confinement.Value is null or { HidesFiles: true };

    /// <summary>Decodes frames into files.</summary>
    /// <param name="frames">Frames of one layout and transfer syntax.</param>
    /// <param name="syntax">Their transfer syntax.</param>
    /// <param name="layout">Their layout.</param>
    /// <param name="scratch">The folder in which the decoder gets one of its own.</param>
    /// <param name="started">
    /// When decoding the series began (<see cref="Stopwatch.GetTimestamp"/>): however many decoders it needs, the time is one.
    /// </param>
    /// <param name="ct">Kills the decoder.</param>
    /// <returns>Where each frame's plain pixels are.</returns>
    /// <exception cref="InvalidVolumeException">The program is not installed, failed, took too long, or gave something else than the frames.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    internal IReadOnlyList<FrameSource> Decode(
        IReadOnlyList<FrameSource> frames, TransferSyntax syntax, PixelLayout layout, string scratch, long started, CancellationToken ct)
    {
        var tool = DecoderTool.For(syntax.Coding);
        var program = DecoderTool.Find(tool.Name, options.SearchPath) ?? throw Missing(tool.Name, tool.Package, syntax);
        var confinement = _confinement.Value ?? throw Missing("setsid or prlimit", "util-linux", syntax);
        var folder = Directory.CreateDirectory(Path.Combine(scratch, Guid.NewGuid().ToString("N"))).FullName;

        var bytes = frames.Count * layout.FrameBytes;
        var most = OwnFiles + bytes;
        try
        {
            return syntax.Coding == PixelCoding.Jpeg2000
                ? Jpeg2000Frames.Decode(frames, layout, folder, Run, ct)
                : DcmtkFrames.Decode(frames, syntax, layout, folder, Run, ct);
        }
        catch (InvalidVolumeException fault) when (fault.Kind == InvalidVolumeKind.NotServable && new DriveInfo(folder).AvailableFreeSpace < most)
        {
            // The programs do not tell a full disk from damaged pixels; some take their half-written file away.
            throw new IOException("There is no room on the disk for the decoded pixels.", FullDisk.NoSpace);
        }

        void Run(IReadOnlyList<string> arguments)
        {
            var left = options.TimeLimit - Stopwatch.GetElapsedTime(started);
            var bounds = new ProcessBounds(OwnMemory + (Copies * bytes), most, left);
            var outcome = left > TimeSpan.Zero ? RunConfined(confinement, program, arguments, folder, bounds, tool.Complaint, ct) : null;
            if (outcome is null)
            {
                DecoderLog.Killed(logger, tool.Name, options.TimeLimit.TotalSeconds, frames.Count);
                throw new InvalidVolumeException(InvalidVolumeKind.TooSlow, "time-limit", DicomFault.Sentence(
                    $"Decoding the compressed pixels of the series took longer than {options.TimeLimit.TotalSeconds:0.###} s, the limit of this service. Send the series uncompressed."));
            }

            if (outcome is { IsSuccess: true, Complained: false })
                return;
            DecoderLog.Failed(logger, tool.Name, frames.Count);
            throw DicomFault.DecodeFailed(
                $"The compressed pixels of the series are damaged: {tool.Name} could not decode all of its {Counted.Of(frames.Count, "frame")}. Send the series again, or uncompressed.");
        }
    }

    /// <summary>Runs a program.</summary>
    /// <returns>Null where it took too long.</returns>
    private static ProcessOutcome? RunConfined(
        Confinement confinement, string program, IReadOnlyList<string> arguments, string folder, ProcessBounds bounds, string? complaint, CancellationToken ct)
    {
        try
        {
            return confinement.Run(program, arguments, folder, bounds, complaint, ct);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private InvalidVolumeException Missing(string tool, string package, TransferSyntax syntax)
    {
        DecoderLog.ToolMissing(logger, tool, package);
        return DicomFault.Unsupported(
            "decoder-missing", $"The pixels are compressed (transfer syntax {syntax.Uid}), and {tool} is not installed on the server: package {package}. Accepted without it: uncompressed, deflated and RLE series.");
    }
}
